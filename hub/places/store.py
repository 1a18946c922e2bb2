"""The rows of organisations and homes, and of who lives in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from hub.errors import ConflictError, NotFoundError
from hub.places.state import HomeFacts, HomeState, state_of
from hub.storage.database import Connection

_HOMES = """
    select h.id, h.organisation_id, h.name, h.address, h.entry_note, h.zone, h.status, h.first_called,
           h.supervision, h.created_at, o.name as organisation_name, o.name_en as organisation_name_en,
           (select max(e.heard_at) from edges e where e.home_id = h.id) as heard_at,
           coalesce((select bool_and(e.state in ('lost', 'stopping')) from edges e
                     where e.home_id = h.id and e.state <> 'new'), false) as edge_lost,
           coalesce((select string_agg(r.name, '、' order by r.id) from residents r
                     where r.home_id = h.id), '') as resident_names,
           worst.severity as worst_alert, worst.triggered_at as alert_since
    from homes h join organisations o on o.id = h.organisation_id
    left join lateral (
        select a.severity, a.triggered_at from alerts a
        where a.home_id = h.id and a.status <> 'resolved'
        order by array_position(array['emergency', 'warning', 'advice'], a.severity), a.triggered_at limit 1
    ) worst on true
    where (%(ids)s::text[] is null or h.id = any(%(ids)s)) and h.id > %(after)s
        and (%(like)s = '' or h.id ilike %(like)s or h.name ilike %(like)s or h.address ilike %(like)s
             or exists (select 1 from residents r where r.home_id = h.id and r.name ilike %(like)s))
    order by h.id limit %(limit)s
"""


def organisations(connection: Connection, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return organisations, of all or of these, the county first."""
    return connection.execute(
        """
        select id, tier, parent_id, name, name_en, area_code, zone from organisations
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
) -> None:
    """Add an organisation, or bring the one with this id up to date. Raises NotFoundError, ConflictError."""
    if parent_id is not None and _is_below(connection, parent_id, organisation_id):
        raise ConflictError("An organisation cannot be below itself.")
    try:
        with connection.transaction():
            connection.execute(
                """
                insert into organisations (id, tier, parent_id, name, name_en, area_code, zone)
                values (%(id)s, %(tier)s, %(parent)s, %(name)s, %(name_en)s, %(area)s, %(zone)s)
                on conflict (id) do update set tier = excluded.tier, parent_id = excluded.parent_id,
                    name = excluded.name, name_en = excluded.name_en, area_code = excluded.area_code,
                    zone = excluded.zone
                """,
                {
                    "id": organisation_id,
                    "tier": tier,
                    "parent": parent_id,
                    "name": name,
                    "name_en": name_en,
                    "area": area_code,
                    "zone": zone,
                },
            )
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFoundError(f"Create the organisation '{parent_id}' above it first.") from error


def homes(
    connection: Connection,
    now: datetime,
    *,
    ids: Sequence[str] | None = None,
    matching: str = "",
    after: str = "",
    limit: int = 100_000,
) -> list[dict[str, Any]]:
    """Return homes, of all or of these, each with its `state` at `now`; by id.

    `matching` looks into id, name, address and the residents' names; `after` skips ids up to this one.
    """
    rows = connection.execute(
        _HOMES,
        {"ids": None if ids is None else list(ids), "like": _like(matching), "after": after, "limit": limit},
    ).fetchall()
    for row in rows:
        row["state"] = _state(row, now)
    return rows


def home(connection: Connection, home_id: str, now: datetime) -> dict[str, Any]:
    """Return one home with its `state` at `now`; raises NotFoundError."""
    rows = homes(connection, now, ids=[home_id])
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
    """Return who lives in a home."""
    return connection.execute(
        "select id, name, born_on, capability, circumstances, health_note from residents"
        " where home_id = %s order by id",
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
