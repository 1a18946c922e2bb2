"""How long rows are kept. With TimescaleDB its own policy drops events, by chunk; here the rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from hub.privacy import erasing
from hub.storage.database import Connection
from hub.storage.schema import has_timescale
from hub.webhooks import store as webhooks

EVENTS: Final = timedelta(days=90)
QUARANTINE: Final = timedelta(days=30)
INBOUND: Final = timedelta(days=90)  #: what people wrote about an alert stays in its file
REFUSALS: Final = timedelta(days=400)
DELIVERIES: Final = timedelta(days=30)  #: what was told to other programs, and what never reached them
SIGN_IN_FAILURES: Final = timedelta(days=1)


def purge(connection: Connection, now: datetime) -> dict[str, int]:
    """Delete what has outlived its purpose; return how many rows of each table.

    Events go by when they were received: a recording of last year, taken in today, is today's.
    """
    deleted = {
        "quarantine": connection.execute(
            "delete from quarantine where received_at < %s", (now - QUARANTINE,)
        ).rowcount,
        "inbound_messages": connection.execute(
            "delete from inbound_messages where at < %s", (now - INBOUND,)
        ).rowcount,
        "refusals": connection.execute(
            "delete from refusals where day < %s", ((now - REFUSALS).date(),)
        ).rowcount,
        "sessions": connection.execute("delete from sessions where expires_at < %s", (now,)).rowcount,
        "sign_in_failures": connection.execute(
            "delete from sign_in_failures where at < %s", (now - SIGN_IN_FAILURES,)
        ).rowcount,
    }
    deleted["webhook_deliveries"] = webhooks.forget_old(connection, now - DELIVERIES)
    deleted["erased_alerts"] = erasing.forget_old(connection, now)
    if not has_timescale(connection):
        deleted["events"] = connection.execute(
            "delete from events where received_at < %s", (now - EVENTS,)
        ).rowcount
    return deleted
