"""`anju-sim town`: load of a whole town from one process, and an honest report of what became of it."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from simulators.commands import options
from simulators.texts import _
from simulators.town.load import Load, Report
from simulators.town.words import EDGE, Town


def town(
    homes: Annotated[
        int, typer.Option("--homes", min=1, max=100_000, help=_("How many homes speak."))
    ] = 1000,
    rate: Annotated[
        float,
        typer.Option("--rate", min=0.1, max=50_000, help=_("Messages a second, half of them events.")),
    ] = 100.0,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=3600, help=_("For how long."))] = 30.0,
    hub_broker: options.HubBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    prefix: Annotated[
        str, typer.Option("--home-prefix", help=_("Homes are called PREFIX-0, PREFIX-1 and so on."))
    ] = "town",
    births: Annotated[
        bool, typer.Option("--births/--no-births", help=_("Let every home say who is there first."))
    ] = True,
    wait: Annotated[
        float, typer.Option("--wait", min=0, max=600, help=_("How long to wait for the hub's last words."))
    ] = 30.0,
    write_homes: Annotated[
        Path | None,
        typer.Option(
            "--write-homes", metavar="FILE", help=_("Write the homes as CSV (home, edge) and stop.")
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Only one JSON object, on standard output."))
    ] = False,
) -> None:
    """Let a town speak to a hub's broker from one process: at a chosen rate, never longer than asked.

    The account must be allowed to speak for all homes, and the hub must know them. The report says what was
    really sent, what the broker confirmed, what the hub acknowledged and after how long, what left late, and
    what could not be sent at all. Ends with status 1 when an event stayed unacknowledged.

    Examples:

      anju-sim town --homes 1000 --rate 100 --seconds 30 --json

      anju-sim town --homes 100000 --write-homes homes.csv
    """
    if write_homes:
        with write_homes.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("home", "edge"))
            rows.writerows((f"{prefix}-{number}", EDGE) for number in range(homes))
        return
    at = options.broker_at(hub_broker, user, password_file)
    spoken = Town(homes, prefix=prefix, run=f"r{time.time_ns() // 1_000_000_000:x}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=as_json)) as shown:
        sending = shown.add_task(_("sent"), total=int(rate * seconds))
        confirming = shown.add_task(_("confirmed by the hub"), total=None)

        def show(now: Report) -> None:
            shown.update(sending, completed=now.sent)
            shown.update(confirming, completed=now.acknowledged, total=now.events)

        report = Load(spoken, at).run(rate, seconds, births=births, wait_s=wait, progress=show)
    figures = report.figures()
    typer.echo(json.dumps(figures))
    if figures["unacknowledged"] or figures["not_sent"]:
        raise typer.Exit(1)
