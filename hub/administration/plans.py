"""`anju-hub plan …`: who is called for a home or below an organisation, shown, tried out and written down."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import msgspec
import typer

from hub.administration.database import database
from hub.clock import SystemClock
from hub.errors import HubError, NotFoundError
from hub.escalation import foresight, plans
from hub.escalation.plan import Plan, PlanError, read_plan
from hub.notify.channels import registry
from hub.settings import read_settings
from hub.storage.database import Connection
from models.detection.finding import Risk, Severity

app = typer.Typer(
    no_args_is_help=True,
    help="Who is called, in what order, at which hours.\n\n"
    "A plan belongs to a home, or to an organisation and all homes below it; the nearest one holds, and "
    "without any the built-in one. To change it: `anju-hub plan show HOME > plan.toml`, edit, "
    "`anju-hub plan preview HOME --file plan.toml`, `anju-hub plan set HOME plan.toml`.",
)

PlaceId = Annotated[str, typer.Argument(help="a home, or an organisation", metavar="PLACE")]


class MomentError(HubError):
    """This is no moment: write it as 2026-11-24T14:00, by the home's clock."""


@app.command()
def show(place: PlaceId) -> None:
    """Print the plan that holds for a place, as TOML to begin with."""
    with database(read_settings()) as connection:
        home, organisation = _place(connection, place)
        kept = plans.plan_of(connection, home, organisation)
    origin = {"": "the built-in plan", "home": "this home's own plan"}.get(
        kept.place, f"the plan of '{kept.place}'"
    )
    saved = f", version {kept.version}, saved by {kept.saved_by}" if kept.version else ""
    typer.echo(f"# {origin}{saved}\n{as_toml(kept.plan)}", nl=False)


@app.command(name="preview")
def show_preview(
    place: PlaceId,
    at: Annotated[str, typer.Option(help="when it happens, by the place's clock; now by default")] = "",
    risk: Annotated[str, typer.Option(help="what happens: fall, sos, smoke, inactivity …")] = "fall",
    severity: Annotated[str, typer.Option(help="emergency, warning or advice")] = "emergency",
    file: Annotated[Path | None, typer.Option(help="a plan that is not saved yet")] = None,
    language: Annotated[str, typer.Option(help="zh or en")] = "en",
) -> None:
    """Say in plain words who would be told when, if nobody answered. Calls nobody."""
    if severity not in get_args(Severity):
        raise PlanError(f"'{severity}' is none of {', '.join(get_args(Severity))}.")
    if risk not in get_args(Risk):
        raise PlanError(f"'{risk}' is none of {', '.join(get_args(Risk))}.")
    settings = read_settings()
    with database(settings) as connection:
        home, organisation = _place(connection, place)
        seen = foresight.foresee(
            connection,
            home_id=home,
            organisation_id=organisation,
            severity=cast(Severity, severity),
            risk=risk,
            at=_moment(connection, home, organisation, at),
            carriers=registry.carried(settings),
            language=language,
            plan=_read(file) if file else None,
        )
    for line in seen.told:
        typer.echo(line)


@app.command(name="set")
def set_plan(
    place: PlaceId,
    file: Annotated[Path, typer.Argument(help="the plan, as TOML")],
    accept: Annotated[
        list[str] | None, typer.Option(help="a warning that you accept, by the name in brackets")
    ] = None,
    by: Annotated[str, typer.Option(help="who writes it down")] = "command line",
) -> None:
    """Give a place a plan of its own. Open alerts keep theirs."""
    with database(read_settings()) as connection:
        home, organisation = _place(connection, place)
        version = plans.save(
            connection,
            _read(file),
            home_id=home,
            organisation_id=organisation,
            by=by,
            now=SystemClock().now(),
            accepted=accept or [],
        )
    typer.echo(f"Saved: version {version} of the plan of {place}.")


@app.command()
def forget(place: PlaceId) -> None:
    """Let a place have the plan above it, or the built-in one, again."""
    with database(read_settings()) as connection:
        home, organisation = _place(connection, place)
        had = plans.forget(
            connection,
            home_id=home,
            organisation_id=organisation,
            by="command line",
            now=SystemClock().now(),
        )
    typer.echo(f"{place} has no plan of its own any more." if had else f"{place} had no plan of its own.")


def as_toml(plan: Plan) -> str:
    """Return a plan as it can be read again."""
    lines = [f"name = {_value(plan.name)}"]
    for rule in plan.rules:
        fields: dict[str, Any] = msgspec.to_builtins(rule)
        rungs = fields.pop("rungs")
        lines += ["", "[[rules]]", *(f"{k} = {_value(v)}" for k, v in fields.items() if v is not None)]
        for rung in rungs:
            lines += ["[[rules.rungs]]", *(f"{k} = {_value(v)}" for k, v in rung.items() if v is not None)]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def _read(file: Path) -> Plan:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"'{file}' cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"'{file}' is no TOML: {error}.") from error
    return read_plan(document)


def _place(connection: Connection, place: str) -> tuple[str | None, str | None]:
    """Return the home's id or the organisation's: one of the two."""
    if connection.execute("select 1 from homes where id = %s", (place,)).fetchone():
        return place, None
    if connection.execute("select 1 from organisations where id = %s", (place,)).fetchone():
        return None, place
    raise NotFoundError(f"There is no home and no organisation '{place}'.")


def _moment(connection: Connection, home: str | None, organisation: str | None, text: str) -> datetime:
    zone = plans.zone_of(connection, home, organisation)
    if not text:
        return SystemClock().now().astimezone(zone)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise MomentError from error
    return given.replace(tzinfo=zone) if given.tzinfo is None else given.astimezone(zone)
