"""`anju-sim historic`: weeks of a home's past, straight to the hub's broker."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from models.contract.topics import Address
from simulators import historic as delivery
from simulators import history
from simulators.commands import options
from simulators.errors import HubRefusesError
from simulators.home import plan as plans
from simulators.hub import HomeAtHub
from simulators.texts import _


def historic(
    home_id: options.HomeId,
    edge: options.EdgeId,
    plan: options.PlanName = "village-house",
    days: Annotated[int, typer.Option("--days", min=1, max=400, help=_("How many days, up to now."))] = 28,
    hub_broker: options.HubBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    seed: options.Seed = 1,
    hub: options.HubUrl = "",
    token: options.Token = "",
    token_file: options.TokenFile = None,
    announce: Annotated[
        bool,
        typer.Option(
            "--announce", help=_("Publish the list of devices too, for a home without an edge agent.")
        ),
    ] = False,
) -> None:
    """Send weeks of a home's past to a hub, in seconds, and wait until the hub has confirmed all of it.

    The home must be in commissioning at the hub: a hub takes no history for a home that is live, and says
    nothing about it on the wire. With --hub and a token it is asked beforehand. The events go out under the
    home's own address in a stream of their own.

    Examples:

      anju-sim historic --plan village-house --home zhou --edge pi-1 --days 28

      anju-sim historic --home zhou --edge pi-1 --hub-broker hub.example:1883 --user zhou --password-file p
    """
    chosen = plans.load(plan)
    address = Address(home_id, edge)
    if hub:
        with HomeAtHub(hub, home_id, options.token_from(token, token_file)) as watched:
            status = watched.status()
        if status != "commissioning":
            raise HubRefusesError(f"The home '{home_id}' is {status}, not in commissioning.")
    now = datetime.now(UTC)
    first = (now.astimezone(chosen.timezone) - timedelta(days=days)).date()
    until = round(now.timestamp() * 1000)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        making = shown.add_task(_("living through {days} days").format(days=days), total=None)
        batches = []
        for batch in history.batches(chosen, address, seed, first, until):
            batches.append(batch)
            shown.advance(making, len(batch.events))
        total = sum(len(batch.events) for batch in batches)
        shown.update(making, total=total)
        sending = shown.add_task(_("sent"), total=total)
        confirming = shown.add_task(_("confirmed by the hub"), total=total)

        def progress(sent: int, confirmed: int) -> None:
            shown.update(sending, completed=sent)
            shown.update(confirming, completed=confirmed)

        delivered = delivery.deliver(
            batches,
            address,
            options.broker_at(hub_broker, user, password_file),
            devices=history.catalogue(chosen) if announce else None,
            progress=progress,
        )
        progress(total, total)
    typer.echo(
        json.dumps(
            {
                "home": home_id,
                "days": days,
                "events": delivered.events,
                "batches": delivered.batches,
                "sent_again": delivered.sent_again,
                "seconds": round(delivered.seconds, 3),
                "stream": batches[0].stream if batches else None,
            }
        )
    )
