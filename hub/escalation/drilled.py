"""What an answer proves, and how a drill ends: with the first human who is reached.

A key that was pressed, a reply, a link that was opened: there was a human at that number, whatever the alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.alerts import store as alerts
from hub.notify import store as notifications
from hub.storage.database import Connection


def proven(connection: Connection, attempt: Mapping[str, Any], now: datetime) -> None:
    """A human answered an attempt: their number, or address, is verified."""
    connection.execute(
        "update contact_methods set verified_at = %s"
        " where contact_id = %s and channel = %s and address = %s and active",
        (now, attempt["contact_id"], attempt["channel"], attempt["address"]),
    )


def end(connection: Connection, alert_id: str, by: str, via: str, now: datetime) -> None:
    """A drill whose call was answered is over: nobody is called further, and nobody goes anywhere."""
    alert = alerts.lock(connection, alert_id)
    if not alert["drill"] or alert["status"] in ("triggered", "resolved"):
        return
    alerts.go(connection, alert, "resolved", now=now, by=by, due_at=None, outcome="test")
    written = {"by": by, "via": via, "outcome": "test", "answered": True}
    alerts.append(connection, alert_id, now, "resolved", written)
    notifications.withdraw(connection, alert_id, now)
    alerts.announce(connection, alert_id)


def abandon(connection: Connection, alert_id: str, why: str, now: datetime) -> None:
    """A drill gives way: nobody is called for it any more."""
    alert = alerts.lock(connection, alert_id)
    if not alert["drill"] or alert["status"] == "resolved":
        return
    alerts.go(connection, alert, "resolved", now=now, by=None, due_at=None, outcome="test")
    written = {"by": None, "outcome": "test", "answered": False, "note": why}
    alerts.append(connection, alert_id, now, "resolved", written)
    notifications.withdraw(connection, alert_id, now)
    alerts.announce(connection, alert_id)
