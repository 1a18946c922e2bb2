"""The life of one attempt as a table; what is not in the table is ignored, so late news changes nothing.

Providers call back late, twice, out of order or never. A key that a human pressed outranks everything.
"""

from __future__ import annotations

from typing import Final, Literal

AttemptStatus = Literal[
    "queued",
    "sending",
    "unknown",
    "accepted",
    "ringing",
    "talking",
    "sent",
    "delivered",
    "answered",
    "declined",
    "unanswered",
    "voicemail",
    "busy",
    "failed",
    "withdrawn",
]

_KEYS: Final = frozenset({"answered", "declined"})
_ENDS: Final = frozenset({"answered", "declined", "unanswered", "voicemail", "busy", "failed", "withdrawn"})
_NEWS: Final = frozenset({"accepted", "ringing", "talking", "sent", "delivered"}) | _ENDS

NEXT: Final[dict[str, frozenset[str]]] = {
    # Somebody may answer one message while the next, or a call, still waits to go out.
    "queued": frozenset({"sending", "withdrawn"}) | _KEYS,
    # The provider's first word may overtake the answer to our own request.
    "sending": _NEWS | {"unknown", "queued"},
    "unknown": _NEWS | {"queued"},
    "accepted": _NEWS - {"accepted"},
    "ringing": frozenset({"talking"}) | _ENDS,
    "talking": _ENDS,
    # A message is answered by a message, or by its link.
    "sent": frozenset({"delivered", "failed"}) | _KEYS,
    "delivered": _KEYS,
    # A person can still press a key while we think that a machine has answered or the call is over.
    "voicemail": _KEYS,
    "unanswered": _KEYS,
    "withdrawn": _KEYS,
    "busy": frozenset(),
    "failed": frozenset(),
    # Whoever took it may find that they cannot go after all, and whoever could not, that they can.
    "answered": frozenset({"declined"}),
    "declined": frozenset({"answered"}),
}

LIVE: Final = frozenset({"queued", "sending", "unknown", "accepted", "ringing", "talking"})
#: A human has heard of it, or has it in writing.
HEARD: Final = frozenset({"answered", "declined", "delivered"})
ENDED_WITHOUT_ANSWER: Final = frozenset({"declined", "unanswered", "voicemail", "busy", "failed"})


def may_become(here: str, there: str) -> bool:
    """Whether news may change an attempt so."""
    return there in NEXT[here]


def is_live(status: str) -> bool:
    """Whether an answer may still come of an attempt."""
    return status in LIVE
