"""The oddest of a home's last days, for a screen: ranked only, nobody is called for them.

An isolation forest says which days stand apart when all numbers are looked at together; it knows no budget,
so it decides nothing. The same days give the same ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.decline.features import NAMES, Floats
from models.detection.decline.usual import usual
from models.detection.decline.weeks import NEEDED, Past

_TREES: Final = 100
_CLIP: Final = 4.0
#: What is told of a day is at least so many spreads away from the usual.
_TOLD_FROM: Final = 1.5


@dataclass(frozen=True, slots=True)
class OddDay:
    """One day: how odd it is among all (0 the most ordinary, 1 the oddest), and what is odd about it.

    `unlike` has at most three numbers of the day by name, the most unlike first, in spreads above the usual.
    """

    ordinal: int
    oddness: float
    unlike: tuple[tuple[str, float], ...]


def odd_days(past: Past, last: int = 28) -> list[OddDay]:
    """Return the last days that could be seen, the oddest first; none before four weeks are known.

    Needs scikit-learn, which the hub has.
    """
    ordinary = past.ordinary
    if int(ordinary.sum()) < NEEDED:
        return []
    ordinals, values = past.ordinals[ordinary], past.values[ordinary]
    weekdays = (ordinals - 1) % 7
    known = usual(values, weekdays)
    unlike = (values - known.middle - known.weekday[weekdays]) / known.spread
    oddness = _oddness(np.clip(np.nan_to_num(unlike), -_CLIP, _CLIP))
    found = [
        OddDay(int(ordinals[n]), round(float(oddness[n]), 3), _told(unlike[n])) for n in range(len(ordinals))
    ]
    return sorted(found[-last:], key=lambda one: (-one.oddness, one.ordinal))


def _oddness(rows: Floats) -> NDArray[np.float64]:
    from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]  # a second, once a screen

    forest = IsolationForest(n_estimators=_TREES, random_state=0).fit(rows)
    scores = -np.asarray(forest.score_samples(rows), dtype=np.float64)
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    return np.asarray(ranks / max(1, len(rows) - 1), dtype=np.float64)


def _told(unlike: Floats) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-np.abs(np.nan_to_num(unlike)))
    return tuple(
        (NAMES[n], round(float(unlike[n]), 1)) for n in order[:3] if abs(float(unlike[n])) >= _TOLD_FROM
    )
