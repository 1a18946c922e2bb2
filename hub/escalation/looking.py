"""What the dispatcher looks at beside the alerts that fall due.

Areas, holds and what people were spared; answers of residents that are looked at again; needs that are late.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import structlog

from hub.escalation import incidents, overdue, rechecks
from hub.escalation.noise import digest, waking
from hub.storage.database import Connection

log = structlog.get_logger()


def look_around(connection: Connection, now: datetime) -> bool:
    """Look once, in the caller's transaction; return whether more is left to do at once.

    Whatever fails here is undone and stops no call, nor the other looks.
    """
    more = False
    for look in (_areas, _answers, _needs):
        more = _safely(look, connection, now) or more
    return more


def _safely(look: Callable[[Connection, datetime], bool], connection: Connection, now: datetime) -> bool:
    try:
        with connection.transaction():
            return look(connection, now)
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("cannot be looked at", what=look.__name__.strip("_"))
        return False


def _areas(connection: Connection, now: datetime) -> bool:
    if not waking.is_there_work(connection, now):
        return False
    digest.send_due(connection, now)
    waking.wake(connection, now)
    return incidents.watch(connection, now)


def _answers(connection: Connection, now: datetime) -> bool:
    return rechecks.run_due_rechecks(connection, now) >= rechecks.AT_ONCE


def _needs(connection: Connection, now: datetime) -> bool:
    overdue.run_due_needs(connection, now)
    return False
