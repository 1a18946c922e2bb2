"""The figures of one place on the body: every one with its interval, its baselines beside."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from models.training.falls.counting import area, area_interval, false_per_hour, pooled, share, wilson
from models.training.falls.fitting import LEVELS
from models.training.falls.protocol import METHODS, Judged

#: Names of the levels in keys: .99 → "99", .995 → "995".
KEYS: Final = {f"{level:g}": f"{level:g}".removeprefix("0.") for level in LEVELS}
MAIN: Final = "0.99"


def figures(judged: Judged, *, draws: int = 200) -> dict[str, Any]:
    """Return what was reached at the frozen limits, the area, counts by kind of fall, baselines."""
    moments = judged.moments
    seen = judged.judged
    is_fall = moments.is_fall
    falls, others = is_fall & seen, ~is_fall & seen
    subject, activity = moments.subject, moments.activity
    said: dict[str, Any] = {
        "people": len(set(subject[seen].tolist())),
        "falls": int(falls.sum()),
        "everyday_trials": int(others.sum()),
        "unreadable_trials": moments.unreadable,
        "auc": _round(area(judged.score[seen], is_fall[seen])),
    }
    said |= _shares(judged, "anju", falls, others)
    for level, key in KEYS.items():
        said[f"pooled_sensitivity_at_{key}"] = _round(pooled(judged.score[seen], is_fall[seen], float(level)))
    if falls.any() and others.any():
        said["ci95"]["auc"] = _both(area_interval(judged.score[seen], is_fall[seen], subject[seen], draws))
    said["per_fall_type"] = {
        kind: _counted(judged.alarm["anju"][MAIN][falls & (activity == kind)], "found")
        for kind in sorted(set(activity[falls].tolist()))
    }
    said["per_everyday_activity"] = {
        kind: _counted(judged.alarm["anju"][MAIN][others & (activity == kind)], "alarms")
        for kind in sorted(set(activity[others].tolist()))
    }
    said["false_per_scripted_hour"] = {
        key: false_per_hour(judged, level) for level, key in KEYS.items() if key in ("99", "995")
    }
    said["baselines"] = {}
    for name in METHODS[1:]:
        if name in judged.alarm and falls.any() and others.any():
            said["baselines"][name] = _shares(judged, name, falls, others)
    # Who alarms by chance in as many everyday trials finds as many falls: no trial is needed to know it.
    said["baselines"]["chance"] = {
        f"{what}_at_{key}": round(value, 4)
        for level, key in KEYS.items()
        for what, value in (("sensitivity", 1 - float(level)), ("specificity", float(level)))
    }
    return said


def _shares(judged: Judged, method: str, falls: Any, others: Any) -> dict[str, Any]:
    """Return a method's sensitivity and specificity at its own frozen limits, with intervals."""
    subject = judged.moments.subject
    said: dict[str, Any] = {"ci95": {}}
    for level, key in KEYS.items():
        alarm = judged.alarm[method][level]
        for what, hits, of in (("sensitivity", alarm, falls), ("specificity", ~alarm, others)):
            value, interval = share(hits[of], subject[of])
            said[f"{what}_at_{key}"] = _round(value)
            said["ci95"][f"{what}_at_{key}"] = _both(interval)
    return said


def short(judged: Judged) -> dict[str, Any]:
    """Return only the main figures, as for the same trials at another rate."""
    whole = figures(judged, draws=50)
    wanted = ("falls", "everyday_trials", "auc", "ci95")
    kinds = ("sensitivity_at_", "specificity_at_", "pooled_")
    return {name: value for name, value in whole.items() if name in wanted or name.startswith(kinds)}


def held_out_figures(found: dict[str, Judged]) -> dict[str, Any]:
    """Return, for every everyday activity that was missing from learning, how often it alarmed."""
    said: dict[str, Any] = {}
    alarms = trials = 0
    for activity, judged in found.items():
        here = judged.judged & (judged.moments.activity == activity)
        one = _counted(judged.alarm["anju"][MAIN][here], "alarms")
        said[activity] = one
        alarms, trials = alarms + one["alarms"], trials + one["trials"]
    said["all"] = {
        "trials": trials,
        "alarms": alarms,
        "specificity": _round(1 - alarms / trials) if trials else None,
        "ci95": _both(wilson(trials - alarms, trials)),
    }
    return said


def _counted(hits: Any, word: str) -> dict[str, Any]:
    count, hit = len(hits), int(np.sum(hits))
    return {
        "trials": count,
        word: hit,
        "share": _round(hit / count) if count else None,
        "ci95": _both(wilson(hit, count)),
    }


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _both(interval: list[float]) -> list[float | None]:
    return [_round(interval[0]), _round(interval[1])]
