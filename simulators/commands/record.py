"""`anju-sim record`: a live home as CSV, anonymised."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from models.contract.topics import Address
from simulators.commands import options
from simulators.record.anonymous import Mask
from simulators.record.taking import take
from simulators.texts import _


def record(
    home_id: options.HomeId,
    edge: options.EdgeId,
    out: Annotated[Path, typer.Option("--out", help=_("Folder for events.csv and sensors.csv."))],
    hub_broker: options.HubBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    zone: Annotated[
        str, typer.Option("--zone", help=_("The zone in which the home lives."))
    ] = "Asia/Shanghai",
    hours: Annotated[
        float, typer.Option("--hours", min=0.0001, help=_("For how long; Ctrl-C ends it earlier."))
    ] = 24.0,
) -> None:
    """Record a live home as CSV, anonymised: for replay, for evaluation, for a report of something odd.

    Sensors are numbered, rooms become kinds of rooms, dates are moved by a secret number of weeks; the hour
    and the day of the week stay. Calls for help, falls and alarms are left out. The account must be allowed
    to hear the home's events: that of the hub is.

    Examples:

      anju-sim record --home shen --edge pi-1 --out recorded/a --hours 48

      anju-sim replay recorded/a/events.csv --map recorded/a/sensors.csv
    """
    try:
        mask = Mask(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(_("no zone like Asia/Shanghai"), param_hint="--zone") from error
    asked: list[bool] = []
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_args: asked.append(True))
    with Progress(
        TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True)
    ) as shown:
        task = shown.add_task(_("recording"))
        taken = take(
            options.broker_at(hub_broker, user, password_file),
            Address(home_id, edge),
            out,
            mask,
            seconds=hours * 3600,
            stopped=lambda: bool(asked),
            progress=lambda now: shown.update(
                task, description=_("{rows} events recorded").format(rows=now.rows)
            ),
        )
    typer.echo(
        json.dumps(
            {
                "events": taken.rows,
                "sensors": len(mask.sensors()),
                "left_out": taken.left_out,
                "unreadable": taken.unreadable,
            }
        )
    )
