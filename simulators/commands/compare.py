"""`anju-sim compare`: simulated residents beside recorded ones."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from simulators.commands import options
from simulators.errors import RecordingError, SimulatorError
from simulators.home import plan as plans
from simulators.likeness.comparison import Comparison
from simulators.likeness.comparison import compare as compared
from simulators.likeness.picture import draw
from simulators.likeness.sightings import Seen, of_plan, of_recording
from simulators.texts import _


class NoNumbersError(SimulatorError):
    """Recordings are read by the training parts: pip install 'anju[training]'."""


def compare(
    data: Annotated[
        Path | None, typer.Option("--data", help=_("Folder with public recordings: casas-hh103, kasteren."))
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help=_("Folder of any homes: HOME/events.csv and HOME/sensors.csv.")),
    ] = None,
    plan: Annotated[
        list[str] | None, typer.Option("--plan", help=_("Only this home; may be given several times."))
    ] = None,
    days: Annotated[int, typer.Option("--days", min=2, max=400, help=_("How many days are lived."))] = 28,
    first: Annotated[
        str, typer.Option("--first", help=_("The first of them, as 2026-03-01."))
    ] = "2026-03-01",
    seed: options.Seed = 1,
    through_sensors: Annotated[
        bool,
        typer.Option(
            "--through-sensors", help=_("As the plan's own sensors see it, with their blind times.")
        ),
    ] = False,
    picture: Annotated[Path | None, typer.Option("--picture", help=_("Write a PNG there."))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Only one JSON object, on standard output."))
    ] = False,
) -> None:
    """Say how like real homes the simulated ones are: events an hour, gaps, stays, ways between rooms.

    Two real homes beside each other are the yardstick, and the two halves of one real home. All distances
    are 0 for homes that are alike: Kolmogorov-Smirnov for gaps and stays, Jensen-Shannon (bits) for the
    day's course, the rooms and the ways between them, Wasserstein (minutes) for the events an hour.

    Examples:

      anju-sim compare --data ../shared/datasets --picture likeness.png

      anju-sim compare --csv my-homes --plan lane-flat --days 56 --json
    """
    if data is None and csv is None:
        raise typer.BadParameter(_("name recordings with --data or --csv"), param_hint="--data")
    try:
        begin = date.fromisoformat(first)
    except ValueError as error:
        raise typer.BadParameter(_("a date like 2026-03-01"), param_hint="--first") from error
    console = Console(stderr=True, quiet=as_json)
    recorded = _recorded(data, csv)
    simulated = []
    for name in plan or plans.names():
        console.print(_("{name}: {days} days").format(name=name, days=days))
        home = plans.load(name)
        simulated.append(of_plan(home, seed, begin, days, through_sensors=through_sensors))
    comparison = compared(recorded, simulated)
    if picture:
        draw(comparison, picture)
        console.print(_("The picture is in {path}.").format(path=picture))
    _show(console, comparison)
    typer.echo(json.dumps({"first": first, "days": days, **comparison.figures()}))


def _recorded(data: Path | None, csv: Path | None) -> list[Seen]:
    try:
        from models.training.errors import DataError
        from models.training.routines import loaders, plain_csv
    except ImportError as error:
        raise NoNumbersError from error
    try:
        found = loaders.load(data) if data else []
        found += plain_csv.load_folder(csv) if csv else []
    except (DataError, OSError) as error:
        raise RecordingError(str(error)) from error
    return [of_recording(one) for one in found]


def _show(console: Console, comparison: Comparison) -> None:
    table = Table(
        _("homes"), _("an hour"), _("course"), _("gaps"), _("stays"), _("ways"), _("rooms"), _("together")
    )
    for heading, rows in (
        (_("halves of one real home"), comparison.halves),
        (_("two real homes"), comparison.recorded_to_recorded),
        (_("simulated and real"), comparison.simulated_to_recorded),
    ):
        table.add_section()
        table.add_row(f"[bold]{heading}[/bold]")
        for one in rows:
            numbers = (one.hourly, one.hours, one.gaps, one.stays, one.moves, one.places, one.together)
            table.add_row(f"{one.one} – {one.two}", *(f"{number:.3f}" for number in numbers))
    console.print(table)
