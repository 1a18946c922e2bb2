"""How sure a rate is of which few cases were counted."""

from __future__ import annotations

import math
from collections.abc import Callable


def poisson(count: int, exposure: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate per unit of exposure; with none, nothing is known."""
    if exposure <= 0:
        return 0.0, math.inf
    low = _solved(lambda rate: 1 - _at_most(count - 1, rate), 0.025, count) if count else 0.0
    high = _solved(lambda rate: 1 - _at_most(count, rate), 0.975, count)
    return low / exposure, high / exposure


def _at_most(count: int, rate: float) -> float:
    """Return the chance of at most `count` where `rate` is expected."""
    if rate <= 0:
        return 1.0
    return math.fsum(math.exp(n * math.log(rate) - rate - math.lgamma(n + 1)) for n in range(count + 1))


def _solved(rising: Callable[[float], float], wanted: float, near: int) -> float:
    low, high = 0.0, 2.0 * near + 20
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > wanted else (middle, high)
    return low
