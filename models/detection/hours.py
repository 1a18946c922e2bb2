"""Day and night in a home's own time, as instants. Used at ticks only: no event waits for a calendar.

A day is 23 or 25 hours long when the clocks change; its hours are looked up one by one, never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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


def four_after(zone: str, at: int) -> int:
    """Return the first four o'clock in the morning after an instant: there one evening ends for good."""
    for later in (0, 1):
        wall = datetime.combine(local(zone, at).date(), time(4), tzinfo=_zone(zone)) + timedelta(days=later)
        four = round(wall.timestamp() * 1000)
        if four > at:
            return four
    raise AssertionError("Tomorrow's four o'clock comes after every instant of today.")


def wall_minute(zone: str, at: int, minute: float) -> int:
    """Return the instant at which the clock shows `minute` (from midnight) on the calendar day of `at`."""
    midnight = datetime.combine(local(zone, at).date(), time(0), tzinfo=_zone(zone))
    return round((midnight + timedelta(minutes=minute)).timestamp() * 1000)


def minute_of(zone: str, at: int) -> float:
    """Return the minute that the clock on the home's wall shows, from midnight."""
    wall = local(zone, at)
    return wall.hour * 60 + wall.minute + wall.second / 60


def offset_of(zone: str, at: int) -> int:
    """Return what the home's clock is ahead of UTC at an instant, in milliseconds."""
    ahead = local(zone, at).utcoffset()
    return round(ahead.total_seconds() * 1000) if ahead is not None else 0
