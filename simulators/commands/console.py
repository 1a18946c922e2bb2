"""`anju-sim console`: a page with buttons for one simulated home."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from simulators.broker import BrokerAt
from simulators.commands import options
from simulators.commands.run import cable_of
from simulators.console.app import create_console
from simulators.console.desk import Desk
from simulators.home import plan as plans
from simulators.street import LiveHome
from simulators.texts import _


def console(
    plan: options.PlanName = "village-house",
    broker: options.SensorsBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    prefix: options.Prefix = "zigbee2mqtt",
    cable: options.CableTo = "",
    lives: Annotated[
        bool, typer.Option("--lives/--still", help=_("Let the resident live the day beside what you press."))
    ] = False,
    host: Annotated[str, typer.Option("--host", help=_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=_("Port to listen on."))] = 8091,
) -> None:
    """Show a page with buttons for one simulated home: fall, press SOS, open the door, cut the line.

    Whoever opens the page can press; it listens on this machine only unless you say otherwise.

    Examples:

      anju-sim console --plan lane-flat --broker localhost:1883

      anju-sim console --cable 18830=hub.example:1883
    """
    at: BrokerAt = options.broker_at(broker, user, password_file)
    living = LiveHome(
        plans.load(plan), at.host, at.port, prefix, resident=lives, username=at.username, password=at.password
    )
    with ExitStack() as stack:
        laid = stack.enter_context(cable_of(cable)) if cable else None
        living.start()
        stack.callback(living.stop)
        Console(stderr=True).print(
            _("The buttons are at {address}. Stop with Ctrl-C.").format(address=f"http://{host}:{port}/")
        )
        uvicorn.run(create_console(Desk(living, laid)), host=host, port=port, log_level="warning")
