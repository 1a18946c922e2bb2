"""The time, as an object: everything else in the hub takes `now` or a clock, and none reads the system's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A time that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        return self._at

    def move(self, by: timedelta) -> datetime:
        """Go forward and return the new instant."""
        self._at += by
        return self._at


def milliseconds(at: datetime) -> int:
    """Return an instant as the wire counts it: milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def instant(milliseconds_since_1970: int) -> datetime:
    """Return the instant of a number on the wire."""
    return datetime.fromtimestamp(milliseconds_since_1970 / 1000, UTC)
