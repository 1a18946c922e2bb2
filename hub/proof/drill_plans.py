"""When drills are due: of a home, of people on duty, or of all homes of a place; weekly or monthly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from hub.errors import HubError, NotFoundError
from hub.language import N_
from hub.storage.database import Connection
from models.detection.finding import Reason

Every = Literal["week", "month"]
Whom = Literal["home", "duty", "homes"]

FIRST_HOUR: Final = 8
LAST_HOUR: Final = 18  #: nobody is drilled in the evening
AT_ONCE: Final = 5  #: homes of one plan that are begun in one minute


class DrillPlanError(HubError):
    """Drills cannot be planned like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One drill whose time has come."""

    plan_id: str
    home_id: str | None = None
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """From when on a drill of this week or month counts, and whether it may begin now."""

    since: datetime
    open: bool


def window(every: Every, day: int, hour: int, zone: str, now: datetime) -> Window:
    """Return the current period of a plan: it begins on its day at its hour, by the clock of the place.

    Within it drills begin between the hour and 18:00, on the first day or a later one. Pure.
    """
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    first = _first_day(every, day, local.date())
    if local < datetime.combine(first, time(hour), place):
        first = _first_day(every, day, first - timedelta(days=1))
    begin = datetime.combine(first, time(hour), place)
    return Window(begin.astimezone(UTC), hour <= local.hour < max(LAST_HOUR, hour + 1))


def wrong_in(every: Every, day: int, hour: int) -> dict[str, Reason]:
    """Return what cannot be about a plan, by its field. Pure."""
    wrong: dict[str, Reason] = {}
    if not 1 <= day <= (7 if every == "week" else 28):
        wrong["day"] = Reason(N_("The day is 1 (Monday) to 7 of a week, or 1 to 28 of a month."))
    if not FIRST_HOUR <= hour < LAST_HOUR:
        wrong["hour"] = Reason(
            N_("A decent hour is {first} to {last}."), {"first": FIRST_HOUR, "last": LAST_HOUR - 1}
        )
    return wrong


def save(
    connection: Connection,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    whom: Whom,
    every: Every,
    day: int,
    hour: int = 10,
    by: str,
    now: datetime,
) -> str:
    """Plan drills of a place, or change its plan; return the plan's id. DrillPlanError, NotFoundError.

    A new plan first comes due in its next period, never at once.
    """
    if wrong := wrong_in(every, day, hour):
        raise DrillPlanError(" ".join(reason.text.format(**reason.values) for reason in wrong.values()))
    if (whom == "home") != (home_id is not None):
        raise DrillPlanError("A home's people are drilled by the home; duty and homes by the organisation.")
    plan_id = f"home:{home_id}" if home_id is not None else f"{whom}:{organisation_id}"
    zone_of(connection, home_id, organisation_id)
    connection.execute(
        """
        insert into drill_plans (id, home_id, organisation_id, whom, every, day, hour, saved_at, saved_by)
        values (%(id)s, %(home)s, %(organisation)s, %(whom)s, %(every)s, %(day)s, %(hour)s, %(now)s, %(by)s)
        on conflict (id) do update set every = excluded.every, day = excluded.day, hour = excluded.hour,
            saved_at = excluded.saved_at, saved_by = excluded.saved_by, active = true
        """,
        {
            "id": plan_id,
            "home": home_id,
            "organisation": organisation_id,
            "whom": whom,
            "every": every,
            "day": day,
            "hour": hour,
            "now": now,
            "by": by,
        },
    )
    return plan_id


def stop(connection: Connection, plan_id: str) -> None:
    """Plan no drills there any more. Raises NotFoundError."""
    changed = connection.execute("update drill_plans set active = false where id = %s", (plan_id,))
    if not changed.rowcount:
        raise NotFoundError(f"Drill plan '{plan_id}'.")


def stop_of_place(
    connection: Connection, plan_id: str, *, home_id: str | None = None, organisation_id: str | None = None
) -> None:
    """End an active plan of this very place; raises NotFoundError for any other."""
    known = of_place(connection, home_id=home_id, organisation_id=organisation_id)
    if plan_id not in {row["id"] for row in known}:
        raise NotFoundError(f"Drill plan '{plan_id}'.")
    stop(connection, plan_id)


def next_due(plan: Mapping[str, Any], zone: str, now: datetime) -> datetime:
    """Return when the next period of a plan begins, by the clock of its place. Pure."""
    ahead = now
    while True:  # at most a month and a day ahead
        since = window(plan["every"], plan["day"], plan["hour"], zone, ahead).since
        if since > now:
            return since
        ahead += timedelta(days=1)


def of_place(
    connection: Connection, *, home_id: str | None = None, organisation_id: str | None = None
) -> list[dict[str, Any]]:
    """Return the plans of one home or organisation that are active."""
    return connection.execute(
        "select * from drill_plans where active and (home_id = %s or organisation_id = %s) order by id",
        (home_id, organisation_id),
    ).fetchall()


def due(connection: Connection, now: datetime) -> list[Due]:
    """Return the drills whose time has come at `now` and that were not yet begun in their period."""
    found: list[Due] = []
    rows = connection.execute(
        "select p.*, coalesce(h.zone, o.zone) as zone, h.status as home_status from drill_plans p"
        " left join homes h on h.id = p.home_id left join organisations o on o.id = p.organisation_id"
        " where p.active order by p.id"
    ).fetchall()
    for plan in rows:
        period = window(plan["every"], plan["day"], plan["hour"], plan["zone"], now)
        if not period.open or period.since < plan["saved_at"]:
            continue
        if plan["whom"] == "homes":
            found += _homes_due(connection, plan, period.since)
        elif plan["home_status"] in (None, "live") and not _begun(connection, plan["id"], period.since):
            found.append(
                Due(plan_id=plan["id"], home_id=plan["home_id"], organisation_id=plan["organisation_id"])
            )
    return found


def zone_of(connection: Connection, home_id: str | None, organisation_id: str | None) -> str:
    """Return the time zone of a place; raises NotFoundError."""
    row = connection.execute(
        "select zone from homes where id = %(home)s"
        " union all select zone from organisations where id = %(organisation)s",
        {"home": home_id, "organisation": organisation_id},
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Place '{home_id or organisation_id}'.")
    return str(row["zone"])


def _first_day(every: Every, day: int, until: date) -> date:
    """The latest day on which a period began, up to and with `until`."""
    if every == "week":
        return until - timedelta(days=(until.isoweekday() - day) % 7)
    if until.day >= day:
        return until.replace(day=day)
    return (until.replace(day=1) - timedelta(days=1)).replace(day=day)


def _begun(connection: Connection, plan_id: str, since: datetime) -> bool:
    row = connection.execute(
        "select 1 from drills where plan_id = %s and started_at >= %s limit 1", (plan_id, since)
    ).fetchone()
    return row is not None


def _homes_due(connection: Connection, plan: dict[str, Any], since: datetime) -> list[Due]:
    """A few homes at a time: those below the organisation that had no drill of this plan in this period."""
    rows = connection.execute(
        """
        with recursive below (id) as (
            select %(organisation)s::text
            union
            select o.id from organisations o join below b on o.parent_id = b.id
        )
        select h.id from homes h join below b on b.id = h.organisation_id
        where h.status = 'live'
          and not exists (select from drills d where d.plan_id = %(plan)s and d.home_id = h.id
                          and d.started_at >= %(since)s)
          and not exists (select from alerts a where a.home_id = h.id and a.status <> 'resolved'
                          and a.severity <> 'advice')
        order by h.id limit %(limit)s
        """,
        {"organisation": plan["organisation_id"], "plan": plan["id"], "since": since, "limit": AT_ONCE},
    ).fetchall()
    return [Due(plan_id=plan["id"], home_id=row["id"]) for row in rows]
