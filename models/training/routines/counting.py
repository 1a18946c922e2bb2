"""Counts and delays with what they are worth: intervals, quantiles in which a miss is infinitely late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from models.training.rates import poisson

MONTH_DAYS: Final = 30.0
UNANSWERED: Final = 0.05  #: of the questions to residents who are well; assumed, nobody has measured it


@dataclass(frozen=True, slots=True)
class Counted:
    """What one home counted for: calls for nothing on so many judged days."""

    home: str
    count: int
    days: int


def false_calls(homes: Sequence[Counted], weight: float = 1.0) -> dict[str, Any]:
    """Return calls for nothing a home-month: all homes, each one, and the worst; a call counts `weight`."""
    worst = max(homes, key=lambda one: one.count / max(1, one.days))
    return _rate(sum(one.count for one in homes), sum(one.days for one in homes), weight) | {
        "per_home": {one.home: _rate(one.count, one.days, weight) for one in homes},
        "worst_home": worst.home if worst.count else None,
    }


def _rate(count: int, days: int, weight: float) -> dict[str, Any]:
    months = days / MONTH_DAYS
    low, high = (weight * one for one in poisson(count, months))
    return {
        "value": round(weight * count / months, 3) if months else None,
        "count": round(weight * count, 2),
        "home_days": days,
        "home_months": round(months, 2),
        "ci95": [round(low, 3), round(high, 3)],
    }


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, found / of
    middle = share + z * z / (2 * of)
    half = z * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    low, high = (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)
    return max(0.0, low), min(1.0, high)


def merged(alarms: Sequence[int], within: int) -> int:
    """Return how many alarms are left when those within `within` of the last one counted are one."""
    count, last = 0, None
    for at in sorted(alarms):
        if last is None or at - last > within:
            count, last = count + 1, at
    return count


def delays(by_home: Sequence[Sequence[float]], seed: int = 0) -> dict[str, Any]:
    """Return quantiles with bootstrap intervals over delays in minutes, every home with equal weight.

    With several homes the homes are drawn again first and then their collapses. None is a miss: beyond
    twelve hours.
    """
    homes = [np.asarray(one, dtype=float) for one in by_home if len(one)]
    if not homes:
        return {"injected": 0}
    chance = np.random.default_rng(seed)
    drawn = np.array(
        [
            _summary(
                [
                    chance.choice(homes[one], len(homes[one]))
                    for one in chance.integers(0, len(homes), len(homes))
                ]
            )
            for _ in range(300)
        ]
    )
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0, method="nearest")
    names = ("delay_p50_min", "delay_p90_min", "recall", "within_60_min")
    found: dict[str, Any] = {"injected": int(sum(map(len, homes)))}
    for name, value, a, b in zip(names, _summary(homes), low, high, strict=True):
        found[name] = _plain(value)
        found[f"{name}_ci95"] = [_plain(a), _plain(b)]
    return found


def _summary(homes: Sequence[np.ndarray[Any, Any]]) -> tuple[float, float, float, float]:
    values = np.concatenate(homes)
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in homes])
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    p50, p90 = (float(values[order][np.searchsorted(share, q - 1e-9)]) for q in (0.5, 0.9))
    recall = float(weights[np.isfinite(values)].sum() / weights.sum())
    return p50, p90, recall, float(weights[values <= 60].sum() / weights.sum())


def _plain(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
