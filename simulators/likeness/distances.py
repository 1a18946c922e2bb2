"""Three ways to say how far apart two sets of numbers are. Plain Python, so that they run anywhere."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise


def ks(one: Sequence[float], two: Sequence[float]) -> float:
    """Return the Kolmogorov-Smirnov distance, 0 to 1: the widest gap between the two shares below a value."""
    if not one or not two:
        return 1.0
    left, right = sorted(one), sorted(two)
    return max(
        abs(bisect_right(left, value) / len(left) - bisect_right(right, value) / len(right))
        for value in {*left, *right}
    )


def wasserstein(one: Sequence[float], two: Sequence[float]) -> float:
    """Return how far, on average, the one's values must be moved to become the other's, in their own unit."""
    if not one or not two:
        return math.inf
    left, right = sorted(one), sorted(two)
    values = sorted({*left, *right})
    return sum(
        abs(bisect_right(left, low) / len(left) - bisect_right(right, low) / len(right)) * (high - low)
        for low, high in pairwise(values)
    )


def jensen_shannon(one: Mapping[Hashable, float], two: Mapping[Hashable, float]) -> float:
    """Return the Jensen-Shannon divergence of two sets of counts in bits: 0 the same, 1 nothing in common."""
    left, right = sum(one.values()), sum(two.values())
    if not left or not right:
        return 1.0
    total = 0.0
    for key in {*one, *two}:
        p, q = one.get(key, 0.0) / left, two.get(key, 0.0) / right
        middle = (p + q) / 2
        total += sum(share * math.log2(share / middle) / 2 for share in (p, q) if share)
    return max(0.0, total)
