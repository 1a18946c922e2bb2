"""From scores to a limit that spends a budget: so many exceedings a day, no more.

Own days and those of other homes are counted together, the others' as a few days; beyond what either has seen
the tail is taken to fall off exponentially. No theory of the model says what is rare: only what has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.detection.routines.habits import Floats

A_DAY: Final = 12  #: spells of a day that are kept: the highest by either score
DAYS: Final = 56  #: so many days are kept
OTHERS_DAYS: Final = 14.0  #: what the other homes count for together
_BODY: Final = 4.0  #: exceedings that can be counted on; a rarer limit is drawn out from there


@dataclass(slots=True)
class Tail:
    """The most unusual spells of each of the last days: one row a spell, one column a score."""

    columns: int = 1
    days: list[Floats] = field(default_factory=list)

    def add(self, scores: Floats) -> None:
        """Take in the scores of one more day, whose model did not know them: one row a spell."""
        rows = scores.reshape(-1, self.columns)
        if len(rows) > A_DAY:
            ranks = (-rows).argsort(axis=0).argsort(axis=0)
            rows = rows[ranks.min(axis=1).argsort(kind="stable")[:A_DAY]]
        self.days.append(rows.copy())
        del self.days[:-DAYS]

    def rows(self) -> Floats:
        """Return all that is kept."""
        return np.concatenate(self.days) if self.days else np.empty((0, self.columns))


def limits(own: Tail, others: Tail, a_day: float) -> Floats:
    """Return for each score the limit, so that together they are exceeded `a_day` times a day.

    Each gets its part of the budget. What two scores exceed together is spent once: where it can be counted,
    the rest is given back. Infinite where nobody has a single day.
    """
    days = len(own.days) + (OTHERS_DAYS if others.days else 0.0)
    rows = np.concatenate([own.rows(), others.rows()])
    if not days or not len(rows):
        return np.full(own.columns, np.inf)
    weight = np.ones(len(rows))
    weight[len(own.rows()) :] = OTHERS_DAYS / max(1, len(others.days))
    wanted = a_day * days
    low, high = wanted / own.columns, wanted
    found = _each(rows, weight, low)
    if wanted < 2 * _BODY:
        return found
    for _ in range(8):
        middle = (low + high) / 2
        tried = _each(rows, weight, middle)
        if weight[(rows > tried).any(axis=1)].sum() <= wanted:
            low, found = middle, tried
        else:
            high = middle
    return found


def _each(rows: Floats, weight: Floats, wanted: float) -> Floats:
    return np.array([_one(column, weight, wanted) for column in rows.T])


def _one(scores: Floats, weight: Floats, wanted: float) -> float:
    """Return the score that is exceeded `wanted` times, drawn out beyond what has happened."""
    order = np.argsort(scores)[::-1]
    scores, weight = scores[order], weight[order]
    above = np.cumsum(weight)
    body = min(_BODY, float(above[-1]))
    if wanted >= body:
        return float(np.interp(wanted, above, scores))
    start = float(np.interp(body, above, scores))
    beyond = scores > start
    if not beyond.any():
        return start
    excess = np.average(scores[beyond] - start, weights=weight[beyond])
    return start + float(excess) * float(np.log(body / wanted))
