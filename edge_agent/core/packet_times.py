"""When a wearable's samples were taken, on the machine's own clock that never jumps.

A wearable's clock may begin in 1970, be set while it is worn, or be missing; the air delays packets by
fractions of a second and now and then by minutes. What is certain is only that no sample is from the future.
Seconds throughout; nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge_agent.core.motion import MotionBatch

SET_S = 5.0  #: a wearable's clock that disagrees by more with the arrivals was set, or began again
LAG_S = 5.0  #: packets are expected at least this often
_DRIFT = 0.001  #: a clock of a cheap quartz is a tenth of this off
_STAYS = 3  #: packets in a row that are as late as the ones before: not late, the clock was set
_LATE_S = 0.5  #: without a clock, a packet that comes this much off its turn begins anew


@dataclass(slots=True)
class PacketTimes:
    """The times of one wearable's packets. Begins anew after a restart: the first packet sets it again."""

    ahead_s: float | None = None  #: the machine's clock minus the wearable's, as of the fastest packets
    heard_at: float = 0.0
    end_at: float | None = None  #: when the next sample would be, of a wearable without a clock
    every_s: float = 1.0  #: between packets, the longest of late
    _behind_s: float = 0.0
    _stays: int = 0

    def place(self, batch: MotionBatch, arrived_at: float) -> float:
        """Return when the first sample of `batch` was taken."""
        lasts = len(batch.samples) / batch.rate
        if self.heard_at:
            between = min(LAG_S, max(0.0, arrived_at - self.heard_at))
            self.every_s = max(between, 0.98 * self.every_s)
        first = (
            self._by_arrival(lasts, arrived_at)
            if batch.start is None
            else self._by_its_clock(batch.start / 1000, lasts, arrived_at)
        )
        self.heard_at = arrived_at
        return first

    @property
    def lag_s(self) -> float:
        """How far behind the packets may be without anything being missing."""
        return min(LAG_S, self.every_s) + _LATE_S

    def _by_its_clock(self, start: float, lasts: float, arrived_at: float) -> float:
        seen = arrived_at - (start + lasts)
        if self.ahead_s is None or self._was_set(seen - self.ahead_s, lasts):
            self.ahead_s = seen
        else:
            self.ahead_s = min(seen, self.ahead_s + _DRIFT * max(0.0, arrived_at - self.heard_at))
        return start + self.ahead_s

    def _was_set(self, behind: float, lasts: float) -> bool:
        """Packets that waited out a gap in the air come in a row, each less late than the one before."""
        if behind > SET_S and self._behind_s - behind < lasts / 10:
            self._stays += 1
        elif behind <= SET_S or self._behind_s > behind:
            self._stays = 0
        self._behind_s = behind
        if behind >= -SET_S and self._stays < _STAYS:
            return False
        self._stays, self._behind_s = 0, 0.0
        return True

    def _by_arrival(self, lasts: float, arrived_at: float) -> float:
        first = arrived_at - lasts
        if self.end_at is not None and abs(first - self.end_at) <= _LATE_S:
            first = self.end_at + 0.05 * (first - self.end_at)
        self.end_at = first + lasts
        return first
