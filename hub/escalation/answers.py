"""What a human's answer does: takes an alert, goes there, arrives, closes it, or says that they cannot.

Each function is one transaction's work on one alert. A second answer is told who was quicker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hub.alerts import store as alerts
from hub.alerts.lifecycle import Outcome, Status
from hub.errors import ConflictError
from hub.escalation import engine
from hub.notify import receipts
from hub.notify import store as notifications
from hub.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Responder:
    """The human who answers, and by what: `web`, `api` or `voice`."""

    name: str
    by: str = "web"
    id: str = ""


Pressed = Literal["taken", "declined", "too_late", "repeat", "unknown_key"]


def acknowledge(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Take responsibility: nobody further is called. Raises ConflictError when somebody else was quicker."""
    alert = alerts.lock(connection, alert_id)
    if alert["status"] != "triggered":
        raise ConflictError(_taken(alert))
    _go(connection, alert, "acknowledged", by, now)


def on_the_way(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Somebody has set out."""
    _go(connection, alerts.lock(connection, alert_id), "on_the_way", by, now)


def on_site(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Somebody has arrived."""
    _go(connection, alerts.lock(connection, alert_id), "on_site", by, now)


def resolve(
    connection: Connection, alert_id: str, by: Responder, outcome: Outcome, note: str, now: datetime
) -> None:
    """Close an alert with what it turned out to be."""
    alert = alerts.lock(connection, alert_id)
    _go(connection, alert, "resolved", by, now, outcome=outcome, note=note)


def press(connection: Connection, attempt_id: str, digits: str, now: datetime) -> Pressed:
    """A key was pressed on a call: 1 takes the alert, 2 says that this person cannot go, 3 hears it again."""
    attempt = notifications.get(connection, attempt_id)
    alert = alerts.lock(connection, attempt["alert_id"])
    by = Responder(attempt["contact_name"], "voice", attempt["contact_id"])
    if digits == "1":
        again = attempt["status"] == "answered"
        receipts.after_key(connection, attempt_id, goes=True, now=now)
        if alert["status"] != "triggered":
            return "taken" if again or alert["acknowledged_by"] == by.name else "too_late"
        _go(connection, alert, "acknowledged", by, now, attempt_id=attempt_id)
        return "taken"
    if digits == "2":
        if receipts.after_key(connection, attempt_id, goes=False, now=now):
            engine.advance(connection, alert, now)
        return "declined"
    alerts.append(
        connection,
        alert["id"],
        now,
        "key",
        {"attempt": attempt_id, "contact": by.name, "digits": digits[:20]},
    )
    return "repeat" if digits == "3" else "unknown_key"


def _go(
    connection: Connection,
    alert: Mapping[str, Any],
    status: Status,
    by: Responder,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    note: str = "",
    attempt_id: str | None = None,
) -> None:
    due = engine.stall_at(alert["severity"], status, now)
    alerts.go(connection, alert, status, now=now, by=by.name, due_at=due, outcome=outcome)
    data = {"by": by.name, "via": by.by}
    if outcome is not None:
        data |= {"outcome": outcome, "note": note}
    alerts.append(connection, alert["id"], now, status, data)
    notifications.withdraw(connection, alert["id"], now, but=attempt_id)
    alerts.announce(connection, alert["id"])


def _taken(alert: Mapping[str, Any]) -> str:
    who = alert["acknowledged_by"] or alert["resolved_by"] or "the sensors"
    return f"{who} took it: it is '{alert['status']}'."
