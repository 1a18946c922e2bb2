"""`anju-sim box`: a box of sensors for a home that somebody sets up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from simulators.box.kit import Kit
from simulators.commands import options
from simulators.console.app import create_console
from simulators.console.desk import Desk
from simulators.home import plan as plans
from simulators.texts import _


def box(
    url: Annotated[str, typer.Argument(metavar="URL", help=_("The hub, as the pairing code says it."))] = "",
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("The pairing code of the home."))] = "",
    plan: options.PlanName = "lane-flat",
    folder: Annotated[
        Path, typer.Option("--folder", help=_("Where the box keeps what it was told; one for each box."))
    ] = Path(".anju/box"),
    sensors_port: Annotated[
        int, typer.Option("--sensors-port", min=1, max=65535, help=_("Port of the broker in the box."))
    ] = 1885,
    lives: Annotated[
        bool, typer.Option("--lives/--still", help=_("Let the resident live the day beside what you press."))
    ] = False,
    host: Annotated[str, typer.Option("--host", help=_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=_("Port to listen on."))] = 8091,
) -> None:
    """A box of sensors for a home that you set up: paired as a real one, with a page to press and walk.

    On the home's set-up page make a pairing code; type URL and CODE here as they are shown there. Then walk
    through the rooms on the page of buttons, and every sensor turns green on the set-up page.

    Examples:

      anju-sim box http://localhost:8000 ABCD-EFGH-JKLM      pair it and switch it on

      anju-sim box                                           switch it on again
    """
    chosen = plans.load(plan)
    kit = Kit(chosen, folder, sensors_port, resident=lives)
    console = Console(stderr=True)
    if code or url:
        kit.pair(url, code)
        console.print(_("Paired. Its agent keeps what it needs in {folder}.").format(folder=folder))
    with kit:
        console.print(
            _(
                "{number} sensors in {rooms} rooms are on. Walk and press at {address}; stop with Ctrl-C."
            ).format(number=len(chosen.sensors), rooms=len(chosen.rooms), address=f"http://{host}:{port}/")
        )
        desk = Desk(kit.home, trouble=kit.trouble)
        uvicorn.run(create_console(desk), host=host, port=port, log_level="warning")
