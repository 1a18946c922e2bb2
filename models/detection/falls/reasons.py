"""Why a window looked like a fall, or why a suspicion ended: the sentence and the numbers that decided."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.classifier import Classifier
from models.detection.falls.confirmation import Aftermath
from models.detection.falls.features import FEATURES
from models.detection.falls.sentences import (
    BUSY,
    NOT_UP,
    SILENT,
    STILL,
    SUSPECTED,
    WALKS,
    WELL,
    Leading,
)
from models.detection.finding import Reason, Value

_PLACE: Final = {name: place for place, name in enumerate(FEATURES)}


def _group(name: str) -> Leading | None:
    """Return to which of the four things that can be said a feature belongs."""
    if name.startswith(("turn_", "rest_along")):
        return "turn"
    if name.startswith(("after_", "rest_", "settling_")) or name in ("active_after_g", "calm_after"):
        return "stillness"
    if name.startswith(
        ("falling_", "before_", "least_over", "drop", "half_drop", "below_", "sink_", "along_")
    ):
        return "drop"
    if name.startswith(("impact_", "most_over", "blow", "above_", "hardest", "across_hit", "rough")):
        return "impact"
    return None


_GROUPS: Final = tuple(_group(name) for name in FEATURES)


def leading(classifier: Classifier, row: NDArray[np.float64]) -> Leading:
    """Return what weighs most for a fall in the logistic twin."""
    sums: dict[Leading, float] = {"impact": 0.0, "drop": 0.0, "turn": 0.0, "stillness": 0.0}
    for group, weight in zip(_GROUPS, classifier.weighs(row).values(), strict=True):
        if group is not None:
            sums[group] += weight
    return max(sums, key=lambda group: sums[group])


def suspected(classifier: Classifier, row: NDArray[np.float64], score: float, limit: float) -> Reason:
    """Return why the window with the features `row` looks like a fall."""
    values: dict[str, Value] = {
        "impact_g": round(float(row[_PLACE["impact_g"]]), 1),
        "weightless": round(float(row[_PLACE["below_08_s"]]), 1),
        "turned_deg": round(float(row[_PLACE["turn_early_rest_deg"]])),
        "calm": round(100 * float(row[_PLACE["calm_after"]])),
        "likeness": _percent(score),
        "limit": _percent(limit),
    }
    return Reason(SUSPECTED[leading(classifier, row)], values)


def _percent(share: float) -> float:
    """Return a share in percent with a digit after the point; what is above a limit must not look equal."""
    return int(share * 1000) / 10


def fallen(seen: Aftermath, impact_g: float, asked_s: int) -> Reason:
    """Return why a suspicion is taken for a fall."""
    values: dict[str, Value] = {"impact_g": impact_g, "watched_s": seen.watched_s, "asked_s": asked_s}
    if seen.silent_s > seen.seen_s:
        return Reason(SILENT, {**values, "silent_s": seen.silent_s})
    if seen.still_s >= 0.5 * max(1, seen.seen_s):
        return Reason(STILL, {**values, "still_s": seen.still_s})
    return Reason(NOT_UP, {**values, "steps": seen.steps})


def recovered(seen: Aftermath, walks: bool) -> Reason:
    """Return why a suspicion is over."""
    if walks:
        return Reason(WALKS, {"steps": seen.steps, "watched_s": seen.watched_s})
    return Reason(BUSY, {"moving_s": seen.moving_s, "watched_s": seen.watched_s})


def well(watched_s: int) -> Reason:
    """Return that the resident answered."""
    return Reason(WELL, {"watched_s": watched_s})
