"""What trials of one method come to: delays, false calls, questions, oddities, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.detection.routines.quiet import QUESTIONS_A_WEEK, STATION_A_MONTH
from models.training.rates import poisson
from models.training.routines.collapse import TO_ANSWER
from models.training.routines.counting import (
    MONTH_DAYS,
    UNANSWERED,
    Counted,
    delays,
    false_calls,
    wilson,
)
from models.training.routines.trial import Trial


def figures(trials: Sequence[Trial], *, asked: bool) -> dict[str, Any]:
    """Return the figures of one method over some homes; `asked`: the resident before the station."""
    late = TO_ANSWER / 60_000 if asked else 0.0
    found = delays([[one + late for one in trial.delays] for trial in trials])
    for part, night in (("day", False), ("night", True)):
        of_part = delays([[one + late for one in trial.by_night(night)] for trial in trials])
        found[part] = {key: of_part.get(key) for key in ("delay_p50_min", "delay_p90_min", "recall")}
    if asked:
        found |= _questions(trials)
    found["false_station_per_home_month"] = false_calls(
        [Counted(one.name, len(one.unmoved) if asked else one.false, one.days) for one in trials],
        UNANSWERED if asked else 1.0,
    )
    return found


def with_homes(trials: Sequence[Trial], *, asked: bool) -> dict[str, Any]:
    """Return the figures of all homes, of each, and which home is called most often and found latest."""
    found = figures(trials, asked=asked)
    found["per_home"] = {one.name: figures([one], asked=asked) for one in trials}
    slow = max(trials, key=lambda one: float(np.median(one.delays or [0.0])))
    found["worst_home"] = {
        "false": found["false_station_per_home_month"]["worst_home"],
        "slow": slow.name,
        "delay_p50_min": found["per_home"][slow.name].get("delay_p50_min"),
        "delay_p90_min": found["per_home"][slow.name].get("delay_p90_min"),
    }
    return found


def oddities(trials: Sequence[Trial], *, asked: bool) -> dict[str, Any]:
    """Return the share of harmless oddities that called the station, by kind, with the worst home."""
    found = {}
    for kind in sorted({kind for one in trials for kind, calls in one.oddities.items() if calls}):
        by_home = {one.name: _shares(one.oddities[kind], asked) for one in trials if one.oddities[kind]}
        every = [share for shares in by_home.values() for share in shares]
        low, high = wilson(round(sum(every)), len(every))
        worst = max(by_home, key=lambda home: float(np.mean(by_home[home])))
        found[kind] = {
            "share": round(float(np.mean(every)), 3),
            "trials": len(every),
            "ci95": [round(low, 3), round(high, 3)],
            "worst_home": worst if any(every) else None,
            "worst_share": round(float(np.mean(by_home[worst])), 3),
        }
    return found


def budgets_kept(straight: Sequence[Trial], asked: Sequence[Trial]) -> dict[str, Any]:
    """Return what was obtained for each budget that was asked for: 1 is as asked, below is quieter."""
    found: dict[str, Any] = {"homes": "each judged by other homes and by its own days before"}
    for name, trials, a_month in (
        ("station", straight, STATION_A_MONTH),
        ("questions", asked, QUESTIONS_A_WEEK / 7 * MONTH_DAYS),
    ):
        counts = {one.name: one.false if name == "station" else len(one.calls) for one in trials}
        months = sum(one.days for one in trials) / MONTH_DAYS
        low, high = poisson(sum(counts.values()), months)
        found[name] = round(sum(counts.values()) / months / a_month, 3)
        found[f"{name}_ci95"] = [round(low / a_month, 3), round(high / a_month, 3)]
        found[f"{name}_per_home"] = {
            one.name: round(counts[one.name] / one.days * MONTH_DAYS / a_month, 3) for one in trials
        }
    return found


def _questions(trials: Sequence[Trial]) -> dict[str, Any]:
    questions, days = sum(len(one.calls) for one in trials), sum(one.days for one in trials)
    at_night = sum(one.calls_at_night for one in trials)
    return {
        "questions_per_home_week": round(questions / days * 7, 3),
        "questions_per_home_week_ci95": [round(one, 3) for one in poisson(questions, days / 7)],
        "questions_at_night": round(at_night / questions, 3) if questions else 0.0,
    }


def _shares(calls: Sequence[int], asked: bool) -> list[float]:
    return [1 - (1 - UNANSWERED) ** count if asked else float(count > 0) for count in calls]
