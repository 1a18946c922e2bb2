"""Proof on the terminal: who would be reached, test calls, drills, and how fast people answer."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from hub import logs
from hub.administration.database import database
from hub.clock import SystemClock
from hub.errors import HubError, NotFoundError
from hub.language import texts
from hub.proof import drill_plans, drills, number_checks, preflight_runs
from hub.proof.answer_counts import figures as answer_figures
from hub.proof.answer_counts import month_of
from hub.proof.answer_times import Figures
from hub.proof.preflight_runs import Found
from hub.settings import Settings, read_settings
from hub.storage.database import Connection
from hub.web.api.proof import figures_fields
from hub.web.moments import duration
from hub.web.vocabulary import ANSWERED_TIER, LAPSE, SEVERITY, STANDING, TARGET_SHORT
from models.language import closest

BY = "command line"
PERIODS = ("week", "month", "stop")


class ProofError(HubError):
    """This cannot be proven."""


def preflight(
    home: Annotated[str, typer.Argument(help="one home only; none: every live home")] = "",
    tell: Annotated[
        bool,
        typer.Option("--tell", help="as each morning: keep it, and alert the organisations that must act"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Who would be reached in the coming two weeks: hours without a proven number. Exit 1 on findings.

    Calls nobody, unless --tell is given.
    """
    now = SystemClock().now()
    with database(_settings()) as connection:
        if home:
            _need(connection, "homes", home)
            found = preflight_runs.check_home(connection, home, now)
            homes = 1
        elif tell:
            run = preflight_runs.run(connection, now)
            found, homes = list(run.found), run.homes
        else:
            counted: list[int] = []
            found, homes = list(preflight_runs.check(connection, now, counted)), sum(counted)
    if as_json:
        typer.echo(json.dumps({"homes": homes, "findings": [_plain(each) for each in found]}, default=str))
    elif found:
        Console().print(_lapses(found))
    else:
        typer.echo(_("Two proven people at every hour."))
    raise typer.Exit(1 if found else 0)


def verify(
    whose: Annotated[str, typer.Argument(help="a contact, a home or an organisation")],
) -> None:
    """Make a test call to every number that nobody has answered at yet; key 1 proves it."""
    now = SystemClock().now()
    with database(_settings()) as connection:
        if not number_checks.methods_of(connection, whose):
            raise NotFoundError(f"Nobody with a number belongs to '{whose}'.")
        started = number_checks.start_unverified(connection, whose, BY, now)
    typer.echo("\n".join(started) if started else "Every number is proven, or is being tested.")


def drill(
    place: Annotated[str, typer.Argument(help="a home or an organisation")],
    every: Annotated[str, typer.Option(help="week or month: plan drills; stop: plan none any more")] = "",
    day: Annotated[int, typer.Option(help="1 (Monday) to 7 of a week, 1 to 28 of a month")] = 1,
    hour: Annotated[int, typer.Option(help="8 to 17, by the clock of the place")] = 10,
    homes: Annotated[
        bool, typer.Option("--homes", help="of an organisation: each live home, not its people on duty")
    ] = False,
) -> None:
    """Begin a drill now, or plan drills: the whole way to a human, said to be one in every word."""
    now = SystemClock().now()
    with database(_settings()) as connection:
        home = connection.execute("select id from homes where id = %s", (place,)).fetchone()
        where: dict[str, Any] = {"home_id": place} if home else {"organisation_id": place}
        if not home:
            _need(connection, "organisations", place)
        if not every:
            typer.echo(drills.start(connection, now, by=BY, **where))
            return
        if every not in PERIODS:
            raise ProofError("Drills come every week or every month; stop ends them.")
        whom: drill_plans.Whom = "home" if home else "homes" if homes else "duty"
        if every == "stop":
            drill_plans.stop(connection, f"home:{place}" if home else f"{whom}:{place}")
            typer.echo("No drills are planned there any more.")
            return
        period: drill_plans.Every = "week" if every == "week" else "month"
        plan = drill_plans.save(
            connection, whom=whom, every=period, day=day, hour=hour, by=BY, now=now, **where
        )
    typer.echo(plan)


def figures(
    organisation: Annotated[str, typer.Argument(help="with all below it; none: every organisation")] = "",
    month: Annotated[str, typer.Option(help="such as 2026-11; none: the last 30 days")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """How fast people answered and arrived, against 97.5 % in 60 s, 99 % in 180 s and 90 % in 45 min."""
    now = SystemClock().now()
    with database(_settings()) as connection:
        zone = drill_plans.zone_of(connection, None, organisation) if organisation else "Asia/Shanghai"
        since, until = _span(month, zone, now)
        found = answer_figures(
            connection, since, until, now, organisations=[organisation] if organisation else None, zone=zone
        )
    if as_json:
        typer.echo(json.dumps([figures_fields(each) | {"month": month} for each in found]))
    elif found:
        Console().print(_figures(found))
    else:
        typer.echo(_("No alert that called anybody."))


def _settings() -> Settings:
    settings = read_settings()
    logs.set_up(json=settings.log_json)
    return settings


def _(msgid: str) -> str:
    return texts(_language()).gettext(msgid)


def _language() -> str:
    return closest(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG"))


def _need(connection: Connection, table: str, place: str) -> None:
    queries = {
        "homes": "select 1 from homes where id = %s",
        "organisations": "select 1 from organisations where id = %s",
    }
    if connection.execute(queries[table], (place,)).fetchone() is None:
        raise NotFoundError(f"There is no home or organisation '{place}'.")


def _span(month: str, zone: str, now: datetime) -> tuple[datetime, datetime]:
    if not month:
        return now - timedelta(days=30), now + timedelta(seconds=1)
    try:
        return month_of(month, zone)
    except ValueError as error:
        raise ProofError(f"'{month}' is no month: write it as 2026-11.") from error


def _lapses(found: list[Found]) -> Table:
    table = Table()
    for head in (_("Home"), _("The coming two weeks"), _("from"), _("until"), _("Severity"), ""):
        table.add_column(head, overflow="fold")
    for each in found:
        zone = ZoneInfo(each.zone)
        table.add_row(
            f"{each.name} ({each.home_id or each.organisation_id})",
            _(LAPSE[each.lapse.kind]),
            f"{each.lapse.since.astimezone(zone):%Y-%m-%d %H:%M}",
            f"{each.lapse.until.astimezone(zone):%Y-%m-%d %H:%M}",
            _(SEVERITY[each.lapse.severity]) if each.lapse.severity else "",
            each.lapse.who,
        )
    return table


def _figures(found: list[Figures]) -> Table:
    table = Table()
    for head in ("", "", "", _("Alerts"), *(_(text) for text in TARGET_SHORT.values()), _("Median")):
        table.add_column(head, overflow="fold")
    for each in found:
        shares = [
            "–" if share.share is None else f"{100 * share.share:.1f} % {_(STANDING[share.standing])}"
            for share in each.shares
        ]
        table.add_row(
            each.organisation,
            _(SEVERITY[each.severity]) if each.severity else "",
            _(ANSWERED_TIER[each.tier]) if each.tier else "",
            str(each.alerts),
            *shares,
            "–" if each.median is None else duration(each.median, _language()),
        )
    return table


def _plain(found: Found) -> dict[str, Any]:
    lapse = found.lapse
    return {
        "organisation": found.organisation_id,
        "home": found.home_id,
        "kind": lapse.kind,
        "severity": lapse.severity,
        "since": lapse.since.isoformat(),
        "until": lapse.until.isoformat(),
        "people": lapse.people,
        "who": lapse.who,
    }
