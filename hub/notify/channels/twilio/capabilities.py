"""What Twilio carries where.

From Twilio's guidelines for each country. Mainland China: no voice calls (since 30 November 2023); messages
go one way, to mobile telephones, without links. Behind another address than Twilio's own stands somebody
else, such as the telephones of the simulators, who carries everything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from hub.notify.capability import Capability

MAINLAND_CHINA: Final = frozenset({"86"})
LONGEST_MESSAGE: Final = 1600


def capabilities(provider: str, url: str) -> tuple[Capability, ...]:
    """Return the rows of a provider that is reached at an address."""
    host = urlsplit(url).hostname or ""
    if host != "twilio.com" and not host.endswith(".twilio.com"):
        return (_voice(provider), _messages(provider))
    return (
        _voice(provider, but=MAINLAND_CHINA),
        Capability(
            provider=provider,
            medium="sms",
            countries=MAINLAND_CHINA,
            landlines=False,
            longest=LONGEST_MESSAGE,
        ),
        _messages(provider),
    )


def _voice(provider: str, but: frozenset[str] = frozenset()) -> Capability:
    return Capability(provider=provider, medium="voice", but=but, keys=True)


def _messages(provider: str) -> Capability:
    return Capability(
        provider=provider,
        medium="sms",
        replies=True,
        links=True,
        landlines=False,
        longest=LONGEST_MESSAGE,
    )
