"""Time for the telephones: what o'clock it is, and how long a ring or a sentence lasts.

The wall clock always tells the true time, so that callbacks agree with the rest of the world; `speed` only
shortens waiting. Everything that waits gets a clock handed in, so that a test can move time by hand.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the telephones ask of time."""

    def now(self) -> datetime:
        """The time, aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds of the telephones' time have passed."""
        ...

    def seconds(self, start: datetime, end: datetime) -> float:
        """How many seconds of the telephones' time lie between two moments."""
        ...


class WallClock:
    """Real time; waiting takes the `speed`-th part."""

    def __init__(self, speed: float = 1.0) -> None:
        if not 0.01 <= speed <= 1000:
            raise ValueError("speed must lie between 0.01 and 1000")
        self._speed = speed

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._speed)

    def seconds(self, start: datetime, end: datetime) -> float:
        return (end - start).total_seconds() * self._speed
