"""What the edge agent did by itself while the hub did not answer, written into the alert it is about.

Whom the agent has just called is not called again for the same thing: a call that ended without a key counts
as this person's first attempt, one with a key as their acknowledgement, and one that may still be ringing is
waited for. Runs in the transaction that stored the events, after the alerts of the same lot were opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from hub.alerts import store as alerts
from hub.clock import instant
from hub.errors import ConflictError
from hub.escalation import answers, engine
from hub.escalation.answers import Responder
from hub.escalation.policy import thaw
from hub.notify import queue
from hub.notify import store as notifications
from hub.notify.lifecycle import AttemptStatus
from hub.storage.database import Connection
from models.contract.messages import Event

KINDS: Final = frozenset({"edge_call", "well"})
RINGING: Final = timedelta(seconds=120)  #: a call of the agent's is over after this long
RECENT: Final = timedelta(minutes=30)  #: what was tried longer ago is tried again
_ENDED: Final[Mapping[str, AttemptStatus]] = {
    "no_key": "unanswered",
    "no_answer": "unanswered",
    "busy": "busy",
    "failed": "failed",
}


def take(connection: Connection, home_id: str, event: Event, now: datetime) -> None:
    """Write one event of the agent's into the open alerts that it is about, and spare whom it has called."""
    about = str(event.attributes.get("about", "")).split(",")
    for shown in alerts.open_alerts(connection, [home_id]):
        if shown["home_id"] != home_id or shown["risk"] not in about:
            continue
        alert = alerts.lock(connection, shown["id"])
        at = instant(event.at)
        if event.kind == "well":
            data = {"at": at.isoformat(), "device": str(event.attributes.get("by", ""))}
            alerts.append(connection, alert["id"], now, "well_at_home", data)
        else:
            _called(connection, alert, event, at, now)
        alerts.announce(connection, alert["id"])


def _called(
    connection: Connection, alert: Mapping[str, Any], event: Event, at: datetime, now: datetime
) -> None:
    number, outcome = str(event.attributes.get("number", "")), str(event.attributes.get("outcome", ""))
    mine = [row for row in notifications.of_alert(connection, alert["id"]) if row["address"] == number]
    name = mine[0]["contact_name"] if mine else _name(alert, number)
    data = {"at": at.isoformat(), "contact": name, "address": number, "outcome": outcome}
    alerts.append(connection, alert["id"], now, "called_at_home", data)
    if alert["status"] != "triggered" or now - at > RECENT:
        return
    if outcome == "key":
        _taken(connection, alert, number, mine, now)
        return
    waiting = [row["id"] for row in mine if row["status"] == "queued"]
    for attempt_id in waiting:
        if outcome in _ENDED:
            notifications.change(connection, attempt_id, _ENDED[outcome], check_at=None, now=now)
        elif outcome == "calling":
            queue.queue_again(connection, attempt_id, max(now, at + RINGING))
    if waiting and outcome in _ENDED:
        engine.advance(connection, alert, now)


def _taken(
    connection: Connection, alert: Mapping[str, Any], number: str, mine: list[dict[str, Any]], now: datetime
) -> None:
    """Somebody pressed the key: they have it, as if the hub had called them."""
    if mine:
        answers.take(connection, mine[-1], "voice", now)
        return
    person = next(
        (
            person
            for step in thaw(alert["policy"]).steps
            for person in step.people
            if any(method.address == number for method in person.methods)
        ),
        None,
    )
    by = Responder(number, "voice", number) if person is None else Responder(person.name, "voice", person.id)
    try:
        answers.acknowledge(connection, alert["id"], by, now)
    except ConflictError:
        return  # taken meanwhile


def _name(alert: Mapping[str, Any], number: str) -> str:
    for step in thaw(alert["policy"]).steps:
        for person in step.people:
            if any(method.address == number for method in person.methods):
                return person.name
    return ""
