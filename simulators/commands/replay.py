"""`anju-sim replay`: a recorded home, played to its broker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from simulators.commands import options
from simulators.commands.home import write_settings
from simulators.errors import RecordingError
from simulators.replay import agent_config, placement, play, recording
from simulators.texts import _


def replay(
    map_file: Annotated[
        Path, typer.Option("--map", help=_("CSV: sensor, kind, room, outer_door. What is what, and where."))
    ],
    file: Annotated[Path | None, typer.Argument(help=_("CSV, perhaps gzipped: time, sensor, value."))] = None,
    broker: options.SensorsBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    prefix: options.Prefix = "zigbee2mqtt",
    speed: Annotated[str, typer.Option("--speed", help=_("So many times as fast as life, or max."))] = "max",
    at_most: Annotated[
        float,
        typer.Option("--at-most", min=1, help=_("Messages a second; brokers drop what comes too fast.")),
    ] = play.AT_MOST,
    zone: Annotated[
        str, typer.Option("--zone", help=_("Where times without a zone were written."))
    ] = "Asia/Shanghai",
    home_id: options.HomeId = "recorded",
    edge: options.EdgeId = "pi-1",
    hub_broker: options.HubBroker = "127.0.0.1:1883",
    write_agent_config: options.AgentConfig = None,
) -> None:
    """Play a recorded home (CSV) to its broker, one message a row, in the order of the recording.

    Sensors speak as Zigbee2MQTT devices of the vendor Anju; the time of the recording travels with them.
    The last line on standard output is one JSON object: what was sent, how long it took, what was rejected
    and why.

    Examples:

      anju-sim replay --map map.csv --home hh103 --write-agent-config agent.toml

      anju-sim replay events.csv.gz --map map.csv --broker localhost:1883 --zone America/Los_Angeles

      anju-sim replay events.csv --map map.csv --speed 60
    """
    places = _map(map_file)
    at = options.broker_at(broker, user, password_file)
    if write_agent_config:
        write_settings(
            write_agent_config,
            agent_config.AgentOf(
                home=home_id,
                edge=edge,
                data_dir=str(Path.cwd() / f"agent-{home_id}"),
                sensors=at,
                hub=options.broker_at(hub_broker, "", None),
                prefix=prefix,
                history=True,
            ),
            agent_config.places(places),
        )
        return
    if file is None:
        raise typer.BadParameter(_("a recording is needed"), param_hint="FILE")
    pace = options.number_or_max(speed)
    try:
        written_in = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(_("no zone like Asia/Shanghai"), param_hint="--zone") from error
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with recording.opened(file) as counted:
        lines = max(0, _count(counted) - 1)
    with recording.opened(file) as rows, Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(file.name, total=lines)
        played = play.play(
            recording.read(rows, written_in),
            places,
            at,
            prefix=prefix,
            speed=pace,
            at_most=at_most,
            progress=lambda sent: shown.update(task, completed=sent) if sent % 100 == 0 else None,
        )
        shown.update(task, completed=lines)
    if played.dropped:
        Console(stderr=True).print(
            _("The broker threw {number} messages away: try again with a lower --at-most.").format(
                number=played.dropped
            )
        )
    typer.echo(json.dumps(played.figures(), ensure_ascii=False))
    if played.dropped:
        raise typer.Exit(1)


def _map(path: Path) -> placement.Map:
    with recording.opened(path) as lines:
        try:
            return placement.read(lines)
        except RecordingError as error:
            raise RecordingError(f"{path}: {error}") from error


def _count(lines: TextIO) -> int:
    """How many lines there are, for the progress bar; a file that breaks off has as many as can be read."""
    number = 0
    for _line in _readable(lines):
        number += 1
    return number


def _readable(lines: TextIO) -> Iterator[str]:
    try:
        yield from lines
    except (OSError, EOFError):
        return
