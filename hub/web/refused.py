"""What the hub could not understand or would not take, read for administrators."""

from __future__ import annotations

from typing import Any

from hub.storage.database import Connection


def quarantined(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the latest quarantined messages without their content, newest first."""
    return connection.execute(
        "select id, received_at, source, topic, reason, size from quarantine"
        " order by received_at desc, id desc limit %s",
        (limit,),
    ).fetchall()


def refusals(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return refusals counted by day, newest first."""
    return connection.execute(
        "select day, reason, home_id as home, n from refusals order by day desc, n desc limit %s", (limit,)
    ).fetchall()
