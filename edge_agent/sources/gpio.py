"""Contacts and detectors on the Raspberry Pi's own pins: `gpio/<device>`, in the agent's own inbox.

Nothing of this is on a broker: `edge_agent/pins.py` watches the pins and hands over what they say, in the
shape of messages, so that a pin goes the same way as any sensor. A pin says `1` while current flows (a closed
contact, a detector that sees something) and `0` while none does.
"""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.sources import Fact, Known, Reading, Roster, UnreadableError

PREFIX = "gpio/"
_WORDS = {b"1": True, b"0": False}


class Gpio:
    """The pins that a person placed."""

    name = "gpio"
    bridged = False
    subscriptions: tuple[str, ...] = ()

    def __init__(self, placed: Iterable[Known] = ()) -> None:
        self.placed: tuple[Known, ...] = tuple(placed)
        self._ids = frozenset(known.id for known in self.placed)

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return what a pin says; `retained` for how it stood when it was first looked at."""
        device = topic.removeprefix(PREFIX)
        if not topic.startswith(PREFIX) or device not in self._ids:
            return []
        if payload not in _WORDS:
            raise UnreadableError("Neither 1 nor 0.")
        return [Reading(device, {"pin": _WORDS[payload]}, cached=retained)]

    def snapshot(self) -> bytes:
        """Return nothing: the pins stand in the settings, and can be looked at."""
        return b""

    def restore(self, snapshot: bytes) -> Roster | None:
        """Take back nothing."""
        return None
