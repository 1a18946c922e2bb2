"""Counts and their uncertainty. People are drawn again, not trials: a person's trials are alike."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.training.falls.protocol import Judged
from models.training.rates import poisson

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
DRAWS: Final = 1000
_MERGE_S: Final = 60.0  #: alarms closer together are one


def area(score: Array, is_fall: Flags) -> float:
    """Return the area under the curve of sensitivity against false alarms; ties count half."""
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ordered = score[order]
    edges = np.append(np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1)), len(ordered))
    for lo, hi in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        ranks[order[lo:hi]] = (lo + hi + 1) / 2
    falls = int(is_fall.sum())
    others = len(score) - falls
    if not falls or not others:
        return math.nan
    return float((ranks[is_fall].sum() - falls * (falls + 1) / 2) / (falls * others))


def share(hits: Flags, subject: NDArray[np.str_], seed: int = 0) -> tuple[float, list[float]]:
    """Return the share of `hits` and its 95 % interval over people drawn again."""
    if not len(hits):
        return math.nan, [math.nan, math.nan]
    known, which = np.unique(subject, return_inverse=True)
    count = np.bincount(which, minlength=len(known)).astype(float)
    hit = np.bincount(which, weights=hits.astype(float), minlength=len(known))
    drawn = np.random.default_rng(seed).integers(0, len(known), size=(DRAWS, len(known)))
    shares = hit[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(hits.mean()), [float(low), float(high)]


def area_interval(score: Array, is_fall: Flags, subject: NDArray[np.str_], draws: int = 200) -> list[float]:
    """Return the 95 % interval of the area over people drawn again."""
    known, which = np.unique(subject, return_inverse=True)
    mine = [np.flatnonzero(which == one) for one in range(len(known))]
    rng = np.random.default_rng(0)
    areas = []
    for _ in range(draws):
        rows = np.concatenate([mine[one] for one in rng.integers(0, len(known), size=len(known))])
        areas.append(area(score[rows], is_fall[rows]))
    low, high = np.nanquantile(areas, [0.025, 0.975])
    return [float(low), float(high)]


def wilson(hits: int, count: int) -> list[float]:
    """Return the 95 % interval of a share by Wilson's formula: honest for few and for none."""
    if count == 0:
        return [math.nan, math.nan]
    z = 1.959964
    middle = (hits + z * z / 2) / (count + z * z)
    half = z / (count + z * z) * math.sqrt(hits * (count - hits) / count + z * z / 4)
    return [max(0.0, middle - half), min(1.0, middle + half)]


def pooled(score: Array, is_fall: Flags, level: float) -> float:
    """Return the sensitivity at a limit chosen on the judged trials themselves: flattering."""
    everyday = np.sort(score[~is_fall])
    if not len(everyday) or not is_fall.any():
        return math.nan
    limit = everyday[len(everyday) - 1 - int((1 - level) * len(everyday) + 1e-9)]
    return float((score[is_fall] > limit).mean())


def false_per_hour(judged: Judged, level: str) -> dict[str, Any]:
    """Return false alarms per hour of scripted everyday activity; alarms within a minute count once."""
    moments = judged.moments
    alarms = 0
    last: tuple[int, float] | None = None
    false = judged.alarm_moment[level] & (~moments.is_fall[moments.trial] | moments.early)
    for place in np.flatnonzero(false).tolist():
        trial, at = int(moments.trial[place]), float(moments.at_s[place])
        if last is None or last[0] != trial or at - last[1] > _MERGE_S:
            alarms += 1
            last = (trial, at)
    hours = sum(
        one.hours for one, seen in zip(moments.trials, judged.judged, strict=True) if seen and not one.is_fall
    )
    low, high = poisson(alarms, hours)
    return {
        "alarms": alarms,
        "hours": round(hours, 2),
        "per_hour": round(alarms / hours, 3) if hours else None,
        "ci95": [round(low, 3), round(high, 3)] if hours else [None, None],
    }
