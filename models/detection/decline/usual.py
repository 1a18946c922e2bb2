"""What is usual in a home: the middle and the spread of each number of its days, robust and shrunk.

Median and MAD, never mean and standard deviation: one odd day moves nothing. How unlike a day is counts its
rank among the days before as well, so that a number with one long tail does not look worse every other week.
Days of a week are told apart only where eight weeks are known, seasons only where the year before is.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.decline.features import Floats

#: The spread is never taken to be smaller: a resident whose days are all alike may still vary by so much.
LEAST_SPREAD: Final = np.array([0.4, 0.4, 0.4, 12.0, 15.0, 0.5, 0.4, 4.0, 10.0, 3.0])
#: Nor smaller than this part of the middle; clock times have none.
LEAST_PART: Final = np.array([0.08, 0.08, 0.08, 0.0, 0.0, 0.0, 0.08, 0.05, 0.05, 0.03])
#: How much a day is like the day before it in homes in general, and for how many days that counts. The
#: steadiness of seven days shares six of them with the one before.
_LIKE_BEFORE: Final = np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.85, 0.15, 0.2])
_LIKE_WEIGHT: Final = 60.0
_MAD: Final = 1.4826
_NORMAL: Final = NormalDist()
_CLIP: Final = 3.0
_WEEKDAY_FROM: Final = 56  #: days
_WEEKDAY_WEIGHT: Final = 8.0  #: days that "no difference between the days of a week" counts for


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual, an entry for each number of a day."""

    middle: Floats
    spread: Floats
    days: Floats  #: on how many days it is founded
    inertia: Floats  #: how much a run of days alike is worth less than as many independent ones, 0 to 1
    weekday: Floats  #: seven rows: how much each day of the week is usually above the middle
    rest: Floats  #: the days themselves, less what was expected of them: a row for each

    def unlike(self, values: Floats, weekday: int, season: Floats | None = None) -> Floats:
        """Return how many spreads a day is above what is usual; not a number stays one.

        By its distance or by its rank, whichever says less.
        """
        expected = self.middle + self.weekday[weekday]
        if season is not None:
            expected = expected + np.clip(season, -self.spread, self.spread)
        off = values - expected
        below = (self.rest < off).sum(axis=0) + 0.5 * (self.rest == off).sum(axis=0)
        by_rank = np.array([_NORMAL.inv_cdf(one) for one in ((below + 0.5) / (self.days + 1)).tolist()])
        by_distance = off / self.spread
        agree = np.sign(by_rank) == np.sign(by_distance)
        least = np.where(np.abs(by_rank) < np.abs(by_distance), by_rank, by_distance)
        return np.where(np.isnan(off), np.nan, np.where(agree, least, 0.0))


def usual(values: Floats, weekdays: NDArray[np.int64]) -> Usual:
    """Return what is usual over days: a row of numbers for each, and its day of the week."""
    middle, days = median(values)
    rest = values - middle
    week = np.zeros((7, values.shape[1]))
    if len(values) >= _WEEKDAY_FROM:
        for day in range(7):
            off, known = median(rest[weekdays == day])
            week[day] = np.where(known > 0, off * known / (known + _WEEKDAY_WEIGHT), 0.0)
        rest = rest - week[weekdays]
    mad, _ = median(np.abs(rest))
    spread = np.maximum(_MAD * mad, np.maximum(LEAST_SPREAD, LEAST_PART * np.abs(middle)))
    clipped = np.clip(np.nan_to_num(rest / spread), -_CLIP, _CLIP)
    # Where the tails are heavier than the MAD shows, the spread of what is left after clipping counts.
    second = np.sqrt((clipped**2).sum(axis=0) / np.maximum(days, 1))
    spread = spread * np.maximum(1.0, second)
    return Usual(middle, spread, days, _inertia(clipped, days), week, rest)


def median(values: Floats) -> tuple[Floats, Floats]:
    """Return the median of each column and how many numbers it has; not a number for a column of none."""
    known = (~np.isnan(values)).sum(axis=0)
    if not len(values):
        return np.full(values.shape[1], np.nan), known.astype(np.float64)
    ordered = np.sort(values, axis=0)  # what is not a number comes last
    column = np.arange(values.shape[1])
    low, high = np.maximum((known - 1) // 2, 0), np.minimum(known // 2, len(values) - 1)
    middle = (ordered[low, column] + ordered[high, column]) / 2
    return np.where(known > 0, middle, np.nan), known.astype(np.float64)


def _inertia(rest: Floats, days: Floats) -> Floats:
    """Return by how much evidence of neighbouring days is to be damped: lag-one likeness, shrunk."""
    together = (rest[1:] * rest[:-1]).sum(axis=0)
    square = np.maximum((rest**2).sum(axis=0), 1e-9)
    weight = np.maximum(days, 0.0)
    like = (weight * together / square + _LIKE_WEIGHT * _LIKE_BEFORE) / (weight + _LIKE_WEIGHT)
    like = np.clip(like, 0.0, 0.9)
    return np.asarray(np.sqrt((1 - like) / (1 + like)))
