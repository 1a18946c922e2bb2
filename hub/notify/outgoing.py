"""One attempt as a provider needs it: its words, cut to what the provider can carry there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.notify import wording
from hub.notify.capability import Capability
from hub.notify.channels.port import Outgoing
from hub.notify.wording import LastActivity


def outgoing(
    alert: Mapping[str, Any],
    attempt: Mapping[str, Any],
    capability: Capability,
    *,
    link: str = "",
    last: LastActivity | None = None,
) -> Outgoing:
    """Return what is sent; `link` stays out where the carrier forbids it.

    A call by most providers asks for its words when it is picked up.
    """
    language, purpose = attempt["language"], attempt["purpose"]
    link = link if capability.links else ""
    text = ""
    if attempt["channel"] != "voice":
        # What is said of several alerts at once was written when it was owed.
        text = attempt.get("body") or wording.written(
            alert,
            language,
            purpose=purpose,
            link=link,
            longest=capability.longest,
            last=last,
            two_way=capability.replies,
        )
    return Outgoing(
        attempt_id=attempt["id"],
        channel=attempt["channel"],
        address=attempt["address"],
        text=text,
        subject=wording.subject(alert, language, purpose=purpose),
        link=link,
        language=language,
        purpose=purpose,
        words=wording.words(alert, language),
        urgent=alert["severity"] == "emergency",
    )
