"""Homes whose days can be asked for without end: made up, or drawn again from recorded days.

Recorded homes are known for weeks only; their days are drawn in runs of three, on the same days of the week,
so that years of null days and declining days come about. Years drawn so have no seasons and no colds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from models.detection.decline.features import Day, day_of
from models.detection.limits import HOUR, MINUTE
from models.detection.routines.places import place_of
from models.training.decline.made_up import MONDAY, WATCHED, MadeUpHome, Signs, as_signs
from models.training.decline.worsened import KINDS
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

RUN: Final = 3  #: days drawn together
ENOUGH: Final = 8  #: ordinary days that a recording must have
_BEFORE: Final = 14 * HOUR


class Endless(Protocol):
    """A home that goes on for ever."""

    def day(self, kind: str, days: float) -> Day:
        """Return the next day, after so many days of a decline of this kind; 0 and "" for none."""
        ...


class MadeUp:
    """A made-up home."""

    def __init__(self, seed: int) -> None:
        self._home = MadeUpHome(seed)
        self._chance = np.random.default_rng(seed + 2_000_000)
        self._number = 0

    def day(self, kind: str, days: float) -> Day:
        """Return the next day."""
        self._home.outings = max(0.0, 1 - 0.01 * days) if kind == "out" else 1.0
        made = self._home.next_day()
        signs = made.signs
        if days and kind in KINDS:
            signs = KINDS[kind](signs, days, self._chance)
        midnight = MONDAY + self._number * DAY
        self._number += 1
        return day_of(as_signs(signs, midnight), midnight, _utc, WATCHED, made.why)


class Drawn:
    """A recorded home, its days drawn again and again."""

    def __init__(self, home: Home, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._number = 0
        self._queue: list[int] = []
        recording = home.recording
        places = {place_of(one.room) for one in recording.sensors.values() if not one.outer_door}
        self._watched = frozenset(places)
        self._signs: list[Signs] = []
        self._days: list[Day] = []
        self._weekdays: list[int] = []
        for number in home.usable:
            midnight = recording.midnight(number)
            signs = [
                ((one.at - midnight) / MINUTE, one.room, one.outer_door)
                for one in home.between(midnight - _BEFORE, midnight + DAY)
            ]
            day = self._counted(signs, 0)
            if day.why == "":
                self._signs.append(signs)
                self._days.append(day)
                self._weekdays.append((midnight // DAY + 3) % 7)

    def __len__(self) -> int:
        return len(self._days)

    def day(self, kind: str, days: float) -> Day:
        """Return the next day."""
        drawn = self._next()
        number, self._number = self._number, self._number + 1
        if not days:
            known = self._days[drawn]
            return Day(MONDAY // DAY + 719_163 + number, known.values, known.hours, known.why)
        return self._counted(KINDS[kind](self._signs[drawn], days, self._chance), number)

    def _next(self) -> int:
        if not self._queue:
            weekend = self._number % 7 >= 5
            starts = [n for n, weekday in enumerate(self._weekdays) if (weekday >= 5) == weekend]
            start = int(self._chance.choice(starts or list(range(len(self._days)))))
            self._queue = list(range(start, min(start + RUN, len(self._days))))
        return self._queue.pop(0)

    def _counted(self, signs: Signs, number: int) -> Day:
        midnight = MONDAY + number * DAY
        return day_of(as_signs(signs, midnight), midnight, _utc, self._watched)


def recorded(homes: Sequence[Home]) -> list[Home]:
    """Return the recorded homes that have enough ordinary days to draw from."""
    return [home for home in homes if len(Drawn(home, 0)) >= ENOUGH]


def _utc(_: int) -> int:
    return 0
