"""Agreed absences and visitors of a home: who is away from when until when, who visits. Told by people.

What is told here explains an empty or a busy home; it never quiets an emergency, and no movement ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from hub.errors import ConflictError, HubError
from hub.storage.database import Connection

Kind = Literal["away", "visitor"]

LONGEST: Final[dict[Kind, timedelta]] = {"away": timedelta(days=90), "visitor": timedelta(days=30)}


class StayError(HubError):
    """An absence lasts at most 90 days, a visit at most 30, and both end after they begin."""


def tell(
    connection: Connection,
    home_id: str,
    kind: Kind,
    *,
    since: datetime,
    until: datetime,
    by: str,
    now: datetime,
) -> None:
    """Write down an absence or a visit; raises StayError."""
    if not since < until or until <= now or until - since > LONGEST[kind] or since - now > LONGEST[kind]:
        raise StayError
    connection.execute(
        "insert into stays (home_id, kind, since, until, by, told_at) values (%s, %s, %s, %s, %s, %s)",
        (home_id, kind, since, until, by, now),
    )
    _tell_the_watch(connection, home_id)


def number_of(text: str) -> int:
    """Return the number that an address names; what is none is nobody's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def end(connection: Connection, home_id: str, number: int, now: datetime) -> None:
    """End one before its time; raises ConflictError when it is over, or is none of this home."""
    changed = connection.execute(
        "update stays set ended_at = %(now)s"
        " where id = %(id)s and home_id = %(home)s and ended_at is null and until > %(now)s",
        {"id": number, "home": home_id, "now": now},
    )
    if not changed.rowcount:
        raise ConflictError("This is over already.")
    _tell_the_watch(connection, home_id)


def _tell_the_watch(connection: Connection, home_id: str) -> None:
    """Who is known to be away is not asked why nothing moves."""
    connection.execute("select pg_notify('anju_homes', %s)", (home_id,))


def current(connection: Connection, home_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return what holds now or is to come, in order: `id`, `kind`, `since`, `until`, `by`."""
    return connection.execute(
        "select id, kind, since, until, by from stays"
        " where home_id = %s and ended_at is null and until > %s order by since, id",
        (home_id, now),
    ).fetchall()


def away_now(connection: Connection, home_ids: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Return which of these homes are agreed to be empty at `now`, and until when: for detectors too."""
    rows = connection.execute(
        "select home_id, max(until) as until from stays where home_id = any(%s) and kind = 'away'"
        " and ended_at is null and since <= %s and until > %s group by home_id",
        (list(home_ids), now, now),
    )
    return {row["home_id"]: row["until"] for row in rows}
