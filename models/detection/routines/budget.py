"""From scores to a limit that spends a budget: so many exceedings a day, no more.

Own days and those of other homes are counted together, the others' as a few days; beyond what either has seen
the tail is taken to fall off exponentially. No theory of the model says what is rare: only what has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

A_DAY: Final = 8  #: the highest scores of a day that are kept
DAYS: Final = 56  #: so many days are kept
#: What the other homes count for together, in days: at the beginning, and after four weeks of a home's own.
OTHERS_DAYS, OTHERS_LATER, OWN_DAYS = 14.0, 3.0, 28
_BODY: Final = 4.0  #: exceedings that can be counted on; a rarer limit is drawn out from there


@dataclass(slots=True)
class Tail:
    """The highest scores of each of the last days, the latest day last."""

    days: list[Floats] = field(default_factory=list)

    def add(self, scores: Floats) -> None:
        """Take in the scores of one more day, whose model did not know them."""
        self.days.append(np.sort(scores)[::-1][:A_DAY].copy())
        del self.days[:-DAYS]

    def scores(self) -> Floats:
        """Return all that is kept."""
        return np.concatenate(self.days) if self.days else np.empty(0)


def limit(own: Tail, others: Tail, a_day: float) -> float:
    """Return the score that is exceeded `a_day` times a day; infinite where nobody has a single spell."""
    grown = min(1.0, len(own.days) / OWN_DAYS)
    others_days = OTHERS_DAYS + grown * (OTHERS_LATER - OTHERS_DAYS) if others.days else 0.0
    days = len(own.days) + others_days
    scores = np.concatenate([own.scores(), others.scores()])
    if not len(scores):
        return float("inf")
    weight = np.ones(len(scores))
    weight[len(own.scores()) :] = others_days / max(1, len(others.days))
    order = np.argsort(scores)[::-1]
    scores, weight = scores[order], weight[order]
    above = np.cumsum(weight)
    wanted, body = a_day * days, min(_BODY, float(above[-1]))
    if wanted >= body:
        return float(np.interp(wanted, above, scores))
    start = float(np.interp(body, above, scores))
    beyond = scores > start
    if not beyond.any():
        return start
    excess = np.average(scores[beyond] - start, weights=weight[beyond])
    return start + float(excess) * float(np.log(body / wanted))
