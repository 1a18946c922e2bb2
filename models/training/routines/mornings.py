"""Getting up, rolled forward: how long after the usual time somebody is called, and how often for nothing.

An emergency is every judged morning on which nobody gets up; it counts as found within six hours after the
time by which the resident is up on nineteen mornings of twenty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from models.detection.limits import HOUR
from models.detection.routines.places import BEDROOM, place_of
from models.detection.routines.wake import AGREED, GRACE, LATEST, MORNING, Morning, Mornings, morning_of
from models.training.routines.counting import Counted, delays, false_calls
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

LATE_MIN: Final = 360.0
#: What chance may call for nothing, as the learnt limit: once in two months.
_CHANCE_A_DAY: Final = 0.5 / 30

Limit = Callable[[Mornings, Morning], float]


def not_up(homes: Sequence[Home]) -> dict[str, Any]:
    """Return calls for nothing on ordinary mornings, and how long after the usual time somebody is called."""

    def three_sigma(mornings: Mornings, _: Morning) -> float:
        ups = [one.up for one in mornings.known if one.up is not None]
        return min(float(np.mean(ups) + 3 * np.std(ups)), LATEST) if len(ups) > 1 else AGREED + GRACE

    chance = np.random.default_rng(3)

    def random(_: Mornings, __: Morning) -> float:
        called = chance.random() < _CHANCE_A_DAY
        return float(chance.uniform(MORNING, LATEST)) if called else float("inf")

    figures = _mornings(homes, lambda mornings, morning: mornings.limit(morning.to_bed))
    figures["baselines"] = {
        "fixed_rule": _mornings(homes, lambda _, __: AGREED + GRACE),
        "mean_and_3_sigma": _mornings(homes, three_sigma),
        "random": _mornings(homes, random),
    }
    return figures


def _mornings(homes: Sequence[Home], limit_of: Limit) -> dict[str, Any]:
    counts: list[Counted] = []
    after_latest: list[list[float]] = []
    after_usual: list[float] = []
    for home in homes:
        called, mornings, of_home = 0, Mornings(), list[float]()
        for day in home.usable:
            midnight = home.recording.midnight(day)
            if home.truth.is_out(midnight + 4 * HOUR) or not _slept_here(home, midnight):
                continue  # a night away is nobody's late morning
            morning = _morning(home, midnight)
            if day in home.judged and mornings.known:
                limit = limit_of(mornings, morning)
                called += limit < float("inf") and (morning.up is None or morning.up > limit)
                usual = float(np.median([one.up for one in mornings.known if one.up is not None]))
                late = limit - mornings.latest_usual()
                of_home.append(late if late <= LATE_MIN else float("inf"))
                after_usual.append(limit - usual)
            mornings.learn(morning)
        counts.append(Counted(home.recording.name, called, len(home.judged)))
        after_latest.append(of_home)
    false = false_calls(counts)
    figures = delays(after_latest) | {"false_per_home_month": false, "worst_home": false["worst_home"]}
    known = [one for one in after_usual if np.isfinite(one)]
    for part, share in (("p50", 0.5), ("p90", 0.9)):
        figures[f"after_usual_{part}_min"] = round(float(np.quantile(known, share)), 1) if known else None
    return figures


def _morning(home: Home, midnight: int) -> Morning:
    low = bisect_right(home.sign_times, midnight - DAY)
    high = bisect_right(home.sign_times, midnight + DAY)
    return morning_of(home.signs[low:high], midnight, home.recording.offset)


def _slept_here(home: Home, midnight: int) -> bool:
    """Whether anything was heard from the bedroom in the night, where a bedroom has a sensor."""
    bedrooms = any(place_of(one.room) == BEDROOM for one in home.recording.sensors.values())
    low = bisect_right(home.sign_times, midnight - 4 * HOUR)
    high = bisect_right(home.sign_times, midnight + 8 * HOUR)
    return not bedrooms or any(place_of(one.room) == BEDROOM for one in home.signs[low:high])
