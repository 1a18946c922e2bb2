"""When a clock on the wall shows a time: local days and times as instants, on days of change too.

Pure. A time that a day skips (clocks go forward) is the moment of the change; a time that comes twice (they
go back) is its first coming. So a later time on the wall is never an earlier instant: shifts that touch on
the wall touch in truth, and none of them ever ends before it begins.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def instant_of(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the clocks of `zone` show `wall` (`HH:MM`, up to `24:00`)."""
    hour, minute = int(wall[:2]), int(wall[3:])
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    shown = datetime.combine(day, time(hour, minute))
    earlier = shown.replace(tzinfo=zone, fold=0)
    found = earlier.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == shown:
        return found
    return _change(shown.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def instant_of_local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a date and time without a zone, to the minute."""
    return instant_of(at.date(), f"{at:%H:%M}", zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the clocks of `zone` jump: after `before`, at `after` at the latest."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
