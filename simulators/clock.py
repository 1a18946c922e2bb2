"""The clock of a simulated home: the real time, or a past that runs faster until it has caught up.

The only file of the simulated homes that reads a clock.
"""

from __future__ import annotations

import time
from datetime import datetime


class Clock:
    """Milliseconds since 1970, UTC. Never ahead of the real time: having caught up, it keeps its pace."""

    def __init__(self, factor: float = 1.0, start: datetime | None = None) -> None:
        """Begin at `start` (now by default) and run `factor` times as fast as life."""
        if factor <= 0:
            raise ValueError(f"A clock does not run {factor} times as fast as life.")
        self._factor = factor
        self._begun = time.monotonic()
        real = _real()
        self._start = real if start is None else min(real, round(start.timestamp() * 1000))
        self._follows = self._start >= real

    def now(self) -> int:
        """Return the instant in this home."""
        if not self._follows:
            passed = (time.monotonic() - self._begun) * 1000 * self._factor
            instant = self._start + round(passed)
            if instant < _real():
                return instant
            self._follows = True
        return _real()

    def seconds_until(self, instant: int) -> float:
        """Return how many real seconds it takes until `instant`; not less than 0."""
        ahead = (instant - self.now()) / 1000
        return max(0.0, ahead if self._follows else ahead / self._factor)


def _real() -> int:
    return time.time_ns() // 1_000_000
