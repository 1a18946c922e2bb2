"""How much the days speak for a change: one running sum for each way in which a day can be worse.

Each sum is the odds of "it has changed since some day" against "as always", added over all days on which the
change can have begun (Shiryaev and Roberts; a CUSUM that keeps the sum where Page's keeps the maximum). While
nothing changes such a sum grows by at most one a day on average. So does the weighted mean of all of them,
whatever the features have to do with each other: a limit of so many days is crossed at most once in so many
days, for the whole family together (e-detectors: Shin, Ramdas, Rinaldo, 2023).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from models.detection.decline.features import NAMES, Floats
from models.detection.decline.usual import Usual


class Way(NamedTuple):
    """One way of being worse: a number of the day, and whether higher (1) or lower (-1) is worse."""

    name: str
    worse: int


WAYS: Final = (
    Way("activity", -1),
    Way("room_changes", -1),
    Way("kitchen", -1),
    Way("wake", -1),
    Way("wake", 1),
    Way("to_bed", -1),
    Way("to_bed", 1),
    Way("night_toilet", 1),
    Way("out", -1),
    Way("steadiness", -1),
    Way("fragmentation", 1),
    Way("contrast", -1),
)
_OF: Final = np.array([NAMES.index(way.name) for way in WAYS])
_SIGN: Final = np.array([float(way.worse) for way in WAYS])
#: Less of everything at once is the commonest decline: these together are one more way.
TOGETHER: Final = tuple(WAYS.index(Way(name, -1)) for name in ("activity", "room_changes", "kitchen", "out"))
_TOGETHER: Final = np.array(TOGETHER)
#: What the ways count in the mean: a half for all together, the rest evenly.
WEIGHTS: Final = np.array([0.5 / len(WAYS)] * len(WAYS) + [0.5])
#: Sizes of change that are looked for, in spreads a day; each has half of a way's sum.
_SIZES: Final = np.array([0.4, 0.8])
#: One day never counts for more: some days at half speed are no decline. At the same rate of needless advices
#: over made-up homes 1.2 found declines days sooner than 1.6 to 2.5.
_MOST: Final = 1.2
#: The variance of a normal number that is cut there.
_CUT_VARIANCE: Final = 0.635
#: How alike the four of `TOGETHER` are taken to be from one day to the next.
_ALIKE: Final = 0.5
#: A day is spent in bed when all together are less by so many spreads on average: one ordinary day a year.
_LAID_UP: Final = 2.2
#: What may be no more than the middle being known badly, in standard errors of it.
_DOUBT: Final = 0.2


def worse_by(usual: Usual, unlike: Floats) -> Floats:
    """Return for each way, all together last, by how many spreads a day is worse; not a number: unknown."""
    one = _SIGN * unlike[_OF]
    four = one[_TOGETHER]
    known = ~np.isnan(four)
    count = int(known.sum())
    # The mean of numbers that are alike varies less than each, by so much:
    together = (
        float(four[known].mean()) / np.sqrt((1 + (count - 1) * _ALIKE) / count) if count > 1 else float("nan")
    )
    return np.append(one, together)


def laid_up(usual: Usual, values: Floats) -> bool:
    """Whether hardly anything happened on a day: much less of all together, as when somebody lies in bed."""
    columns = _OF[_TOGETHER]
    far = (usual.middle[columns] - values[columns]) / usual.spread[columns]
    known = ~np.isnan(far)
    return bool(known.sum() > 1 and float(far[known].mean()) >= _LAID_UP)


def added(sums: Floats, usual: Usual, worse: Floats) -> Floats:
    """Return the sums (a row for each way, a column for each size) after one more judged day."""
    inertia = np.append(usual.inertia[_OF], float(usual.inertia[_OF[_TOGETHER]].mean()))
    days = np.append(usual.days[_OF], float(usual.days[_OF[_TOGETHER]].min()))
    known = ~np.isnan(worse)
    score = inertia * np.clip(np.nan_to_num(worse), -_MOST, _MOST)
    score = score - _DOUBT / np.sqrt(np.maximum(days, 1.0))
    odds = np.exp(_SIZES * score[:, None] - _CUT_VARIANCE * _SIZES**2 / 2)
    return np.where(known[:, None], (sums + 1) * odds, sums)


def nothing() -> Floats:
    """Return the sums of a home in which nothing speaks for a change."""
    return np.zeros((len(WEIGHTS), len(_SIZES)))


def chance_days(sums: Floats) -> float:
    """Return in how many days such evidence comes about once by chance, over all ways together."""
    return float(WEIGHTS @ sums.mean(axis=1))
