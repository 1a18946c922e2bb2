"""`anju-sim list`: scenarios and homes, with what they are about."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from simulators.home import plan as plans
from simulators.home.plan import Texts
from simulators.scenarios import script as scripts
from simulators.scenarios.script import May, Script
from simulators.texts import _, language


def listing(
    long: Annotated[bool, typer.Option("--long", help=_("Tell each scenario's story as well."))] = False,
) -> None:
    """Show the scenarios and the homes that come with the simulators."""
    console = Console()
    scenarios = Table(
        _("scenario"), _("what happens"), _("home"), _("must be raised"), _("lasts at most"), _("played")
    )
    for name in scripts.names():
        script = scripts.load(name)
        told = _said(script.title) + (f"\n{_said(script.story)}" if long else "")
        must = "\n".join(f"{must.risk} ≤ {_span(must.within_s)}" for must in script.must) or _("nothing")
        may = "".join("\n" + _("perhaps {risk}").format(risk=risk) for risk in _risks(script))
        how = _("in time-lapse") if script.needs_time_lapse else _("now, or in time-lapse")
        scenarios.add_row(name, told, script.plan, must + may, _span(script.lasts_s), how)
    console.print(scenarios)
    homes = Table(_("home"), _("who lives there"), _("address"), _("sensors"))
    for name in plans.names():
        plan = plans.load(name)
        homes.add_row(
            name, f"{plan.resident.name}\n{_said(plan.title)}", plan.address, str(len(plan.sensors))
        )
    console.print(homes)


def _said(texts: Texts) -> str:
    return texts.zh if language() == "zh" else texts.en


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _risks(script: Script) -> list[str]:
    return [one.risk if isinstance(one, May) else one for one in script.may]
