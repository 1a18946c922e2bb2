"""What a webhook is: its kinds, where it may go, how it is signed, and when it is tried again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from hub.errors import HubError
from hub.language import N_

#: What happens, as it is named on the wire; names never change meaning.
KINDS: Final = {
    "alert.opened": N_("an alert is opened"),
    "alert.escalated": N_("nobody has taken it: it goes further"),
    "alert.acknowledged": N_("somebody has taken an alert"),
    "alert.on_the_way": N_("somebody is on the way"),
    "alert.on_site": N_("somebody is there"),
    "alert.resolved": N_("an alert is over"),
    "device.silent": N_("a sensor or a home is silent"),
    "need.opened": N_("something is asked for"),
    "need.changed": N_("a request has gone on"),
}
TEST: Final = "test"  #: sent on request only

#: Waits between tries; their sum is more than a day, and after the last one it is dead.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200)
)
#: Each wait is longer or shorter by so much at most: receivers that come back are not hit all at once.
JITTER: Final = 0.2
#: A secret that was replaced signs besides for so long.
BOTH_SIGN: Final = timedelta(hours=24)
PREFIX: Final = "whsec_"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class WebhookError(HubError):
    """This webhook cannot be kept."""


def check_url(url: str) -> str:
    """Return an address that events may go to; raises WebhookError with what to write."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WebhookError(N_("Write an address such as https://example.org/anju.")) from error
    if not host or parts.username or parts.password or parts.fragment or port == 0 or not url.isprintable():
        raise WebhookError(N_("Write an address such as https://example.org/anju."))
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise WebhookError(N_("The address begins with https://; plain http:// is for this machine only."))
    return url.strip()


def check_kinds(kinds: tuple[str, ...]) -> list[str]:
    """Return the kinds in their order; raises WebhookError for none, and for one that does not exist."""
    if not kinds or not set(kinds) <= set(KINDS):
        raise WebhookError(N_("Choose at least one kind of event, out of those that exist."))
    return [kind for kind in KINDS if kind in kinds]


def may_go_to(host: str, address: str, *, private_too: bool) -> bool:
    """Whether a host's address, as it was just resolved, may be spoken to.

    A name that leads into the hub's own network would let whoever owns it ask our neighbours in our name;
    only who writes this machine's own address means it.
    """
    if host in LOOPBACK:
        return ip_address(address).is_loopback
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return private_too or ((mapped or found).is_global and not (mapped or found).is_multicast)


def new_secret() -> str:
    """Return a secret as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secrets_: list[str], message_id: str, timestamp: int, body: str) -> str:
    """Return the signatures of a message, one for each secret that is valid, with a space between."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return " ".join(
        "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()
        for secret in secrets_
    )


def wait(tries: int, chance: float) -> timedelta | None:
    """Return how long to wait after so many tries, or None when it is dead; `chance` is from 0 to 1."""
    if tries > len(WAITS):
        return None
    return WAITS[tries - 1] * (1 + JITTER * (2 * chance - 1))


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
