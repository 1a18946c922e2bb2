"""What happened in a home: its events, read for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.storage.database import Connection


def between(
    connection: Connection, home_id: str, start: datetime, end: datetime, limit: int = 50_000
) -> list[dict[str, Any]]:
    """Return a home's events of a span in the order in which they happened, at most `limit`."""
    return connection.execute(
        """
        select occurred_at, received_at, device, kind, value, flags from events
        where home_id = %s and occurred_at >= %s and occurred_at < %s
        order by occurred_at, seq limit %s
        """,
        (home_id, start, end, limit),
    ).fetchall()


def first_and_last(connection: Connection, home_id: str) -> tuple[datetime, datetime] | None:
    """Return when the recorded events of a home begin and end, or None without any."""
    row = connection.execute(
        """
        select (select occurred_at from events where home_id = %(home)s
                order by occurred_at limit 1) as first,
               (select occurred_at from events where home_id = %(home)s
                order by occurred_at desc limit 1) as last
        """,
        {"home": home_id},
    ).fetchone()
    return None if row is None or row["first"] is None else (row["first"], row["last"])


def last_before(connection: Connection, home_id: str, at: datetime) -> datetime | None:
    """Return when something was last heard from a home before an instant."""
    row = connection.execute(
        "select occurred_at from events where home_id = %s and occurred_at < %s"
        " order by occurred_at desc limit 1",
        (home_id, at),
    ).fetchone()
    return row["occurred_at"] if row else None


def first_from(connection: Connection, home_id: str, at: datetime) -> datetime | None:
    """Return when something was next heard from a home, at an instant or after it."""
    row = connection.execute(
        "select occurred_at from events where home_id = %s and occurred_at >= %s"
        " order by occurred_at limit 1",
        (home_id, at),
    ).fetchone()
    return row["occurred_at"] if row else None


def newest_by_device(
    connection: Connection, home_id: str, since: datetime, until: datetime
) -> dict[str, datetime]:
    """Return when each device of a home last said anything within a span; silent ones are left out."""
    rows = connection.execute(
        "select device, max(occurred_at) as at from events"
        " where home_id = %s and occurred_at >= %s and occurred_at <= %s group by device",
        (home_id, since, until),
    )
    return {row["device"]: row["at"] for row in rows}


def last_movement(connection: Connection, home_id: str, kinds: list[str]) -> dict[str, Any] | None:
    """Return the latest event that shows somebody up and moving: `occurred_at`, `kind`, `room`."""
    return connection.execute(
        """
        select e.occurred_at, e.kind, coalesce(d.room, '') as room from events e
        left join devices d on d.home_id = e.home_id and d.id = e.device
        where e.home_id = %s and e.kind = any(%s) and e.value > 0
        order by e.occurred_at desc limit 1
        """,
        (home_id, kinds),
    ).fetchone()
