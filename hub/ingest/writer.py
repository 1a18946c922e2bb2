"""The SQL of ingest: events by COPY, and what edge agents say of themselves and their devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from psycopg import errors
from psycopg.types.json import Jsonb

from hub.clock import instant
from hub.ingest.rows import COLUMNS
from hub.storage.database import Connection
from models.contract.messages import Device, Devices, Health, State
from models.contract.topics import Address


def write_events(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
    """Store events; those that are there already are left alone. Returns how many were new.

    The ledger has filtered repeats before: a violation is rare, and only then the slower way is taken.
    """
    if not rows:
        return 0
    # A savepoint by name: psycopg's own block would commit the events alone where it is the outermost one.
    connection.execute("savepoint copying")
    try:
        _copy(connection, "events", rows)
    except errors.UniqueViolation:
        connection.execute("rollback to savepoint copying")
        connection.execute(
            "create temporary table if not exists arriving (like events) on commit delete rows"
        )
        _copy(connection, "arriving", rows)
        cursor = connection.execute(
            f"insert into events ({COLUMNS}) select {COLUMNS} from arriving on conflict do nothing"  # noqa: S608
        )
        return cursor.rowcount
    connection.execute("release savepoint copying")
    return len(rows)


def _copy(connection: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({COLUMNS}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def heard(connection: Connection, edges: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remember when edge agents were last heard."""
    connection.execute(
        """
        update edges e set heard_at = %(now)s
        from unnest(%(homes)s::text[], %(edges)s::text[]) as said (home_id, id)
        where e.home_id = said.home_id and e.id = said.id
        """,
        {
            "now": now,
            "homes": [home for home, _ in edges],
            "edges": [edge for _, edge in edges],
        },
    )


def edge_state(connection: Connection, address: Address, state: State) -> bool:
    """Remember an edge agent's birth or last will; return False for one of an older session."""
    cursor = connection.execute(
        """
        update edges set state = %(state)s, session = %(session)s, boot = %(boot)s, clock = %(clock)s,
            version = case when %(version)s = '' then version else %(version)s end,
            config_version = %(config)s, config_refused = %(refused)s, config_note = %(note)s
        where home_id = %(home)s and id = %(edge)s and session <= %(session)s and revoked_at is null
        """,
        {
            "home": address.home,
            "edge": address.edge,
            "state": state.state,
            "session": state.session,
            "boot": state.boot,
            "clock": state.clock,
            "version": _text(state.version),
            "config": state.config_version,
            "refused": state.config_refused,
            "note": _text(state.config_note),
        },
    )
    return cursor.rowcount > 0


def edge_health(connection: Connection, address: Address, health: Health) -> None:
    """Remember how an edge agent and its devices do."""
    whole: dict[str, Any] = msgspec.to_builtins(health)
    whole.pop("devices", None)
    connection.execute(
        "update edges set health = %s where home_id = %s and id = %s",
        (Jsonb(whole), address.home, address.edge),
    )
    if not health.devices:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            update devices set heard_at = greatest(heard_at, %s), battery = coalesce(%s, battery),
                battery_low = coalesce(%s, battery_low), link = coalesce(%s, link), available = %s
            where home_id = %s and edge_id = %s and id = %s
            """,
            [
                (
                    instant(device.last_seen_at) if device.last_seen_at is not None else None,
                    device.battery,
                    device.battery_low,
                    device.link,
                    device.available,
                    address.home,
                    address.edge,
                    device.id,
                )
                for device in health.devices
            ],
        )


def edge_devices(connection: Connection, address: Address, catalogue: Devices) -> None:
    """Take over an edge agent's catalogue; a device that it no longer names keeps its row, unplaced."""
    named = [device.id for device in (*catalogue.devices, *catalogue.unplaced)]
    connection.execute(
        "update devices set placed = false where home_id = %s and edge_id = %s and id <> all(%s)",
        (address.home, address.edge, named),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into devices (home_id, edge_id, id, vendor, model, name, room, kinds, heartbeat,
                                 outer_door, battery_powered, placed)
            values (%(home)s, %(edge)s, %(id)s, %(vendor)s, %(model)s, %(name)s, %(room)s, %(kinds)s,
                    %(heartbeat)s, %(outer_door)s, %(battery_powered)s, %(placed)s)
            on conflict (home_id, edge_id, id) do update set
                vendor = excluded.vendor, model = excluded.model, name = excluded.name,
                room = excluded.room, kinds = excluded.kinds, heartbeat = excluded.heartbeat,
                outer_door = excluded.outer_door, battery_powered = excluded.battery_powered,
                placed = excluded.placed
            """,
            [
                _device(address, device, placed)
                for devices, placed in ((catalogue.devices, True), (catalogue.unplaced, False))
                for device in devices
            ],
        )


def _device(address: Address, device: Device, placed: bool) -> Mapping[str, Any]:
    return {
        "home": address.home,
        "edge": address.edge,
        "id": device.id,
        "vendor": _text(device.vendor),
        "model": _text(device.model),
        "name": _text(device.name),
        "room": _text(device.room),
        "kinds": device.kinds,
        "heartbeat": None if device.heartbeat_s is None else timedelta(seconds=device.heartbeat_s),
        "outer_door": device.outer_door,
        "battery_powered": device.battery_powered,
        "placed": placed,
    }


def _text(text: str) -> str:
    return text.replace("\x00", "")
