"""Counts that vary more than chance alone lets them: negative binomial, shrunk to what other homes show.

Standard library only. A home without nights has the others' mean and variance; its own take over as its
nights become more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

#: Nights of a home's own that count as much as all that is known of others.
MEAN_WEIGHT: Final = 5.0
SPREAD_WEIGHT: Final = 14.0  #: how much counts vary is known later than how many there are
MOST: Final = 400  #: no limit is looked for beyond


@dataclass(frozen=True, slots=True)
class Counts:
    """A negative binomial: its mean, and its variance over its mean, which is more than one."""

    mean: float
    spread: float

    def above(self, count: int) -> float:
        """Return the chance of at least `count`."""
        if count <= 0:
            return 1.0
        size = self.mean / (self.spread - 1)
        # One step of the recursion for each count below: P(n) = P(n-1) (size + n - 1) / n * (1 - 1/spread).
        chance = math.pow(self.spread, -size)
        below = chance
        for n in range(1, count):
            chance *= (size + n - 1) / n * (1 - 1 / self.spread)
            below += chance
        return max(0.0, 1.0 - below)

    def rarer_than(self, chance: float) -> int:
        """Return the smallest count that comes with at most this chance."""
        size = self.mean / (self.spread - 1)
        each, below = math.pow(self.spread, -size), 0.0
        for n in range(MOST):
            if 1.0 - below <= chance:
                return n
            below += each
            each *= (size + n) / (n + 1) * (1 - 1 / self.spread)
        return MOST


def shrunk(seen: list[int], others: Counts) -> Counts:
    """Return the counts of a home whose nights had `seen`, begun with what other homes show.

    Each night is cut at eight times the others' mean above the own median, so that a night of wandering that
    was learnt after all does not make the next one usual.
    """
    if not seen:
        return others
    ordered = sorted(seen)
    most = ordered[len(seen) // 2] + 8 * max(others.mean, 1.0)
    nights = [min(float(one), most) for one in seen]
    count = len(nights)
    mean = (math.fsum(nights) + MEAN_WEIGHT * others.mean) / (count + MEAN_WEIGHT)
    squares = math.fsum((one - mean) ** 2 for one in nights)
    own = squares / count / mean if mean > 0 else others.spread
    spread = (count * own + SPREAD_WEIGHT * others.spread) / (count + SPREAD_WEIGHT)
    return Counts(max(mean, 0.1), max(spread, 1.05))
