"""Day and night in a home's own time, as instants. Used at ticks only: no event waits for a calendar.

A day is 23 or 25 hours long when the clocks change; its hours are looked up one by one, never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from models.detection.limits import DAY_FROM, DAY_TO, NIGHT_FROM, NIGHT_TO


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of a zone: instants in milliseconds since 1970."""

    night_end: int  #: of the night before
    start: int
    end: int
    night_start: int


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _day(zone: str, ordinal: int) -> Day:
    def instant(hour: int) -> int:
        wall = datetime.combine(date.fromordinal(ordinal), time(hour), tzinfo=_zone(zone))
        return round(wall.timestamp() * 1000)

    return Day(instant(NIGHT_TO), instant(DAY_FROM), instant(DAY_TO), instant(NIGHT_FROM))


def local(zone: str, at: int) -> datetime:
    """Return an instant as the clock on the home's wall shows it."""
    return datetime.fromtimestamp(at / 1000, _zone(zone))


def day_of(zone: str, at: int, later: int = 0) -> Day:
    """Return the calendar day of an instant, or the day `later` days after it."""
    return _day(zone, local(zone, at).toordinal() + later)


def is_night(zone: str, at: int) -> bool:
    """Whether an instant lies in the night."""
    day = day_of(zone, at)
    return at < day.night_end or at >= day.night_start


def night_from(zone: str, at: int) -> int:
    """Return the first instant of night that is not before `at`: `at` itself by night."""
    day = day_of(zone, at)
    return at if at < day.night_end else max(at, day.night_start)
