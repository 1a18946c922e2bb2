"""`anju-sim conform`: whether somebody else's edge speaks the contract."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from models.contract.topics import Address, is_id
from simulators.broker import BrokerAt
from simulators.conformance.checks import verdicts
from simulators.conformance.listening import listen
from simulators.texts import _

_MARKS = {"passed": "[green]✔[/green]", "failed": "[red]✘[/red]", "unseen": "[yellow]?[/yellow]"}


def conform(
    url: Annotated[str, typer.Argument(help=_("mqtt://[USER:PASSWORD@]HOST:PORT/HOME/EDGE"))],
    unanswered: Annotated[
        float, typer.Option("--unanswered", min=1, help=_("Seconds during which nothing is acknowledged."))
    ] = 30.0,
    answered: Annotated[
        float, typer.Option("--answered", min=1, help=_("Seconds during which everything is."))
    ] = 45.0,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Only one JSON object, on standard output."))
    ] = False,
) -> None:
    """Say whether an edge speaks the contract: what passed, what failed, and what to do about it.

    It plays the hub on a broker: for a while it acknowledges nothing (what is sent must come again), then
    everything (nothing may come again), and it sends two commands that nobody may carry out. No hub may be
    connected to that broker meanwhile. Let sensors speak and press an SOS button while it listens; what did
    not happen is marked with a question mark.

    Ends with status 1 when something failed.

    Examples:

      anju-sim conform mqtt://localhost:1883/shen/pi-1

      anju-sim conform mqtt://hub:secret@broker.example:1883/shen/pi-1 --json
    """
    broker, address = _target(url)
    console = Console(stderr=True, quiet=as_json)
    parts = {"unanswered": _("acknowledging nothing"), "answered": _("acknowledging everything")}
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as shown:
        task = shown.add_task(parts["unanswered"])
        hearing = listen(
            broker,
            address,
            unanswered_s=unanswered,
            answered_s=answered,
            tell=lambda part, _passed: shown.update(task, description=parts[part]),
        )
    found = verdicts(hearing)
    for one in found:
        console.print(f"{_MARKS[one.outcome]} {one.name}" + (f": {one.detail}" if one.detail else ""))
        if one.advice:
            console.print(f"    {one.advice}", style="dim")
    failed = [one for one in found if one.outcome == "failed"]
    typer.echo(
        json.dumps(
            {
                "home": address.home,
                "edge": address.edge,
                "messages": len(hearing.messages),
                "passed": sum(one.outcome == "passed" for one in found),
                "failed": len(failed),
                "unseen": sum(one.outcome == "unseen" for one in found),
                "checks": [one._asdict() for one in found],
            },
            ensure_ascii=False,
        )
    )
    if failed:
        raise typer.Exit(1)


def _target(url: str) -> tuple[BrokerAt, Address]:
    wrong = typer.BadParameter(_("write mqtt://HOST:PORT/HOME/EDGE"), param_hint="URL")
    try:
        parts = urlsplit(url)
        port = parts.port or 1883
    except ValueError as error:
        raise wrong from error
    names = parts.path.strip("/").split("/")
    if parts.scheme != "mqtt" or not parts.hostname or len(names) != 2 or not all(map(is_id, names)):
        raise wrong
    broker = BrokerAt(
        host=parts.hostname,
        port=port,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    return broker, Address(*names)
