"""What decline is found with: the product, and the plain methods that it has to beat.

The plain ones hold the mean of seven days against the days before them, each number in the direction in
which it is worse; their limits are set on homes that are not judged, so that they too speak once a year for
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from models.detection.decline.evidence import WAYS
from models.detection.decline.features import NAMES, Day, Floats
from models.detection.decline.usual import LEAST_SPREAD
from models.detection.decline.weeks import LAG, NEEDED, Decline
from models.detection.finding import Finding

#: An advice is answered: for so long nothing is said again, and what is now is the usual afterwards.
ANSWERED: Final = NEEDED
_BASE: Final = 98
_WEEK: Final = 7
_OF: Final = np.array([NAMES.index(way.name) for way in WAYS])
_SIGN: Final = np.array([float(way.worse) for way in WAYS])
#: What a tenth is for numbers that are clock times: minutes.
_TENTH: Final = {"wake": 30.0, "to_bed": 30.0}


def product(days: Sequence[Day]) -> list[int]:
    """Return the numbers of the days on whose night the product says something; each advice is answered."""
    home, said = Decline(), []
    for number, day in enumerate(days):
        home.take(day)
        if isinstance(home.score(0), Finding):
            said.append(number)
            home.accept()
    return said


Course = Callable[[Sequence[Day]], Floats]


def mean_and_sigma(days: Sequence[Day]) -> Floats:
    """Return for each day by how many standard deviations the week is worse, in what is worst."""
    return _course(days, lambda before: np.maximum(_deviation(before), 0.2 * LEAST_SPREAD))


def plain_threshold(days: Sequence[Day]) -> Floats:
    """Return for each day by how many tenths the week is worse, in what is worst."""

    def tenth(before: Floats) -> Floats:
        of = np.maximum(np.abs(_mean(before)) / 10, 0.2 * LEAST_SPREAD)
        for name, minutes in _TENTH.items():
            of[NAMES.index(name)] = minutes
        return of

    return _course(days, tenth)


PLAIN: Final[dict[str, Course]] = {"mean_and_sigma": mean_and_sigma, "plain_threshold": plain_threshold}


def said_by(course: Floats, limit: float) -> list[int]:
    """Return the days on which a course crosses its limit, four weeks apart at least."""
    said: list[int] = []
    for number in np.flatnonzero(course > limit).tolist():
        if not said or number - said[-1] > ANSWERED + LAG:
            said.append(number)
    return said


def limit_for(courses: Sequence[Floats], a_year: float) -> float:
    """Return the limit with which homes' courses are crossed so often a year."""
    years = sum(len(one) for one in courses) / 365
    low, high = 0.0, 1000.0
    for _ in range(40):
        middle = (low + high) / 2
        often = sum(len(said_by(one, middle)) for one in courses) / years
        low, high = (middle, high) if often > a_year else (low, middle)
    return high


def _course(days: Sequence[Day], unit: Callable[[Floats], Floats]) -> Floats:
    values = np.array([day.values if day.why == "" else np.full(len(NAMES), np.nan) for day in days])
    course = np.zeros(len(days))
    for number in range(NEEDED + LAG, len(days)):
        before = values[max(0, number - _BASE - LAG) : number - LAG]
        week = values[number - _WEEK + 1 : number + 1]
        known = (~np.isnan(week)).sum(axis=0) >= 4
        known &= (~np.isnan(before)).sum(axis=0) >= NEEDED // 2
        off = np.where(known, (_mean(week) - _mean(before)) / unit(before), 0.0)
        course[number] = float((_SIGN * off[_OF]).max())
    return course


def _mean(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    return np.asarray(np.nan_to_num(rows).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def _deviation(rows: Floats) -> Floats:
    return np.asarray(np.sqrt(_mean((rows - _mean(rows)) ** 2)))
