"""One written message to one person with words of its own: nobody is rung for it.

Runs in the caller's transaction, which holds the row of the alert that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub.alerts import store as alerts
from hub.language import texts
from hub.notify import store as notifications
from hub.notify import wording
from hub.storage.database import Connection

_METHOD = """
    select c.name, c.role, c.language, m.channel, m.address from contacts c
    join contact_methods m on m.contact_id = c.id and m.active and m.channel <> 'voice'
    where c.id = %s and c.active order by m.rank, m.id limit 1
"""


def owe(
    connection: Connection,
    alert_id: str,
    contact_id: str,
    words: Callable[[str], str],
    reason: str,
    now: datetime,
) -> dict[str, Any] | None:
    """Owe a person what `words` says in their language; return the attempt's `id` and their `name`.

    None for somebody to whom nobody can write.
    """
    person = connection.execute(_METHOD, (contact_id,)).fetchone()
    if person is None:
        return None
    attempt_id = notifications.insert(
        connection,
        alert_id=alert_id,
        contact_id=contact_id,
        contact_name=person["name"],
        role=person["role"],
        channel=person["channel"],
        address=person["address"],
        language=person["language"],
        purpose="news",
        round_=0,
        step=0,
        reason=reason,
        now=now,
    )
    connection.execute("update attempts set body = %s where id = %s", (words(person["language"]), attempt_id))
    return {"id": attempt_id, "name": person["name"]}


def tell_takers(connection: Connection, cover_id: str, alert_id: str, now: datetime) -> list[str]:
    """Write to whoever took an alert that its home has another trouble too; return their names."""
    other = alerts.get(connection, alert_id)

    def words(language: str) -> str:
        _ = texts(language).gettext
        return _("[Anju] This too: {what}").format(what=wording.summary(other, language))

    rows = connection.execute(
        "select substr(taker, 9) as contact from alert_takers"
        " where alert_id = %s and left_at is null and taker like 'contact:%%' order by at",
        (cover_id,),
    ).fetchall()
    told = [owe(connection, cover_id, row["contact"], words, "also", now) for row in rows]
    return [one["name"] for one in told if one is not None]
