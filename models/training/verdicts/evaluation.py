"""How often homes are called for nothing, against how often their budget allows: on homes never seen.

Every home's detectors are wrong about their own rarity in a way of its own: they speak two to nine times as
often as their theory says, as measured over recorded homes. Outcomes come back and the budget learns; what a
first set of homes has taught is where the judged ones begin. Beside it: the allowance as a fixed limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from models.detection.routines.budget import Tail, limit
from models.detection.routines.model import HomeModel
from models.detection.verdicts.allowance import ALLOWANCES, Kind
from models.detection.verdicts.budget import Budget, population
from models.training.rates import poisson
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home, Populations

DAYS: Final = 182
_START: Final = 1_772_409_600_000
_LOUDER: Final = (math.log(3.5), 0.5)  #: of a home's detector; log-normal: nine of ten homes within 1.5 to 8
_HOMES, _TEACHING = 40, 20
_RAREST: Final = 1e-5  #: a day; nothing is rarer

Louder = Callable[[str], float]
Rarities = Callable[[str], list[float]]  #: a risk → of one day, how often a day by chance, by its own theory


def budget(homes: Sequence[Home], *, quick: bool) -> dict[str, Any]:
    """Return obtained over asked: for made-up theories, and for the routines' own over recorded homes."""
    chance = np.random.default_rng(11)
    count = 6 if quick else _HOMES
    taught = [_run(_wrong(chance), None, chance)[0] for _ in range(4 if quick else _TEACHING)]
    learnt = population(taught)
    state = chance.bit_generator.state
    found: dict[str, Any] = {"asked_a_day": {kind: round(one.a_day, 4) for kind, one in ALLOWANCES.items()}}
    ways: dict[str, dict[str, Any]] = {}
    for name, start in (("adapting", learnt), ("adapting_from_nothing", None)):
        chance.bit_generator.state = state
        ways[name] = _figures([_run(_wrong(chance), start, chance)[1] for _ in range(count)], DAYS)
    chance.bit_generator.state = state
    ways["fixed_limits"] = _figures([_fixed(_wrong(chance)) for _ in range(count)], DAYS)
    found |= ways.pop("adapting")
    found["baselines"] = ways
    found["recorded"] = _recorded(homes, 1 if quick else 10)
    return found


def _wrong(chance: np.random.Generator) -> Rarities:
    """Return detectors that are louder than their theory, each risk by its own factor."""
    louder = {
        risk: float(np.exp(chance.normal(*_LOUDER)))
        for allowance in ALLOWANCES.values()
        for risk in allowance.shares
    }

    def rarities(risk: str) -> list[float]:
        # The rarest thing of a day of nothing: its true rate is exponential, its theory is wrong by a factor.
        return [max(_RAREST, float(chance.exponential()) / louder[risk])]

    return rarities


def _run(
    rarities: Rarities, learnt: dict[str, float] | None, chance: np.random.Generator
) -> tuple[Budget, dict[Kind, int]]:
    """Return a home's budget after half a year, and how often it was called for nothing."""
    home = Budget.fresh(_START, learnt)
    called: dict[Kind, int] = dict.fromkeys(ALLOWANCES, 0)
    for day in range(DAYS):
        for kind, allowance in ALLOWANCES.items():
            for risk in allowance.shares:
                now = _START + day * DAY + int(chance.integers(DAY))
                for a_day in rarities(risk):
                    if home.spend(risk, kind, a_day, now).granted:
                        home.outcome(risk, kind, "self_ok" if kind == "question" else "false", now)
                        called[kind] += 1
    return home, called


def _fixed(rarities: Rarities) -> dict[Kind, int]:
    called: dict[Kind, int] = dict.fromkeys(ALLOWANCES, 0)
    for _ in range(DAYS):
        for kind, allowance in ALLOWANCES.items():
            for risk, share in allowance.shares.items():
                called[kind] += sum(one <= allowance.a_day * share for one in rarities(risk))
    return called


def _figures(called: Sequence[dict[Kind, int]], days: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, allowance in ALLOWANCES.items():
        counts = [one[kind] for one in called]
        asked = allowance.a_day * days
        low, high = poisson(sum(counts), asked * len(counts))
        found[kind] = {
            "obtained_over_asked": round(sum(counts) / asked / len(counts), 3),
            "ci95": [round(low, 3), round(high, 3)],
            "homes": len(counts),
            "days": days,
            "within_2": round(float(np.mean([0.5 <= one / asked <= 2 for one in counts])), 3),
            "worst_home": round(max(counts) / asked, 3),
        }
    return found


def _recorded(homes: Sequence[Home], each: int) -> dict[str, Any]:
    """Return the same for unusual quiet in recorded homes: their judged days drawn again for half a year.

    Each spell's rarity is by what was known the night before, the home itself never among the others.
    """
    populations = Populations(homes)
    called: list[dict[Kind, int]] = []
    fixed: list[dict[Kind, int]] = []
    chance = np.random.default_rng(12)
    for home in homes:
        days = _rarities_of_days(home, populations)
        for _ in range(each):
            drawn = [days[int(chance.integers(len(days)))] for _ in range(DAYS)]
            called.append(_questions(drawn))
            allowed = ALLOWANCES["question"].a_day * ALLOWANCES["question"].shares["inactivity"]
            fixed.append({"question": sum(one <= allowed for day in drawn for one in day)})
    share = ALLOWANCES["question"].shares["inactivity"]
    return {
        name: _of_one(counts, share) for name, counts in (("adapting", called), ("fixed_limits", fixed))
    } | {"homes": len(homes), "risk": "inactivity", "kind": "question"}


def _of_one(counts: Sequence[dict[Kind, int]], share: float) -> dict[str, Any]:
    asked = ALLOWANCES["question"].a_day * share * DAYS
    ratios = [one["question"] / asked for one in counts]
    return {
        "obtained_over_asked": round(float(np.mean(ratios)), 3),
        "within_2": round(float(np.mean([0.5 <= one <= 2 for one in ratios])), 3),
        "worst_home": round(max(ratios), 3),
    }


def _questions(days: Sequence[list[float]]) -> dict[Kind, int]:
    home, count = Budget.fresh(_START), 0
    for number, day in enumerate(days):
        now = _START + number * DAY
        for a_day in day:
            if home.spend("inactivity", "question", a_day, now).granted:
                home.outcome("inactivity", "question", "self_ok", now)
                count += 1
    return {"question": count}


def _rarities_of_days(home: Home, populations: Populations) -> list[list[float]]:
    others = populations.without(home.recording.name)
    model, found = HomeModel.fresh(others), []
    for number in home.usable:
        spells = home.days[number]
        if number in home.judged:
            scores = [
                float(model.course(others, one)[min((one.until - one.since) // 300_000, 144) - 1])
                for one in spells
                if one.left_at is None and one.until is not None and one.until - one.since >= 3_600_000
            ]
            found.append([_rarity(model.tail, others.tail, score) for score in scores])
        model.learn(others, spells)
    return found


def _rarity(own: Tail, others: Tail, score: float) -> float:
    """Return how often a day such a score comes by the tail's own account: the limit turned round."""
    low, high = math.log(_RAREST), math.log(20.0)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if limit(own, others, math.exp(middle)) > score else (low, middle)
    return math.exp(high)
