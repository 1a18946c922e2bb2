"""False calls against delay: every method at one budget after another, over the same homes and collapses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models.detection.routines.quiet import Stage
from models.training.routines.counting import MONTH_DAYS
from models.training.routines.methods import Method
from models.training.routines.rolling import Home
from models.training.routines.summary import figures
from models.training.routines.trial import Trouble, run

#: Calls asked for a home-month straight to the station; questions a home-week.
BUDGETS: Final[Mapping[Stage, Sequence[float]]] = {
    "help": (0.3, 0.6, 1, 2, 4, 8),
    "ask": (1, 2, 4, 7, 14),
}

Make = Callable[[Home], Method]


def curves(homes: Sequence[Home], makes: Mapping[str, Make], troubles: Sequence[Trouble]) -> dict[str, Any]:
    """Return, by stage and method, a point for each budget: asked, obtained, when half and most are found."""
    found: dict[str, Any] = {}
    only = [Trouble(one.collapses, {}) for one in troubles]
    for stage, budgets in BUDGETS.items():
        days = MONTH_DAYS if stage == "help" else 7.0
        found[stage] = {name: [] for name in makes}
        for name, make in makes.items():
            for budget in budgets:
                trials = []
                for home, put in zip(homes, only, strict=True):
                    method = make(home)
                    method.budgets = {stage: budget / days}
                    trials.append(run(home, method, stage, put))
                told = figures(trials, asked=stage == "ask")
                calls = sum(one.false if stage == "help" else len(one.calls) for one in trials)
                found[stage][name].append(
                    {
                        "asked": budget,
                        "obtained": round(calls / sum(one.days for one in trials) * days, 3),
                        "delay_p50_min": told["delay_p50_min"],
                        "delay_p90_min": told["delay_p90_min"],
                    }
                )
    return found
