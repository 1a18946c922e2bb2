"""Words by which a person forbids a sender to write, and allows it again. Pure."""

from __future__ import annotations

from typing import Final, Literal

STOP: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START: Final = frozenset({"START", "YES", "UNSTOP"})


def wish(body: str) -> Literal["stop", "start"] | None:
    """Return what the message asks for, if it is nothing but such a word."""
    word = body.strip().upper()
    if word in STOP:
        return "stop"
    return "start" if word in START else None
