"""Carries out the next move of an alert, inside one transaction that holds the alert's row.

Several hubs may run it at once: a locked alert is left to whoever holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import psycopg
import structlog

from hub.alerts import store as alerts
from hub.alerts.lifecycle import STALLS_AFTER, Status
from hub.escalation import plans
from hub.escalation.moves import Progress, Send, Tried, next_move
from hub.escalation.noise import digest, holding
from hub.escalation.policy import freeze, thaw
from hub.notify import store as notifications
from hub.storage.database import Connection
from models.detection.finding import Severity

log = structlog.get_logger()

#: What the file calls an attempt, by its purpose.
KINDS: Final = {"answer": "called", "ask": "asked", "inform": "informed", "news": "told"}
DAMAGED_AGAIN: Final = timedelta(seconds=30)  #: when an alert is tried again that could not be advanced


def advance(connection: Connection, alert: Mapping[str, Any], now: datetime) -> None:
    """Do what is due for a locked alert: tell the next person, wait, or call again after a stall."""
    if alert["status"] == "resolved" or alert["severity"] == "advice":
        alerts.set_due(connection, alert["id"], None)
        return
    if alert["status"] != "triggered":
        if alert["due_at"] is None or alert["due_at"] > now:
            return
        alert = _call_again(connection, alert, now)
    let_through = holding.let_through(connection, alert, now, next_round)
    if let_through is not None:
        _carry_out(connection, let_through, now)
    alerts.announce(connection, alert["id"])


def advance_by_id(connection: Connection, alert_id: str, now: datetime) -> None:
    """Lock an alert and advance it."""
    advance(connection, alerts.lock(connection, alert_id), now)


def run_due(connection: Connection, now: datetime, limit: int = 50) -> int:
    """Advance every alert that is due, the most urgent first; return how many there were.

    One that cannot be advanced (a row that somebody damaged) is looked at again later and stops no other.
    """
    due = alerts.lock_due(connection, now, limit)
    for alert in due:
        try:
            with connection.transaction():
                advance(connection, alert, now)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("alert cannot be advanced", alert=alert["id"])
            alerts.set_due(connection, alert["id"], now + DAMAGED_AGAIN)
    return len(due)


def stall_at(severity: Severity, status: Status, now: datetime) -> datetime | None:
    """When people are called again should an alert stay in this stage."""
    after = STALLS_AFTER.get((severity, status))
    return None if after is None else now + after


def _call_again(connection: Connection, alert: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    alerts.append(
        connection,
        alert["id"],
        now,
        "stalled",
        {"status": alert["status"], "by": alert["acknowledged_by"], "since": alert["acknowledged_at"]},
    )
    alerts.go(connection, alert, "triggered", now=now, by=None, due_at=now)
    return dict(alert) | {"status": "triggered", "progress": next_round(alert)}


def next_round(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Return the progress of an alert whose people are called anew, from the first of them."""
    following = _progress(alert).round + 1
    progress: dict[str, Any] = msgspec.to_builtins(Progress(round=following, began=following, unasked=True))
    return progress


def without(alert: Mapping[str, Any], contact_id: str) -> dict[str, Any]:
    """Return the progress of an alert that somebody had taken who cannot go after all.

    The others are called at once, from the first of them; whoever else has taken it is not called again.
    """
    here = _progress(alert)
    following = here.round + 1
    left = Progress(
        round=following, began=here.began, unasked=True, left=(*here.left, contact_id), left_in=following
    )
    progress: dict[str, Any] = msgspec.to_builtins(left)
    return progress


def _carry_out(connection: Connection, alert: Mapping[str, Any], now: datetime) -> None:
    policy = thaw(alert["policy"])
    if not policy.reachable and not alert["drill"]:
        # The frozen policy reaches nobody: better today's contacts than none.
        renewed = plans.renewed(connection, alert, now)
        if renewed != policy:
            policy = renewed
            alerts.set_policy(connection, alert["id"], freeze(policy))
            alerts.append(connection, alert["id"], now, "policy_renewed", freeze(policy))
    policy = plans.with_todays_shifts(connection, alert, policy, now)
    tried = [
        Tried(
            contact_id=row["contact_id"],
            address=row["address"],
            purpose=row["purpose"],
            status=row["status"],
            round=row["round"],
            step=row["step"],
            created_at=row["created_at"],
        )
        for row in notifications.of_alert(connection, alert["id"])
    ]
    progress = _progress(alert)
    while True:
        move = next_move(policy, progress, tried, now)
        for reason in move.passed:
            alerts.append(connection, alert["id"], now, "passed", msgspec.to_builtins(reason))
        if move.nobody and not alert["progress"].get("nobody"):
            alerts.append(connection, alert["id"], now, "nobody_reachable", {})
        for send in move.sends:
            tried.append(_owe(connection, alert, send, move.progress.round, now))
        progress = move.progress
        if move.over:
            _end_drill(connection, alert, now)
            return
        if move.look_again_at > now:
            break
    kept = msgspec.to_builtins(progress) | ({"nobody": True} if move.nobody else {})
    alerts.set_progress(connection, alert["id"], kept, move.look_again_at)


def _end_drill(connection: Connection, alert: Mapping[str, Any], now: datetime) -> None:
    """A drill that nobody answered has had its rounds: that is its result, and nobody is called further."""
    alerts.go(connection, alert, "resolved", now=now, by=None, due_at=None, outcome="test")
    alerts.append(
        connection, alert["id"], now, "resolved", {"by": None, "outcome": "test", "answered": False}
    )


def _owe(connection: Connection, alert: Mapping[str, Any], send: Send, round_: int, now: datetime) -> Tried:
    person, method = send.person, send.method
    spared = digest.spares(connection, alert, person, method, send.purpose, now)
    attempt_id = notifications.insert(
        connection,
        alert_id=alert["id"],
        contact_id=person.id,
        contact_name=person.name,
        role=person.role,
        channel=method.channel,
        address=method.address,
        language=person.language,
        purpose=send.purpose,
        round_=round_,
        step=send.step,
        tier=person.tier,
        reason=send.reason.text.format(**send.reason.values),
        now=now,
    )
    alerts.append(
        connection,
        alert["id"],
        now,
        KINDS[send.purpose],
        {
            "attempt": attempt_id,
            "contact": person.name,
            "channel": method.channel,
            "address": method.address,
            "round": round_,
            "reason": msgspec.to_builtins(send.reason),
        },
    )
    if spared is not None:
        digest.spare(connection, alert, attempt_id, person, spared, now)
    return Tried(
        contact_id=person.id,
        address=method.address,
        purpose=send.purpose,
        status="queued" if spared is None else "withdrawn",
        round=round_,
        step=send.step,
        created_at=now,
    )


def _progress(alert: Mapping[str, Any]) -> Progress:
    return msgspec.convert(alert["progress"], Progress)
