"""Who looked at which home and who changed what. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb

from hub.storage.database import Connection

#: A page that refreshes itself is one look, not many.
SAME_LOOK: Final = timedelta(minutes=10)


def record(
    connection: Connection,
    now: datetime,
    user_id: str | None,
    action: str,
    home_id: str | None = None,
    **detail: Any,
) -> None:
    """Write down that a person did something."""
    connection.execute(
        "insert into audit_log (at, user_id, action, home_id, detail) values (%s, %s, %s, %s, %s)",
        [now, user_id, action, home_id, Jsonb(detail)],
    )


def record_look(connection: Connection, now: datetime, user_id: str, action: str, home_id: str) -> None:
    """Write down that a person looked at a home, once in ten minutes for the same kind of look."""
    connection.execute(
        "insert into audit_log (at, user_id, action, home_id) select %(now)s, %(user)s, %(action)s, %(home)s"
        " where not exists (select 1 from audit_log where home_id = %(home)s and at > %(since)s"
        " and user_id = %(user)s and action = %(action)s)",
        {"now": now, "user": user_id, "action": action, "home": home_id, "since": now - SAME_LOOK},
    )


def of_home(connection: Connection, home_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return what was done at a home, newest first, with the person's name."""
    return connection.execute(
        "select a.at, a.action, a.user_id, u.name from audit_log a left join users u on u.id = a.user_id"
        " where a.home_id = %s order by a.at desc, a.id desc limit %s",
        [home_id, limit],
    ).fetchall()


def lines(
    connection: Connection, *, before: datetime, user: str = "", home: str = "", limit: int = 200
) -> list[dict[str, Any]]:
    """Return what was done before an instant, newest first; by a login, or at a home, where one is given."""
    return connection.execute(
        """
        select a.at, a.action, a.home_id, a.detail, coalesce(u.name, '') as name,
               coalesce(u.login, '') as login
        from audit_log a left join users u on u.id = a.user_id
        where a.at < %(before)s and (%(user)s = '' or u.login = %(user)s)
          and (%(home)s = '' or a.home_id = %(home)s)
        order by a.at desc, a.id desc limit %(limit)s
        """,
        {"before": before, "user": user, "home": home, "limit": limit},
    ).fetchall()
