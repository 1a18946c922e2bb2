"""All figures of the routines in one object: every figure with its interval, the plain methods beside it.

What is not built has no figure: it is listed under `absent`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from models.detection.routines.budget import Tail
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.quiet import QUESTIONS_A_WEEK, STATION_A_MONTH, Stage
from models.detection.routines.spells import Walk
from models.training.routines import methods
from models.training.routines.collapse import BINS, TO_ANSWER, Collapse, collapses
from models.training.routines.counting import MONTH_DAYS, delays, poisson, wilson
from models.training.routines.methods import Method, Score, Scored
from models.training.routines.others import others
from models.training.routines.rolling import Home, Populations
from models.training.routines.rules import rules
from models.training.routines.trial import Trial, Trouble, run, trouble

STAGES: Final[dict[str, Stage]] = {"collapse": "help", "collapse_asked_first": "ask"}
UNANSWERED: Final = 0.05  #: of the questions to residents who are well
ABSENT: Final = ("night_wandering", "decline")

Say = Callable[[str], None]
Make = Callable[[Home], Method]


def evaluate(
    homes: Sequence[Home],
    *,
    shipped: Population | None = None,
    quick: bool = False,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Return the figures of all homes.

    With `shipped` every home is judged by what the product ships; otherwise by what the other homes show.
    """
    each = 4 if quick else 20
    odd = 4 if quick else 30
    say(f"{len(homes)} homes, {sum(len(home.judged) for home in homes)} judged days")
    populations = Populations(homes)

    def population(home: Home) -> Population:
        return shipped if shipped is not None else populations.without(home.recording.name)

    troubles: dict[str, Trouble] = {}
    for home in homes:
        found: list[Collapse] = collapses(home, each, seed=1)
        troubles[home.recording.name] = trouble(home, found, odd, seed=2)

    plain: dict[str, Make] = {
        "fixed_rule": _scored(homes, methods.FixedRule, quick=quick),
        "mean_and_sigma": _scored(homes, methods.MeanAndSigma, quick=quick),
        "gap_quantile": _scored(homes, methods.GapQuantile, quick=quick),
        "clock_profile": _scored(homes, methods.ClockProfile, quick=quick),
        "random": lambda home: methods.Random(3),
    }

    def product(home: Home) -> Method:
        return methods.Product(population(home))

    result: dict[str, Any] = {}
    trials: dict[str, list[Trial]] = {}
    for name, stage in STAGES.items():
        asked = stage == "ask"
        say(f"{name}: the product")
        trials[name] = [run(home, product(home), stage, troubles[home.recording.name]) for home in homes]
        result[name] = _figures(trials[name], asked=asked)
        result[name]["per_home"] = {
            one.home.recording.name: _figures([one], asked=asked) for one in trials[name]
        }
        result[name]["worst_home"] = _worst(trials[name])
        result[name]["baselines"] = {}
        for other, make in plain.items():
            say(f"{name}: {other}")
            beside = [
                run(home, make(home), stage, Trouble(troubles[home.recording.name].collapses, {}))
                for home in homes
            ]
            result[name]["baselines"][other] = _figures(beside, asked=asked)
    station, first = trials["collapse"], trials["collapse_asked_first"]
    months = sum(one.days for one in station) / MONTH_DAYS
    result["false_station_per_home_month"] = result["collapse"]["false_station_per_home_month"]
    result["home_days"] = sum(one.days for one in station)
    result["homes"] = len(homes)
    result["worst_home"] = result["collapse"]["worst_home"]
    result["baselines"] = result["collapse"]["baselines"]
    result["confounders"] = _oddities(station, asked=False)
    result["confounders_asked_first"] = _oddities(first, asked=True)
    questions = sum(len(one.calls) for one in first) / months / (QUESTIONS_A_WEEK / 7 * MONTH_DAYS)
    result["obtained_over_asked"] = {
        "station": round(sum(one.false for one in station) / months / STATION_A_MONTH, 3),
        "questions": round(questions, 3),
    }
    result["by_sensor_set"] = {
        kind: {
            name: _figures(chosen, asked=name == "collapse_asked_first")
            for name, of_all in trials.items()
            if (chosen := [one for one in of_all if one.home.recording.sensor_set == kind])
        }
        for kind in sorted({home.recording.sensor_set for home in homes})
    }
    result["event_us"] = _cost_of_an_event(homes[0])
    result["look_us"] = _cost_of_a_look(homes[0], population(homes[0]))
    say("bathroom, bed and getting up")
    result |= others(homes, quick=quick)
    say("the fixed rules as they are shipped")
    result |= rules(homes, quick=quick)
    result["false_family_per_home_month"] = _family(result)
    result["absent"] = list(ABSENT)
    return result


def _scored(homes: Sequence[Home], score: Callable[[], Score], *, quick: bool) -> Make:
    """Return how a plain method is made for a home: its limit looks at the other homes' days too."""
    tails: dict[str, Tail] = {}

    def make(home: Home) -> Method:
        others = Tail()
        for other in homes:
            if other is home:
                continue
            name = other.recording.name
            if name not in tails:
                alone = Scored(score(), Tail())
                for day in other.usable:
                    alone.learn(other.days[day])
                tails[name] = alone.tail
            others.days += tails[name].days[other.warm_up :]
        return Scored(score(), others)

    return make


def _figures(trials: Sequence[Trial], *, asked: bool) -> dict[str, Any]:
    months = sum(one.days for one in trials) / MONTH_DAYS
    late = TO_ANSWER / 60_000 if asked else 0.0
    found = delays([[one + late for one in trial.delays] for trial in trials])
    for part, night in (("day", False), ("night", True)):
        of_part = delays([[one + late for one in trial.by_night(night)] for trial in trials])
        found[part] = {key: of_part.get(key) for key in ("delay_p50_min", "delay_p90_min", "recall")}
    count, weight = sum(one.false for one in trials), 1.0
    if asked:
        questions = sum(len(one.calls) for one in trials)
        found["questions_per_home_week"] = round(questions / months / MONTH_DAYS * 7, 3)
        found["questions_per_home_week_ci95"] = [
            round(one / MONTH_DAYS * 7, 3) for one in poisson(questions, months)
        ]
        at_night = sum(one.calls_at_night for one in trials)
        found["questions_at_night"] = round(at_night / questions, 3) if questions else 0.0
        count, weight = sum(one.unmoved for one in trials), UNANSWERED
    low, high = (weight * one for one in poisson(count, months))
    count_of_calls = weight * count
    found["false_station_per_home_month"] = {
        "value": round(count_of_calls / months, 3),
        "count": round(count_of_calls, 2),
        "home_months": round(months, 2),
        "ci95": [round(low, 3), round(high, 3)],
    }
    return found


def _family(result: dict[str, Any]) -> dict[str, Any]:
    """Return how often a family is told for nothing: not up, a door left open, out at night."""
    parts = [result[risk]["false_per_home_month"] for risk in ("not_up", "door_open", "night_exit")]
    count, months = sum(one["count"] for one in parts), parts[0]["home_months"]
    low, high = poisson(count, months)
    return {
        "value": round(count / months, 3),
        "count": count,
        "home_months": months,
        "ci95": [round(low, 3), round(high, 3)],
        "of": ["not_up", "door_open", "night_exit"],
    }


def _worst(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return the home with most false calls a day, and the one where half of the collapses take longest."""
    loud = max(trials, key=lambda one: one.false / max(1, one.days))
    slow = max(trials, key=lambda one: float(np.median(one.delays or [0.0])))
    return {
        "false": {"home": loud.home.recording.name, "count": loud.false, "days": loud.days},
        "slow": {
            "home": slow.home.recording.name,
            "delay_p50_min": delays([slow.delays]).get("delay_p50_min"),
        },
    }


def _oddities(trials: Sequence[Trial], *, asked: bool) -> dict[str, Any]:
    """Return the share of oddities that called the station, by kind."""
    found = {}
    for kind in sorted({kind for one in trials for kind in one.oddities}):
        calls = [count for one in trials for count in one.oddities[kind]]
        share = [1 - (1 - UNANSWERED) ** count if asked else float(count > 0) for count in calls]
        low, high = wilson(round(sum(share)), len(share))
        found[kind] = {
            "share": round(float(np.mean(share)), 3),
            "trials": len(share),
            "ci95": [round(low, 3), round(high, 3)],
        }
    return found


def _cost_of_an_event(home: Home) -> float:
    """Return microseconds for following one sign of life."""
    walk, signs = Walk(), home.signs
    start = time.perf_counter()
    for sign in signs:
        walk.take(sign)
    return round((time.perf_counter() - start) / len(signs) * 1e6, 2)


def _cost_of_a_look(home: Home, population: Population) -> float:
    """Return microseconds for judging one spell for the coming twelve hours."""
    model = HomeModel.fresh(population)
    chosen = home.spells[: 40 * BINS]
    start = time.perf_counter()
    for spell in chosen:
        model.course(population, spell)
    return round((time.perf_counter() - start) / len(chosen) * 1e6, 1)
