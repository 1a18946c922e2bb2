"""What people wrote to us: every message is on file, and machines that answer machines come to an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from hub.storage.database import Connection

MOST_REPLIES: Final = 3  #: automatic ones to one address within …
WITHIN: Final = timedelta(minutes=10)
LONGEST: Final = 500
#: So long after an attempt its alert can be spoken of in a message without a code.
REMEMBERED: Final = timedelta(hours=48)


def known(connection: Connection, provider_id: str) -> bool:
    """Whether a provider has brought this message before."""
    return (
        connection.execute("select 1 from inbound_messages where provider_id = %s", (provider_id,)).fetchone()
        is not None
    )


def keep(
    connection: Connection,
    *,
    channel: str,
    address: str,
    text: str,
    provider_id: str | None,
    alert_id: str | None,
    understood: str,
    reply: str,
    now: datetime,
) -> None:
    """Put a message on file with what was understood and what was written back."""
    connection.execute(
        """
        insert into inbound_messages (at, channel, address, text, provider_id, alert_id, understood, reply)
        values (%(now)s, %(channel)s, %(address)s, %(text)s, %(provider_id)s, %(alert)s, %(understood)s,
                %(reply)s)
        on conflict (provider_id) do nothing
        """,
        {
            "now": now,
            "channel": channel,
            "address": address[:200],
            "text": text[:LONGEST].replace("\x00", "�"),
            "provider_id": provider_id or None,
            "alert": alert_id,
            "understood": understood,
            "reply": reply,
        },
    )


def may_reply(connection: Connection, address: str, understood: str, now: datetime) -> bool:
    """Whether to write back now: three times in ten minutes, and once to what is not understood."""
    rows = connection.execute(
        "select understood from inbound_messages where address = %s and at > %s and reply <> ''",
        (address, now - WITHIN),
    ).fetchall()
    if understood == "unknown" and any(row["understood"] == "unknown" for row in rows):
        return False
    return len(rows) < MOST_REPLIES


def spoken_of(connection: Connection, address: str, now: datetime) -> list[dict[str, Any]]:
    """Return the newest attempt of each alert that an address was told of lately, newest alert first.

    Each row carries its alert's status beside its own (`alert_status`). A question, or a message that asks
    to go there, comes before mere news of the same alert.
    """
    rows = connection.execute(
        """
        select t.*, a.status as alert_status from (
            select distinct on (alert_id) * from attempts
            where address = %(address)s and created_at > %(since)s
            order by alert_id, purpose = 'news', n desc
        ) t join alerts a on a.id = t.alert_id
        order by t.n desc
        """,
        {"address": address, "since": now - REMEMBERED},
    )
    return rows.fetchall()
