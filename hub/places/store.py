"""The rows of organisations and homes, and of who lives in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL

from hub.errors import ConflictError, NotFoundError
from hub.places.state import HomeFacts, HomeState, state_of
from hub.storage.database import Connection

# Everything is gathered once and joined, not looked up per home: a county has a hundred thousand of them.
_FACTS = SQL("""
    select h.id, h.status, h.supervision, heard.at as heard_at, coalesce(heard.lost, false) as edge_lost,
           worst.severity as worst_alert, worst.triggered_at as alert_since
    from homes h
    left join (
        select home_id, max(heard_at) as at,
               bool_and(state in ('lost', 'stopping')) filter (where state <> 'new') as lost
        from edges where {edge_in_scope} group by home_id
    ) heard on heard.home_id = h.id
    left join (
        select distinct on (home_id) home_id, severity, triggered_at from alerts
        where status <> 'resolved' and {alert_in_scope}
        order by home_id, array_position(array['emergency', 'warning', 'advice'], severity), triggered_at
    ) worst on worst.home_id = h.id
    where {home_in_scope} and h.id > %(after)s
        and (%(like)s = '' or h.id ilike %(like)s or h.name ilike %(like)s or h.address ilike %(like)s
             or h.id in (select r.home_id from residents r where r.name ilike %(like)s))
    order by h.id limit %(limit)s
""")
_OF_ALL = _FACTS.format(edge_in_scope=SQL("true"), alert_in_scope=SQL("true"), home_in_scope=SQL("true"))
# `= any(…)` compares each row with each id once the statement is prepared; `in (select …)` is a join.
_OF_SOME = _FACTS.format(
    edge_in_scope=SQL("home_id in (select unnest(%(ids)s::text[]))"),
    alert_in_scope=SQL("home_id in (select unnest(%(ids)s::text[]))"),
    home_in_scope=SQL("h.id in (select unnest(%(ids)s::text[]))"),
)
_SHOWN = """
    select h.id, h.organisation_id, h.name, h.address, h.landmarks, h.hospital, h.entry_note, h.zone,
           h.status, h.first_called, coalesce(to_char(h.up_by, 'HH24:MI'), '') as up_by, h.supervision,
           h.created_at, o.name as organisation_name, o.name_en as organisation_name_en,
           coalesce(people.names, '') as resident_names
    from homes h join organisations o on o.id = h.organisation_id
    left join (
        select home_id, string_agg(name, '、' order by id) as names from residents
        where home_id = any(%(ids)s) group by home_id
    ) people on people.home_id = h.id
    where h.id = any(%(ids)s)
"""


def organisations(connection: Connection, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return organisations, of all or of these, the county first."""
    return connection.execute(
        """
        select id, tier, parent_id, name, name_en, area_code, zone, telephone from organisations
        where %(ids)s::text[] is null or id = any(%(ids)s)
        order by array_position(array['county', 'centre', 'station'], tier), id
        """,
        {"ids": None if ids is None else list(ids)},
    ).fetchall()


def put_organisation(
    connection: Connection,
    *,
    organisation_id: str,
    tier: str,
    parent_id: str | None,
    name: str,
    name_en: str = "",
    area_code: str = "",
    zone: str = "Asia/Shanghai",
    telephone: str = "",
) -> None:
    """Add an organisation, or bring the one with this id up to date. Raises NotFoundError, ConflictError."""
    if parent_id is not None and _is_below(connection, parent_id, organisation_id):
        raise ConflictError("An organisation cannot be below itself.")
    try:
        with connection.transaction():
            connection.execute(
                """
                insert into organisations (id, tier, parent_id, name, name_en, area_code, zone, telephone)
                values (%(id)s, %(tier)s, %(parent)s, %(name)s, %(name_en)s, %(area)s, %(zone)s, %(phone)s)
                on conflict (id) do update set tier = excluded.tier, parent_id = excluded.parent_id,
                    name = excluded.name, name_en = excluded.name_en, area_code = excluded.area_code,
                    zone = excluded.zone,
                    telephone = coalesce(nullif(excluded.telephone, ''), organisations.telephone)
                """,
                {
                    "id": organisation_id,
                    "tier": tier,
                    "parent": parent_id,
                    "name": name,
                    "name_en": name_en,
                    "area": area_code,
                    "zone": zone,
                    "phone": telephone,
                },
            )
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFoundError(f"Create the organisation '{parent_id}' above it first.") from error


def states(
    connection: Connection,
    now: datetime,
    *,
    ids: Sequence[str] | None = None,
    matching: str = "",
    after: str = "",
    limit: int = 1_000_000,
) -> dict[str, HomeState]:
    """Return how homes are at `now`, of all or of these, by id and in its order.

    `matching` looks into id, name, address and the residents' names; `after` skips ids up to this one.
    """
    return {row["id"]: _state(row, now) for row in _facts(connection, ids, matching, after, limit)}


def homes(connection: Connection, now: datetime, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return homes in the order of `ids`, each with its `state` at `now`; unknown ids are left out."""
    facts = {row["id"]: row for row in _facts(connection, ids)}
    shown = {row["id"]: row for row in connection.execute(_SHOWN, {"ids": list(ids)})}
    for home_id, row in shown.items():
        row["heard_at"] = facts[home_id]["heard_at"]
        row["state"] = _state(facts[home_id], now)
    return [shown[home_id] for home_id in ids if home_id in shown]


def home(connection: Connection, home_id: str, now: datetime) -> dict[str, Any]:
    """Return one home with its `state` at `now`; raises NotFoundError."""
    rows = homes(connection, now, [home_id])
    if not rows:
        raise NotFoundError(f"Home '{home_id}'.")
    return rows[0]


def create_home(
    connection: Connection,
    *,
    home_id: str,
    organisation_id: str,
    name: str,
    now: datetime,
    address: str = "",
    entry_note: str = "",
    zone: str = "Asia/Shanghai",
    first_called: str = "family",
) -> None:
    """Add a home, which is then being commissioned. Raises ConflictError, NotFoundError."""
    try:
        with connection.transaction():
            connection.execute(
                """
                insert into homes
                    (id, organisation_id, name, address, entry_note, zone, first_called, created_at)
                values (%s, %s, %s, %s, %s, %s, %s, %s)
                """,
                (home_id, organisation_id, name, address, entry_note, zone, first_called, now),
            )
    except psycopg.errors.UniqueViolation as error:
        raise ConflictError(f"The home '{home_id}' exists already.") from error
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFoundError(f"There is no organisation '{organisation_id}'.") from error


def set_status(connection: Connection, home_id: str, status: str) -> None:
    """Take a home live, pause it, or commission it again. Raises NotFoundError."""
    if not connection.execute("update homes set status = %s where id = %s", (status, home_id)).rowcount:
        raise NotFoundError(f"Home '{home_id}'.")


def residents(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return who lives in a home; `health_note` is empty without consent to tell it."""
    return connection.execute(
        "select id, name, born_on, capability, circumstances,"
        " case when health_consent then health_note else '' end as health_note"
        " from residents where home_id = %s order by id",
        (home_id,),
    ).fetchall()


def devices(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return a home's devices, room by room."""
    return connection.execute(
        "select edge_id, id, vendor, model, name, room, kinds, heartbeat, outer_door, battery_powered,"
        " placed, heard_at, battery, battery_low, link, available from devices where home_id = %s"
        " order by room, name, id",
        (home_id,),
    ).fetchall()


def edges(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return a home's edge agents."""
    return connection.execute(
        "select id, state, version, clock, heard_at, health from edges where home_id = %s order by id",
        (home_id,),
    ).fetchall()


def _facts(
    connection: Connection,
    ids: Sequence[str] | None,
    matching: str = "",
    after: str = "",
    limit: int = 1_000_000,
) -> list[dict[str, Any]]:
    return connection.execute(
        _OF_ALL if ids is None else _OF_SOME,
        {
            "ids": None if ids is None else list(ids),
            "like": _like(matching),
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def _state(row: dict[str, Any], now: datetime) -> HomeState:
    return state_of(
        HomeFacts(
            status=row["status"],
            supervision=row["supervision"],
            heard_at=row["heard_at"],
            worst_alert=row["worst_alert"],
            alert_since=row["alert_since"],
            edge_lost=row["edge_lost"],
        ),
        now,
    )


def _like(matching: str) -> str:
    if not matching:
        return ""
    escaped = matching.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _is_below(connection: Connection, organisation_id: str, above: str) -> bool:
    """Whether an organisation is `above` itself or anywhere below it."""
    row = connection.execute(
        """
        with recursive up as (
            select id, parent_id from organisations where id = %(start)s
            union
            select o.id, o.parent_id from organisations o join up on o.id = up.parent_id
        )
        select 1 from up where id = %(above)s
        """,
        {"start": organisation_id, "above": above},
    ).fetchone()
    return organisation_id == above or row is not None
