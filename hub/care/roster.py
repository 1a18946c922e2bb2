"""What a station knows of its homes this morning: the facts of rounds, rates and its page. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from hub.care import visits
from hub.care.intervals import STALE
from hub.care.rate import Listed
from hub.care.rounds import Home, Person
from hub.places import store as places
from hub.places.state import HomeState, device_is_silent
from hub.storage.database import Connection
from models.contract.measurements import PRESENCE

#: Who has been seen since this hour has got up; before it, a walk to the bathroom is still the night.
DAY_BEGINS: Final = time(4)
#: Before this hour nobody is missed: people lie in.
MISSED_FROM: Final = time(10)

_PEOPLE = """
    select r.id, r.home_id, r.name, r.born_on, r.circumstances, r.capability,
           coalesce(s.standing, 'home') as standing, s.since as confirmed_at, h.zone, h.organisation_id,
           h.created_at, last.at as last_visit_at, coalesce(last.changed, false) as changed
    from residents r join homes h on h.id = r.home_id
    left join lateral (
        select standing, since from resident_standings
        where resident_id = r.id and since <= %(until)s order by since desc limit 1
    ) s on true
    left join lateral (
        select v.at, v.changed from visit_residents m join visits v on v.id = m.visit_id
        where m.resident_id = r.id and v.void_at is null and v.at <= %(until)s order by v.at desc limit 1
    ) last on true
    where %(homes)s::text[] is null or r.home_id = any(%(homes)s)
    order by r.home_id, r.id
"""


def people(connection: Connection, home_ids: Sequence[str] | None, until: datetime) -> list[dict[str, Any]]:
    """Return the residents of homes with where they are and when somebody last called on them, at `until`."""
    return connection.execute(_PEOPLE, {"homes": _ids(home_ids), "until": until}).fetchall()


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What one reading of the homes has found, for whoever shows more than the round."""

    homes: Sequence[Home]  #: the facts of a round, of the homes that have residents
    people: Sequence[Mapping[str, Any]]  #: as `people` returns them
    unseen: Mapping[str, datetime | None]  #: as `not_seen` returns them


def morning(connection: Connection, home_ids: Sequence[str] | None, now: datetime) -> Morning:
    """Return how these homes, or all of them, stand at `now`."""
    states = places.states(connection, now, ids=home_ids)
    waiting = _counts(
        connection, "select home_id, count(*) as n from needs where state in ('open', 'taken')", home_ids
    )
    suggested = _counts(
        connection, "select home_id, count(*) as n from suggestions where state = 'open'", home_ids
    )
    alerts = _counts(
        connection,
        "select home_id, count(*) as n from alerts where status <> 'resolved' and severity <> 'advice'"
        " and home_id is not null",
        home_ids,
    )
    unseen = not_seen(connection, states, now)
    at_stake = {
        row["home_id"]: row["points"]
        for row in connection.execute(
            "select home_id, points from risk_scores"
            " where %(homes)s::text[] is null or home_id = any(%(homes)s)",
            {"homes": _ids(home_ids)},
        )
    }
    grouped: dict[str, list[dict[str, Any]]] = {}
    residents = people(connection, home_ids, now)
    for row in residents:
        grouped.setdefault(row["home_id"], []).append(row)
    homes = [
        Home(
            id=home_id,
            people=[_person(row) for row in rows],
            alerts_open=alerts.get(home_id, 0),
            not_seen=home_id in unseen,
            blind=home_id in states and states[home_id].kind == "unknown",
            needs=waiting.get(home_id, 0),
            suggestions=suggested.get(home_id, 0),
            risk=at_stake.get(home_id, 0.0),
        )
        for home_id, rows in grouped.items()
    ]
    return Morning(homes=homes, people=residents, unseen=unseen)


def not_seen(
    connection: Connection, states: Mapping[str, HomeState], now: datetime
) -> dict[str, datetime | None]:
    """Return, of homes with their states at `now`, those in which nobody has stirred today.

    They are live and heard; each comes with its last movement. Nobody is missed before ten o'clock by the
    home's clock. A home that is not heard is not among them: nothing is known of it, and that is another
    list.
    """
    heard = [
        home_id
        for home_id, state in states.items()
        if state.kind in ("calm", "advice", "warning", "emergency")
    ]
    found: dict[str, datetime | None] = {}
    for row in connection.execute(
        """
        select h.id, h.zone, last.occurred_at
        from homes h left join lateral (
            select occurred_at from events
            where home_id = h.id and kind = any(%(kinds)s) and value > 0 and occurred_at <= %(now)s
            order by occurred_at desc limit 1
        ) last on true
        where h.id = any(%(homes)s) and h.status = 'live'
        """,
        {"kinds": sorted(PRESENCE), "now": now, "homes": heard},
    ):
        zone = ZoneInfo(row["zone"])
        local = now.astimezone(zone)
        morning = datetime.combine(local.date(), DAY_BEGINS, zone)
        if local.time() < MISSED_FROM:
            continue
        if row["occurred_at"] is None or row["occurred_at"] < morning:
            found[row["id"]] = row["occurred_at"]
    return found


def broken_devices(
    connection: Connection, home_ids: Sequence[str] | None, now: datetime
) -> list[dict[str, Any]]:
    """Return devices that fell silent or whose battery is low; one never heard is not installed yet."""
    rows = connection.execute(
        """
        select d.home_id, d.id, d.name, d.room, d.vendor, d.model, d.heard_at, d.heartbeat, d.battery_low
        from devices d join homes h on h.id = d.home_id
        where h.status <> 'commissioning' and d.placed and d.heard_at is not null
          and (%(homes)s::text[] is null or d.home_id = any(%(homes)s))
        order by d.home_id, d.room, d.id
        """,
        {"homes": _ids(home_ids)},
    ).fetchall()
    return [
        row | {"silent": silent}
        for row in rows
        if (silent := device_is_silent(row["heard_at"], row["heartbeat"], now)) or row["battery_low"]
    ]


def stale_rows(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Mapping[str, Any]]:
    """Return the people of whom nobody has said for long where they are, by a visit or on the list."""
    return [
        row
        for row in rows
        if now - max(at for at in (row["confirmed_at"], row["last_visit_at"], row["created_at"]) if at)
        > STALE
    ]


def listed(
    connection: Connection, start: datetime, end: datetime, home_ids: Sequence[str] | None
) -> list[Listed]:
    """Return everybody on the roster of a month with whether a visit that stands fell within it."""
    rows = connection.execute(
        """
        select r.id, h.organisation_id, r.circumstances, h.created_at, h.zone,
               coalesce(s.standing, 'home') as standing,
               exists (select from visit_residents m join visits v on v.id = m.visit_id
                       where m.resident_id = r.id and v.void_at is null
                         and v.at >= %(start)s and v.at < %(end)s) as visited
        from residents r join homes h on h.id = r.home_id
        left join lateral (
            select standing from resident_standings
            where resident_id = r.id and since < %(end)s order by since desc limit 1
        ) s on true
        where %(homes)s::text[] is null or r.home_id = any(%(homes)s)
        """,
        {"start": start, "end": end, "homes": _ids(home_ids)},
    )
    return [
        Listed(
            resident_id=row["id"],
            organisation_id=row["organisation_id"],
            circumstances=tuple(row["circumstances"]),
            listed_on=_local_day(row["created_at"], row["zone"]),
            standing=row["standing"],
            visited=row["visited"],
        )
        for row in rows
    ]


def intervals_by_home(connection: Connection, home_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return by home how often its area calls on whom, as far as that was set."""
    rows = connection.execute(
        "select id, organisation_id from homes where id = any(%s)", (list(home_ids),)
    ).fetchall()
    set_by = visits.intervals(connection, sorted({row["organisation_id"] for row in rows}))
    return {row["id"]: set_by[row["organisation_id"]] for row in rows}


def _person(row: dict[str, Any]) -> Person:
    last = row["last_visit_at"]
    return Person(
        id=row["id"],
        name=row["name"],
        born_on=row["born_on"],
        circumstances=row["circumstances"],
        capability=row["capability"],
        standing=row["standing"],
        last_visit_on=_local_day(last, row["zone"]) if last else None,
        changed=row["changed"],
        listed_on=_local_day(row["created_at"], row["zone"]),
    )


def _counts(connection: Connection, query: str, home_ids: Sequence[str] | None) -> dict[str, int]:
    rows = connection.execute(
        query + " and (%(homes)s::text[] is null or home_id = any(%(homes)s)) group by home_id",
        {"homes": _ids(home_ids)},
    )
    return {row["home_id"]: row["n"] for row in rows}


def _local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _ids(home_ids: Sequence[str] | None) -> list[str] | None:
    return None if home_ids is None else list(home_ids)
