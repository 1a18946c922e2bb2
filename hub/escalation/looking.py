"""What the dispatcher looks at beside the alerts that fall due: areas, holds, and what people were spared."""

from __future__ import annotations

from datetime import datetime

import psycopg
import structlog

from hub.escalation import incidents
from hub.escalation.noise import digest, waking
from hub.storage.database import Connection

log = structlog.get_logger()


def look_around(connection: Connection, now: datetime) -> bool:
    """Look once, in the caller's transaction; return whether more is left to do at once.

    Whatever fails here is undone and stops no call.
    """
    try:
        with connection.transaction():
            if not waking.is_there_work(connection, now):
                return False
            waking.wake(connection, now)
            digest.send_due(connection, now)
            return incidents.watch(connection, now)
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("areas and holds could not be looked at")
        return False
