"""What is usual in a home, and what has changed within 30 days: from its hours. Pure.

A day of which nothing is recorded is a gap, never a zero; what is usual is said from fourteen known days on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

DAYS: Final = 30
KNOWN_FROM: Final = 14  #: days; before that nothing is called usual
USUAL_SHARE: Final = 0.5  #: of the known days on which a room was in use at this hour
_NIGHT: Final = frozenset({23, 0, 1, 2, 3, 4, 5})
_BATH: Final = ("bath", "toilet", "卫生间", "浴室", "厕所")
#: A week differs from those before it by so much of the usual, and by one at least, before it is said.
_CHANGED: Final = 0.25


TrendName = Literal["activity", "sleep", "night_toilet", "outings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One number a day; None where the day is not known."""

    name: TrendName
    values: tuple[float | None, ...]  #: the oldest day first
    week: float | None  #: median of the latest seven days
    before: float | None  #: median of the days before them

    @property
    def changed(self) -> int:
        """1: more than before, -1: less, 0: about as before, or not known."""
        if self.week is None or self.before is None:
            return 0
        least = max(1.0, _CHANGED * self.before)
        return 0 if abs(self.week - self.before) < least else 1 if self.week > self.before else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is usual, and the trends."""

    known: int  #: days of which something is recorded
    usual: Mapping[str, tuple[int, ...]]  #: hours of the day by room
    trends: tuple[Trend, ...]
    first: date


def habits(rows: Iterable[Mapping[str, Any]], today: date, zone: ZoneInfo) -> Habits:
    """Return the habits of the 30 days before `today`; `rows` are the hours of a home."""
    first = today - timedelta(days=DAYS)
    seen: dict[date, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    doors: dict[date, int] = defaultdict(int)
    for row in rows:
        local = row["hour"].astimezone(zone)
        if not first <= local.date() < today:
            continue
        seen[local.date()][local.hour].add(row["room"])
        if row["outer"]:
            doors[local.date()] += row["n"]
    days = [first + timedelta(days=n) for n in range(DAYS)]
    known = [day for day in days if day in seen]
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for day in known:
        for hour, rooms in seen[day].items():
            for room in rooms:
                counts[room, hour] += 1
    usual: dict[str, list[int]] = defaultdict(list)
    if len(known) >= KNOWN_FROM:
        for (room, hour), n in sorted(counts.items()):
            if n >= USUAL_SHARE * len(known):
                usual[room].append(hour)

    def trend(name: TrendName, value: Any) -> Trend:
        values = tuple(float(value(day)) if day in seen else None for day in days)
        return Trend(name=name, values=values, week=_middle(values[-7:]), before=_middle(values[:-7]))

    return Habits(
        known=len(known),
        usual={room: tuple(hours) for room, hours in usual.items()},
        first=first,
        trends=(
            trend("activity", lambda day: len(seen[day])),
            trend("sleep", lambda day: _longest_quiet(seen[day])),
            trend("night_toilet", lambda day: sum(_bath(seen[day].get(hour, ())) for hour in _NIGHT)),
            trend("outings", lambda day: doors[day] // 2),
        ),
    )


def spans(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Return hours of a day as spans of minutes, neighbours joined."""
    found: list[tuple[int, int]] = []
    for hour in sorted(hours):
        if found and found[-1][1] == hour * 60:
            found[-1] = (found[-1][0], hour * 60 + 60)
        else:
            found.append((hour * 60, hour * 60 + 60))
    return found


def _longest_quiet(day: Mapping[int, set[str]]) -> int:
    """The most hours in a row, before noon, in which nothing but the bathroom was in use."""
    longest = run = 0
    for hour in range(12):
        quiet = all(_bath((room,)) for room in day.get(hour, ()))
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest


def _bath(rooms: Iterable[str]) -> bool:
    return any(part in room.lower() for room in rooms for part in _BATH)


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= 3 else None
