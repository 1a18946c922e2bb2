"""`anju-hub rota ORGANISATION …`: a duty rota on the terminal, in the language that it speaks."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.administration.database import database
from hub.clock import SystemClock
from hub.errors import HubError
from hub.escalation import rota_store
from hub.escalation.rota_file import Week
from hub.escalation.rota_store import Kept, RotaChangeError, RotaError
from hub.escalation.rota_times import instant_of_local
from hub.language import N_, texts
from hub.settings import read_settings
from hub.storage.database import Connection
from hub.web.moments import day_of, duration
from hub.web.rota_days import days_of
from hub.web.rota_words import called, short_day, span
from models.detection.finding import Reason
from models.language import closest

BY = "command line"
DAYS = 14

app = typer.Typer(no_args_is_help=True, help="Who is on duty at an organisation, and when.")


class RotaFileError(HubError):
    """The file of a rota cannot be read."""


@dataclass(frozen=True)
class Asked:
    """The organisation that the command speaks of, and the reader's language."""

    organisation: str
    language: str

    def say(self, msgid: str, **values: Any) -> str:
        """Return a text in the reader's language."""
        return texts(self.language).gettext(msgid).format(organisation=self.organisation, **values)


@app.callback()
def of_organisation(
    context: typer.Context, organisation: Annotated[str, typer.Argument(help="its id")]
) -> None:
    """Who is on duty at an organisation, and when."""
    wanted = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    context.obj = Asked(organisation, closest(wanted))


@app.command()
def show(context: typer.Context, days: Annotated[int, typer.Option(min=1, max=60)] = DAYS) -> None:
    """Draw the coming days, with who is on duty now."""
    asked, now = context.ensure_object(Asked), SystemClock().now()
    with database(read_settings()) as connection:
        kept = rota_store.get(connection, asked.organisation)
        if kept is None:
            typer.echo(asked.say(N_("No rota: everybody of {organisation} is on duty at any hour.")))
            return
        names = rota_store.names_of(connection, asked.organisation)
        today = day_of(now, kept.rota.zone)
        since = now - timedelta(days=2)
        duties = (
            rota_store.on_duty(connection, asked.organisation, since, now + timedelta(days=days + 2)) or ()
        )
    current = next(duty for duty in duties if duty.since <= now < duty.until)
    table = Table(
        title=asked.say(
            N_("Duty rota of {organisation}, times of {zone}, version {n}"),
            zone=kept.rota.zone,
            n=kept.version,
        )
    )
    table.add_column(asked.say(N_("Day")), no_wrap=True)
    table.add_column(asked.say(N_("On duty")))
    nobody = asked.say(N_("NOBODY"))
    for row in days_of(duties, names, today, days, kept.rota.zone, now):
        line = Text()
        for n, (hours, who) in enumerate(row.told):
            line.append("\n" if n else "")
            line.append(f"{hours}  ")
            line.append(asked.say(N_(", ")).join(who) or nobody, style="" if who else "bold red")
        table.add_row(short_day(row.day, asked.language), line, style="bold" if row.now is not None else "")
    Console().print(table)
    if current.contacts:
        typer.echo(
            asked.say(N_("On duty now: {names}"), names=called(current.contacts, names, asked.language))
        )
    else:
        typer.echo(asked.say(N_("Nobody is on duty now: everybody of {organisation} is called.")))


@app.command()
def check(context: typer.Context, days: Annotated[int, typer.Option(min=1, max=366)] = DAYS) -> None:
    """List when nobody is on duty in the coming days; exit 1 where there is such a time."""
    asked, now = context.ensure_object(Asked), SystemClock().now()
    with database(read_settings()) as connection:
        kept = rota_store.get(connection, asked.organisation)
        if kept is None:
            typer.echo(asked.say(N_("No rota: everybody of {organisation} is on duty at any hour.")))
            return
        gaps = rota_store.gaps_of(connection, asked.organisation, now, now + timedelta(days=days))
    if not gaps:
        typer.echo(asked.say(N_("No gap in the next {n} days."), n=days))
        return
    typer.echo(asked.say(N_("Nobody is on duty at these times; everybody of {organisation} is called then:")))
    for gap in gaps:
        when = span(gap.since, gap.until, kept.rota.zone, asked.language)
        typer.echo(f"  {when} · {duration(gap.until - gap.since, asked.language)}")
    raise typer.Exit(1)


@app.command("set")
def set_week(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="TOML: zone, shifts, rotations")]
) -> None:
    """Write down the weekly shifts and rotations of a file; overrides and swaps that were made stay."""
    asked = context.ensure_object(Asked)
    try:
        week = Week.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise RotaFileError(f"{file}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RotaFileError(f"{file} is not valid TOML: {error}.") from error
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise RotaFileError("\n".join([f"{file}, correct this:", *wrong])) from error
    try:
        with database(read_settings()) as connection:
            version = rota_store.save_written(
                connection, asked.organisation, week, by=BY, now=SystemClock().now()
            )
    except RotaError as error:
        _refuse(asked, error)
    typer.echo(asked.say(N_("{organisation} has its rota, version {n}."), n=version))


@app.command()
def override(
    context: typer.Context,
    since: Annotated[str, typer.Option("--from", help='"2026-11-22 20:00", by the clock of the rota')],
    until: Annotated[str, typer.Option(help="when it ends")],
    on: Annotated[str, typer.Option(help="name or id of who is put on duty")] = "",
    off: Annotated[str, typer.Option(help="name or id of who is taken off it")] = "",
    note: Annotated[str, typer.Option()] = "",
) -> None:
    """Let one stand in for another (--on, --off), put somebody on duty besides, or take somebody off it."""
    asked = context.ensure_object(Asked)
    try:
        with database(read_settings()) as connection:
            zone = _zone(connection, asked)
            made = rota_store.override(
                connection,
                asked.organisation,
                on=_contact(connection, asked, on),
                off=_contact(connection, asked, off),
                since=_instant(since, zone),
                until=_instant(until, zone),
                note=note,
                by=BY,
                now=SystemClock().now(),
            )
    except RotaError as error:
        _refuse(asked, error)
    _told(asked, made)


@app.command()
def swap(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="name or id of one")],
    first_at: Annotated[str, typer.Argument(help='a time within that duty: "2026-11-22 20:00"')],
    second: Annotated[str, typer.Argument(help="name or id of the other")],
    second_at: Annotated[str, typer.Argument(help="a time within the other duty")],
    note: Annotated[str, typer.Option()] = "",
) -> None:
    """Let two people take each other's duty, on one occasion each."""
    asked = context.ensure_object(Asked)
    try:
        with database(read_settings()) as connection:
            zone = _zone(connection, asked)
            made = rota_store.swap(
                connection,
                asked.organisation,
                first=_contact(connection, asked, first),
                first_at=_instant(first_at, zone),
                second=_contact(connection, asked, second),
                second_at=_instant(second_at, zone),
                note=note,
                by=BY,
                now=SystemClock().now(),
            )
    except RotaError as error:
        _refuse(asked, error)
    _told(asked, made)


@app.command("take-back")
def take_back(context: typer.Context, change: Annotated[str, typer.Argument(help="its id")]) -> None:
    """Take back an override or a swap."""
    asked = context.ensure_object(Asked)
    try:
        with database(read_settings()) as connection:
            rota_store.cancel(connection, asked.organisation, change, by=BY, now=SystemClock().now())
    except RotaError as error:
        _refuse(asked, error)
    typer.echo(asked.say(N_("The change is taken back.")))


def _told(asked: Asked, change: str) -> None:
    command = f"anju-hub rota {asked.organisation} take-back {change}"
    typer.echo(
        asked.say(
            N_("The rota is changed (change {change}). To take it back: {command}"),
            change=change,
            command=command,
        )
    )


def _refuse(asked: Asked, error: RotaError) -> NoReturn:
    typer.echo(f"anju-hub: {error.said(asked.language)}", err=True)
    raise typer.Exit(2)


def _zone(connection: Connection, asked: Asked) -> str:
    kept: Kept | None = rota_store.get(connection, asked.organisation)
    return kept.rota.zone if kept else rota_store.zone_of(connection, asked.organisation)


def _contact(connection: Connection, asked: Asked, given: str) -> str:
    """Return the id of a contact by id or name; nobody for nothing."""
    names = rota_store.names_of(connection, asked.organisation)
    found = [given] if given in names else [each for each, name in names.items() if name == given]
    return found[0] if len(found) == 1 else given


def _instant(text: str, zone: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None or not 2000 < at.year < 2200:
        msgid = N_('"{text}" is no time. Write it as 2026-11-22 20:00, by the clock of {zone}.')
        raise RotaChangeError([Reason(msgid, {"text": text, "zone": zone})])
    return instant_of_local(at, ZoneInfo(zone))
