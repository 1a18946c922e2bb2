"""What takes nights and weeks, as figures beside those of the routines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from models.training.decline.evaluation import decline
from models.training.routines.rolling import Home
from models.training.routines.wandering import night_wandering
from models.training.verdicts.evaluation import budget


def nights_and_weeks(homes: Sequence[Home], *, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Return `night_wandering`, `decline` and `budget`."""
    say("walking at night")
    found = {"night_wandering": night_wandering(homes, quick=quick)}
    found["decline"] = decline(homes, quick=quick, say=say)
    say("budgets of needless calls")
    found["budget"] = budget(homes, quick=quick)
    return found


def lines(figures: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    night, weeks, calls = figures["night_wandering"], figures["decline"], figures["budget"]
    said = [
        "walking at night: {recall:.2f} of {injected} walks found, half in {delay_p50_min} min; "
        "false a month {false_per_home_month[value]}".format_map(night)
    ]
    for name in ("made_up", "recorded"):
        if name not in weeks:
            continue
        said.append(f"decline of a percent a day, {name} homes: false a year {_rate(weeks[name])}")
        for kind, one in weeks[name]["by_kind"].items():
            late = [_days(one[key]) for key in ("delay_p50_days", "delay_p90_days")]
            beside = (
                f"{method} {_days(other['by_kind'][kind]['delay_p50_days'])}"
                for method, other in weeks[name]["baselines"].items()
            )
            said.append(f"  {kind:26} half in {late[0]}, nine of ten in {late[1]} ({', '.join(beside)})")
    for kind in ("question", "station"):
        one = calls[kind]
        said.append(
            f"budget, {kind}: obtained over asked {one['obtained_over_asked']:.2f}, "
            f"{one['within_2']:.2f} of homes within 2, worst {one['worst_home']:.2f}"
        )
    return said


def _rate(figures: dict[str, Any]) -> str:
    one = figures["false_per_home_year"]
    return f"{one['value']:.2f} ({one['ci95'][0]:.2f}-{one['ci95'][1]:.2f})"


def _days(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f} d"
