"""How soon a decline of a percent a day is found, at how many needless advices a year.

Null years and declines in made-up homes and in recorded homes whose days are drawn again; the plain methods
get their limits on other made-up homes. A decline that is not found in seventy days is infinitely late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from models.detection.decline.features import Day
from models.detection.decline.weeks import LAG, LIMIT, NEEDED
from models.training.decline import methods
from models.training.decline.homes import Drawn, Endless, MadeUp, recorded
from models.training.decline.worsened import KINDS
from models.training.rates import poisson
from models.training.routines.counting import delays
from models.training.routines.rolling import Home

ONSET: Final = 100  #: days that a home is known before it declines
HORIZON: Final = 70  #: days
#: A plain method's limit and a null rate need days that nobody looks at the figures of.
_CALIBRATION_SEED, _NULL_SEED, _TRIAL_SEED = 10_000, 20_000, 30_000
_MADE_UP_KINDS: Final = (*KINDS, "out")

Say = Callable[[str], None]


def decline(homes: Sequence[Home], *, quick: bool, say: Say = lambda _: None) -> dict[str, Any]:
    """Return the figures of decline."""
    say("decline: made-up homes")
    long = 300 if quick else 500
    calibration = [_null(MadeUp(_CALIBRATION_SEED + n), long) for n in range(2 if quick else 24)]
    limits = {
        name: methods.limit_for([course(days) for days in calibration], 1.0)
        for name, course in methods.PLAIN.items()
    }
    known = recorded(homes)
    figures = _figures(
        null=[_null(MadeUp(_NULL_SEED + n), long) for n in range(2 if quick else 40)],
        trials={
            kind: [[_declining(MadeUp(_TRIAL_SEED + n), kind)] for n in range(3 if quick else 14)]
            for kind in (("everything",) if quick else _MADE_UP_KINDS)
        },
        limits=limits,
    )
    result: dict[str, Any] = {"asked_per_home_year": round(365 / LIMIT, 3), "made_up": figures}
    if known:
        say("decline: recorded homes, their days drawn again")
        each = 1 if quick else 5
        result["recorded"] = _figures(
            null=[
                _null(Drawn(home, _NULL_SEED + n), long) for home in known for n in range(1 if quick else 6)
            ],
            trials={
                kind: [
                    [_declining(Drawn(home, _TRIAL_SEED + n), kind) for n in range(each)] for home in known
                ]
                for kind in (("everything",) if quick else KINDS)
            },
            limits=limits,
        )
        result["recorded"]["homes"] = {home.recording.name: len(Drawn(home, 0)) for home in known}
    whole = result["made_up"]["by_kind"]["everything"]
    for key in ("delay_p50_days", "delay_p50_days_ci95", "delay_p90_days", "recall"):
        result[key] = whole[key]
    result["false_per_home_year"] = result["made_up"]["false_per_home_year"]
    return result


def _null(home: Endless, days: int) -> list[Day]:
    return [home.day("", 0) for _ in range(days)]


def _declining(home: Endless, kind: str) -> list[Day]:
    return [home.day(kind if n >= ONSET else "", max(0, n - ONSET)) for n in range(ONSET + HORIZON)]


def _figures(
    null: Sequence[Sequence[Day]],
    trials: dict[str, list[list[list[Day]]]],
    limits: dict[str, float],
) -> dict[str, Any]:
    """Return rates and delays of the product, the plain methods beside it."""

    def plain(name: str) -> Callable[[Sequence[Day]], list[int]]:
        course = methods.PLAIN[name]
        return lambda days: methods.said_by(course(days), limits[name])

    found = _of(methods.product, null, trials)
    found["baselines"] = {name: _of(plain(name), null, trials) for name in methods.PLAIN}
    return found


def _of(
    method: Callable[[Sequence[Day]], list[int]],
    null: Sequence[Sequence[Day]],
    trials: dict[str, list[list[list[Day]]]],
) -> dict[str, Any]:
    count = sum(len(method(days)) for days in null)
    years = sum(len(days) - NEEDED - LAG for days in null) / 365
    low, high = poisson(count, years)
    by_kind = {
        kind: _delays([[_delay(method, days) for days in home] for home in of_homes])
        for kind, of_homes in trials.items()
    }
    return {
        "false_per_home_year": {
            "value": round(count / years, 3),
            "count": count,
            "home_years": round(years, 1),
            "ci95": [round(low, 3), round(high, 3)],
        },
        "by_kind": by_kind,
    }


def _delay(method: Callable[[Sequence[Day]], list[int]], days: Sequence[Day]) -> float:
    """Return after how many days of decline it is said; an advice by chance on the way counts as said."""
    return min((float(n - ONSET) for n in method(days) if n >= ONSET), default=float("inf"))


def _delays(by_home: list[list[float]]) -> dict[str, Any]:
    of_minutes = delays(by_home)
    return {
        key.replace("_min", "_days"): value
        for key, value in of_minutes.items()
        if not key.startswith("within")
    }
