"""How a home stands with what is learnt: for the pages and the API. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.storage.database import Connection
from hub.watch import budgets


def of_home(connection: Connection, home: str, now: datetime) -> dict[str, Any]:
    """Return what was learnt of a home, what is left of its budgets, and its risk as of last night."""
    row = connection.execute(
        """
        select coalesce(l.days, 0) as days, l.learnt_to, coalesce(l.left_out, '[]') as left_out,
               r.band, r.points, coalesce(r.contributions, '[]') as contributions,
               coalesce(r.unknown, '{}') as unknown
        from homes h left join learnt l on l.home_id = h.id left join risk_scores r on r.home_id = h.id
        where h.id = %s
        """,
        (home,),
    ).fetchone()
    return (row or {}) | budgets.remaining(connection, home, now)
