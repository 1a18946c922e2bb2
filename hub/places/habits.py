"""A home's hours over weeks: in which room something moved, and how often. Read for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.storage.database import Connection
from models.contract.measurements import PRESENCE


def hours(connection: Connection, home_id: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return `hour` (UTC), `room`, `outer` (an outer door) and `n` events of presence, in order of time."""
    return connection.execute(
        """
        select a.hour, coalesce(d.room, '') as room, coalesce(bool_or(d.outer_door), false) as outer,
               sum(a.n)::int as n
        from activity_hourly a left join devices d on d.home_id = a.home_id and d.id = a.device
        where a.home_id = %s and a.hour >= %s and a.hour < %s and a.kind = any(%s)
        group by a.hour, coalesce(d.room, '') order by a.hour
        """,
        (home_id, since, until, sorted(PRESENCE)),
    ).fetchall()
