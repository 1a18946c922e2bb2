"""What was refused: kept with its reason, counted by day, bounded in size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hub.storage.database import Connection

KEPT_BYTES = 4096


def quarantine(
    connection: Connection, now: datetime, *, source: str, topic: str, reason: str, payload: bytes
) -> None:
    """Keep a message that could not be used, so that a person can see what came and why it was refused."""
    connection.execute(
        """
        insert into quarantine (received_at, source, topic, reason, payload, size)
        values (%s, %s, %s, %s, %s, %s)
        """,
        (now, source, _clean(topic)[:200], _clean(reason)[:500], payload[:KEPT_BYTES], len(payload)),
    )


def count(connection: Connection, now: datetime, counts: Mapping[tuple[str, str], int]) -> None:
    """Add to the day's counts; keys are (reason, home or empty)."""
    for (reason, home_id), n in counts.items():
        connection.execute(
            """
            insert into refusals (day, reason, home_id, n) values (%s, %s, %s, %s)
            on conflict (day, reason, home_id) do update set n = refusals.n + excluded.n
            """,
            (now.date(), _clean(reason)[:200], home_id, n),
        )


def _clean(text: str) -> str:
    """PostgreSQL's text holds no NUL."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()
