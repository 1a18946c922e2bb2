"""`anju-hub silence …`, `anju-hub held` and `anju-hub quiet`: what calls nobody, why, and until when."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hub.administration.database import database
from hub.clock import SystemClock
from hub.errors import HubError, NotFoundError
from hub.escalation.noise import figures, levels, silences
from hub.settings import read_settings
from hub.storage.database import Connection

app = typer.Typer(
    no_args_is_help=True,
    help="Hold lesser alerts of a home, or of an organisation and all below it, for a while.\n\n"
    "Emergencies are never silenced. What a silence holds back is on the file of every alert, with who asked "
    "for it and why; when it ends, what is still open calls people.",
)


class HoursError(HubError):
    """Quiet hours are written as 22:00-07:00, or none."""


@app.command()
def add(
    place: Annotated[str, typer.Argument(help="a home, or an organisation", metavar="PLACE")],
    why: Annotated[str, typer.Option(help="for whoever wonders at night")],
    hours: Annotated[float, typer.Option(help="how long, up to 720", min=0.1, max=720)],
    risk: Annotated[list[str] | None, typer.Option(help="only this; may be given several times")] = None,
    by: Annotated[str, typer.Option(help="who asks for it")] = "command line",
) -> None:
    """Ask for silence."""
    now = SystemClock().now()
    with database(read_settings()) as connection:
        home, organisation = _place(connection, place)
        number = silences.create(
            connection,
            home_id=home,
            organisation_id=organisation,
            risks=risk or (),
            until=now + timedelta(hours=hours),
            by=by,
            why=why,
            now=now,
        )
    typer.echo(f"Silence {number} holds {place}. {silences.NOTICE}")


@app.command(name="list")
def show() -> None:
    """Say what is silenced now or will be."""
    with database(read_settings()) as connection:
        rows = silences.current(connection, SystemClock().now())
    for row in rows:
        risks = ", ".join(row["risks"]) or "all but emergencies"
        place = row["home_id"] or row["organisation_id"]
        until = _at(row["until"], row["zone"])
        typer.echo(f"{row['id']}  {place}  until {until}  {risks}  {row['by']}: {row['why']}")
        if row["holding"]:
            typer.echo(f"    holds {row['holding']} alerts now")
    if not rows:
        typer.echo("Nothing is silenced.")


@app.command()
def end(
    silence: Annotated[str, typer.Argument(help="its number, as in the list")],
    by: Annotated[str, typer.Option(help="who ends it")] = "command line",
) -> None:
    """End a silence before its time; what it holds calls people now."""
    with database(read_settings()) as connection:
        silences.end(connection, silence, by, SystemClock().now())
    typer.echo(f"Silence {silence} is over.")


def held() -> None:
    """Say which open alerts call nobody now, why, and until when."""
    with database(read_settings()) as connection:
        rows = figures.held_now(connection)
    for row in rows:
        reason = row["reason"] or {"text": "", "values": {}}
        typer.echo(
            f"{row['id']}  {row['place_name']}  {row['risk']}  until {_at(row['held_until'], row['zone'])}  "
            f"{row['rule']}: {reason['text'].format(**reason['values'])}"
        )
    if not rows:
        typer.echo("Nothing is held back.")


def quiet(
    place: Annotated[str, typer.Argument(help="a home, or an organisation", metavar="PLACE")],
    hours: Annotated[str, typer.Option(help="local, as 22:00-07:00, or none")] = "",
    calls_an_hour: Annotated[int, typer.Option(help="for warnings, to one person", min=0, max=60)] = 0,
    calls_a_night: Annotated[int, typer.Option(help="for warnings, to one person", min=0, max=200)] = 0,
) -> None:
    """Set quiet hours and how often one person is called for warnings; emergencies know neither."""
    with database(read_settings()) as connection:
        levels.set_levels(
            connection,
            place,
            quiet=_hours(hours),
            calls_an_hour=calls_an_hour or None,
            calls_a_night=calls_a_night or None,
        )
    typer.echo(f"{place} is set.")


def _hours(text: str) -> tuple[time, time] | None:
    if not text:
        return None
    if text == "none":
        return time(0), time(0)
    first, _, second = text.partition("-")
    try:
        return time.fromisoformat(first.strip()), time.fromisoformat(second.strip())
    except ValueError as error:
        raise HoursError(f"'{text}' cannot be read.") from error


def _place(connection: Connection, place: str) -> tuple[str | None, str | None]:
    if connection.execute("select 1 from homes where id = %s", (place,)).fetchone():
        return place, None
    if connection.execute("select 1 from organisations where id = %s", (place,)).fetchone():
        return None, place
    raise NotFoundError(f"Neither a home nor an organisation is called '{place}'.")


def _at(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
