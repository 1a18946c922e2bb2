"""All figures of the routines in one object: every figure with its interval, the plain methods beside it.

`collapse` and its like go straight to the station; `…_asked_first` ask the resident, as the product does, and
call the station where nobody answers. What is not built has no figure: it is listed under `absent`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from models.detection.limits import HOUR
from models.detection.routines.budget import Tail
from models.detection.routines.model import Population
from models.detection.routines.quiet import Stage
from models.detection.verdicts.allowance import share
from models.training.decline.report import nights_and_weeks
from models.training.routines import methods
from models.training.routines.collapse import collapses
from models.training.routines.cost import costs
from models.training.routines.counting import UNANSWERED, Counted, false_calls, merged
from models.training.routines.curves import Make, curves
from models.training.routines.methods import Method, Score, Scored
from models.training.routines.nested import STAGES, chosen_on_other_homes
from models.training.routines.others import Count, others
from models.training.routines.rolling import Home, Populations
from models.training.routines.rules import rules
from models.training.routines.summary import budgets_kept, figures, oddities, with_homes
from models.training.routines.trial import Trial, Trouble, run, trouble

#: The plain methods that meet the harmless oddities too.
ODD: Final = ("fixed_rule", "random")
FAMILY: Final = ("not_up", "door_open", "night_exit")
ABSENT: Final[tuple[str, ...]] = ()

Say = Callable[[str], None]


def evaluate(
    homes: Sequence[Home],
    *,
    shipped: Population | None = None,
    quick: bool = False,
    drawn: bool = False,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Return the figures of all homes; `drawn`: with the curves of false calls against delay.

    With `shipped` every home is judged by what the product ships; otherwise by what the other homes show.
    """
    each = 4 if quick else 20
    odd = 4 if quick else 30
    say(f"{len(homes)} homes, {sum(len(home.judged) for home in homes)} judged days")
    populations = Populations(homes)

    def population(home: Home) -> Population:
        return shipped if shipped is not None else populations.without(home.recording.name)

    troubles = [trouble(home, collapses(home, each, seed=1), odd, seed=2) for home in homes]
    plain: dict[str, Make] = {
        "fixed_rule": _scored(homes, methods.FixedRule),
        "mean_and_sigma": _scored(homes, methods.MeanAndSigma),
        "gap_quantile": _scored(homes, methods.GapQuantile),
        "clock_profile": _scored(homes, methods.ClockProfile),
        "random": lambda home: methods.Random(3),
    }

    def product(home: Home) -> Method:
        return methods.Product(population(home))

    def within_its_share(home: Home) -> Method:
        made = methods.Product(population(home))
        made.budgets = {"ask": share("inactivity", "question"), "help": share("inactivity", "station")}
        return made

    result: dict[str, Any] = {"homes": len(homes), "home_days": sum(len(home.judged) for home in homes)}
    trials: dict[str, list[Trial]] = {}
    for name, stage in STAGES.items():
        asked = stage == "ask"
        say(f"{name}: the product")
        trials[name] = _run(homes, product, stage, troubles)
        result[name] = with_homes(trials[name], asked=asked)
        result[name]["confounders"] = oddities(trials[name], asked=asked)
        result[name]["baselines"] = {}
        for other, make in plain.items():
            say(f"{name}: {other}")
            put = troubles if other in ODD else [Trouble(one.collapses, {}) for one in troubles]
            beside = _run(homes, make, stage, put)
            result[name]["baselines"][other] = figures(beside, asked=asked)
            if other in ODD:
                result[name]["baselines"][other]["confounders"] = oddities(beside, asked=asked)
    say("the product within the share of its budget that quiet has in a watched home")
    result["as_watched"] = {
        name: with_homes(_run(homes, within_its_share, stage, troubles), asked=stage == "ask")
        for name, stage in STAGES.items()
    }
    station, first = (trials[name] for name in STAGES)
    result["worst_home"] = result["collapse"]["worst_home"]
    result["baselines"] = result["collapse"]["baselines"]
    result["confounders_straight"] = result["collapse"]["confounders"]
    result["confounders_asked_first"] = result["collapse_asked_first"]["confounders"]
    result["confounders"] = result["confounders_asked_first"]  # as the product acts
    result["obtained_over_asked"] = budgets_kept(station, first)
    result["by_sensor_set"] = {
        kind: {
            name: figures(chosen, asked=name == "collapse_asked_first")
            for name, of_all in trials.items()
            if (chosen := [one for one in of_all if one.home.recording.sensor_set == kind])
        }
        | {
            name: oddities(
                [one for one in of_all if one.home.recording.sensor_set == kind],
                asked=name == "confounders_asked_first",
            )
            for name, of_all in (("confounders_straight", station), ("confounders_asked_first", first))
        }
        for kind in sorted({home.recording.sensor_set for home in homes})
    }
    if shipped is None and not quick:
        say("with the part of the fixed limits chosen on other homes")
        result["chosen_on_other_homes"] = chosen_on_other_homes(homes, troubles)
    say("bathroom, bed and getting up")
    beside_quiet = others(homes, quick=quick)
    result |= beside_quiet.figures
    result["false_station_straight_per_home_month"] = _station(station, beside_quiet.straight, asked=False)
    result["false_station_per_home_month"] = _station(first, beside_quiet.asked, asked=True)
    say("the fixed rules as they are shipped")
    result |= rules(homes, quick=quick)
    result["false_family_per_home_month"] = _family(result)
    result |= costs(homes[0], population(homes[0]))
    if drawn:
        say("false calls against delay")
        result["curves"] = curves(homes, {"product": product, **plain}, troubles)
    result |= nights_and_weeks(homes, quick=quick, say=say)
    result["absent"] = list(ABSENT)
    return result


def _run(
    homes: Sequence[Home], make: Callable[[Home], Method], stage: Stage, troubles: Sequence[Trouble]
) -> list[Trial]:
    return [run(home, make(home), stage, put) for home, put in zip(homes, troubles, strict=True)]


def _scored(homes: Sequence[Home], score: Callable[[], Score]) -> Make:
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


def _station(trials: Sequence[Trial], others: dict[str, list[Count]], *, asked: bool) -> dict[str, Any]:
    """Return the calls to the station for nothing on unmodified days, of all detectors together.

    Asked first: five in a hundred of the questions that no movement answered.
    """
    counts = []
    for trial in trials:
        calls = list(trial.unmoved if asked else trial.calls)
        for of_risk in others.values():
            for count in of_risk:
                calls += count.calls if count.home is trial.home else []
        counts.append(Counted(trial.name, merged(calls, 2 * HOUR), trial.days))
    return false_calls(counts, UNANSWERED if asked else 1.0) | {"of": ["collapse", *others]}


def _family(result: dict[str, Any]) -> dict[str, Any]:
    """Return how often a family is told for nothing: not up, a door left open, out at night."""
    parts = [result[risk]["false_per_home_month"]["per_home"] for risk in FAMILY]
    counts = [
        Counted(home, sum(int(part[home]["count"]) for part in parts), one["home_days"])
        for home, one in parts[0].items()
    ]
    return false_calls(counts) | {"of": list(FAMILY)}
