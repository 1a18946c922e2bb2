"""`anju-hub edge`: the edge agents of a home, from the command line."""

from __future__ import annotations

from typing import Annotated

import segno
import typer

from hub import logs
from hub.administration import edges
from hub.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, help="A home's edge agents: pair one, list them, shut one out.")

Home = Annotated[str, typer.Argument(help="the home's id")]
EdgeId = Annotated[str, typer.Argument(help="its id: a-z, 0-9 and -")]


@app.command()
def pair(home: Home, edge: EdgeId = "pi") -> None:
    """Make a pairing code: it works once, for a quarter of an hour, with anju-agent pair in the home.

    An agent that was paired before under this id is shut out when the new one comes.
    """
    made = edges.pairing_code(_settings(), home, edge)
    segno.make(made.address, error="m").terminal(compact=True)
    typer.echo(f"{made.code}\n\nIn the home, until {made.until}:\n  {made.command}")
    typer.echo("The QR code says the same: anju-agent pair takes what it says in one word.")


@app.command()
def revoke(home: Home, edge: EdgeId) -> None:
    """Take an edge agent's account away: it is thrown out at once. What it said stays."""
    edges.revoke(_settings(), home, edge)
    typer.echo(f"{home}/{edge} is shut out. To let it in again: anju-hub edge pair {home} {edge}")


@app.command("list")
def show(home: Home) -> None:
    """Show the edge agents of a home."""
    typer.echo(edges.listed(_settings(), home))


@app.command()
def add(
    home: Home,
    edge: EdgeId,
    new_password: Annotated[
        bool,
        typer.Option("--new-password", help="replace its password: the agent with the old one is shut out"),
    ] = False,
) -> None:
    """Add an edge agent without pairing: prints its settings file, with its password, once.

    anju-hub edge add HOME EDGE > agent.toml
    """
    typer.echo(edges.add_edge(_settings(), home, edge, new_password=new_password))


def _settings() -> Settings:
    settings = read_settings()
    logs.set_up(json=settings.log_json)
    return settings
