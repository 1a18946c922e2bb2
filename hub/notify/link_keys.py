"""The secrets that sign one-tap links, kept in the database that all hubs share; nobody has to set one.

A new one is made every 90 days, or at once when somebody asks. A link lives two days, so the old secret is
forgotten two days after the new one was made.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from hub.clock import Clock
from hub.notify import links
from hub.storage.database import Connection, Pool

RENEWED: Final = timedelta(days=90)
_MAKING: Final = 0x616E6A75  #: an advisory lock: two hubs that start together make one secret


def signing(connection: Connection, now: datetime) -> tuple[int, bytes]:
    """Return the number and the bytes of the newest secret; makes one when there is none, or an old one."""
    newest = _newest(connection)
    if newest is None or newest[2] <= now - RENEWED:
        connection.execute("select pg_advisory_xact_lock(%s)", (_MAKING,))
        newest = _newest(connection)
        if newest is None or newest[2] <= now - RENEWED:
            return renew(connection, now)
    return newest[0], newest[1]


def renew(connection: Connection, now: datetime) -> tuple[int, bytes]:
    """Make a new secret; forget those that no living link was signed with."""
    connection.execute(
        "delete from link_keys where id not in (select max(id) from link_keys)"
        " and (select max(created_at) from link_keys) < %s",
        (now - links.LIVES,),
    )
    secret = secrets.token_bytes(32)
    made = connection.execute(
        "insert into link_keys (secret, created_at) values (%s, %s) returning id", (secret, now)
    ).fetchall()
    return made[0]["id"], secret


def forget(connection: Connection) -> None:
    """Make every link that was ever sent worthless, after a leak."""
    connection.execute("delete from link_keys")


def known(connection: Connection) -> dict[int, bytes]:
    """Return all secrets that may have signed a living link, by number."""
    return {
        row["id"]: bytes(row["secret"])
        for row in connection.execute("select id, secret from link_keys").fetchall()
    }


def _newest(connection: Connection) -> tuple[int, bytes, datetime] | None:
    row = connection.execute(
        "select id, secret, created_at from link_keys order by id desc limit 1"
    ).fetchone()
    return None if row is None else (row["id"], bytes(row["secret"]), row["created_at"])


class LinkOf:
    """Gives each attempt its address; nowhere while nobody has said how people reach the web role."""

    def __init__(self, pool: Pool, clock: Clock, public_url: str) -> None:
        self._pool = pool
        self._clock = clock
        self._base = public_url.rstrip("/")

    def __call__(self, attempt_id: str) -> str:
        """Return the address at which an attempt is answered; empty without one."""
        if not self._base:
            return ""
        now = self._clock.now()
        with self._pool.connection() as connection:
            number, secret = signing(connection, now)
        return f"{self._base}/a/{links.token_of(secret, number, attempt_id, now + links.LIVES)}"
