"""Gathers what the pages and the API say of rounds: calls, reasons in words, and rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.accounts import scope
from hub.care import rate, roster
from hub.care.rounds import Call, Home, todays_round
from hub.errors import NotFoundError
from hub.language import texts
from hub.places import store as places
from hub.proof.answer_counts import month_of
from hub.storage.database import Connection
from hub.web.guard import Visit
from models.detection.finding import Reason


def homes_of(visit: Visit, organisation: str | None) -> list[str] | None:
    """Return the homes in scope, or those of one station of it; raises NotFoundError for any other."""
    ids = visit.homes()
    if organisation is None:
        return ids
    visit.see_organisation(organisation)
    below = scope.homes_below(visit.connection, organisation)
    return below if ids is None else sorted(set(below) & set(ids))


def stations(visit: Visit) -> list[dict[str, Any]]:
    """Return the organisations in scope, to choose from."""
    return places.organisations(
        visit.connection, scope.visible_organisations(visit.connection, visit.account)
    )


def calls(connection: Connection, home_ids: Sequence[str] | None, now: datetime) -> list[Call]:
    """Return today's round over these homes, the most urgent first."""
    return calls_of(connection, roster.morning(connection, home_ids, now).homes, now)


def calls_of(connection: Connection, homes: Sequence[Home], now: datetime) -> list[Call]:
    """Return today's round over homes whose facts are known."""
    days = roster.intervals_by_home(connection, [home.id for home in homes])
    return todays_round(homes, days, today(connection, now))


def today(connection: Connection, now: datetime) -> date:
    """Return the day by the clock of most organisations; a round is for one county, and that is one zone."""
    row = connection.execute(
        "select zone from organisations group by zone order by count(*) desc, zone limit 1"
    ).fetchone()
    return now.astimezone(ZoneInfo(row["zone"]) if row else UTC).date()


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant at which a day ends by a zone's clock."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def said(reason: Reason | Mapping[str, Any], language: str) -> str:
    """Return a reason of the care's rules in words, as it is or as it was kept."""
    known = reason if isinstance(reason, Reason) else msgspec.convert(reason, Reason)
    return texts(language).gettext(known.text).format(**known.values)


def rates(
    connection: Connection, home_ids: Sequence[str] | None, month: date, zone: str
) -> tuple[dict[str, rate.Rate], dict[str, rate.Rate]]:
    """Return the visit rates of a month by station and by group."""
    start, end = month_of(f"{month:%Y-%m}", zone)
    listed = roster.listed(connection, start, end, home_ids)
    month_end = end.astimezone(ZoneInfo(zone)).date()
    return rate.by_organisation(listed, month_end), rate.by_group(listed, month_end)


def find_station(visit: Visit, organisation: str | None) -> dict[str, Any]:
    """Return the organisation that a page is about: the given one, else the topmost in scope."""
    return station_among(stations(visit), organisation)


def station_among(seen: Sequence[dict[str, Any]], organisation: str | None) -> dict[str, Any]:
    """Return the same, of the organisations in scope."""
    for one in seen:
        if organisation in (None, one["id"]):
            return one
    raise NotFoundError(f"Organisation '{organisation or ''}'.")


def theirs(visit: Visit, home_id: str) -> str:
    """Return the id of a home in scope; any other does not exist."""
    if not scope.sees_home(visit.connection, visit.account, home_id):
        raise NotFoundError
    return home_id


def by_id(visit: Visit, home_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return homes as pages show them."""
    return {row["id"]: row for row in places.homes(visit.connection, visit.now, home_ids)}
