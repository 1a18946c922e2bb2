"""When the machine's wall clock became right, or was set.

A Raspberry Pi wakes up with the time at which it was switched off, or in 1970. Until time servers steer its
clock, the instants of events are guesses; afterwards they can be put right, for the time since the machine's
start was measured all along.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from edge_agent import machine
from edge_agent.core.timing import Clock

LOOK_MS = 10_000
STEP_MS = 2_000  #: a wall clock that moved this far against the machine's own was set

log = logging.getLogger("anju.agent")


class WallClock:
    """What is known of the wall clock, looked at now and then."""

    def __init__(self, judge: Callable[[int], Clock] = machine.clock) -> None:
        self.trust: Clock = "unsynced"
        self._judge = judge
        self._skew: int | None = None
        self._look_at = 0

    def look(self, now: int, mono: int) -> int | None:
        """Look if it is time; return the skew (wall clock minus `mono`) when it has just become right."""
        if mono < self._look_at:
            return None
        self._look_at = mono + LOOK_MS
        before, self.trust = self.trust, self._judge(now)
        skew_before, self._skew = self._skew, now - mono
        if self.trust != before:
            log.info("the clock is %s", self.trust)
        became_right = self.trust == "synced" and before != "synced"
        was_set = skew_before is not None and abs(self._skew - skew_before) > STEP_MS
        return self._skew if became_right or (was_set and self.trust != "unsynced") else None
