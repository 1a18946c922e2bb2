"""What a human's answer does: takes an alert, goes there, arrives, closes it, or says that they cannot.

Each function is one transaction's work on one alert. A second answer is told who was quicker; an alert that
needs more than one human stays triggered until enough of them have taken it, and others are called meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from hub.alerts import stages, takers
from hub.alerts import store as alerts
from hub.alerts.lifecycle import Outcome
from hub.alerts.stages import Cause
from hub.errors import ConflictError
from hub.escalation import drilled, engine, news, promises, sightings
from hub.notify import receipts
from hub.notify import store as notifications
from hub.notify.lifecycle import is_live
from hub.storage.database import Connection

Via = Literal["voice", "sms", "link", "email", "push", "chat", "web", "api"]


@dataclass(frozen=True, slots=True)
class Responder:
    """The human who answers, and by what: an account by `web` and `api`, else a contact."""

    name: str
    by: str = "web"
    id: str = ""

    @property
    def key(self) -> str:
        """What makes several answers one person's."""
        return takers.key_of("user" if self.by in ("web", "api") else "contact", self.id, self.name)


Pressed = Literal[
    "taken",
    "taken_more_needed",  # and others are still called: one human is not enough
    "declined",
    "left",  # had taken it, cannot go after all: the next person is called
    "left_others_go",
    "too_late",
    "more",
    "unknown_key",
]

Said = Literal["acknowledged", "on_the_way", "on_site"]


# ── of somebody who signed in ────────────────────────────────────────────────────────────────────────────


def acknowledge(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Take responsibility: once enough humans have, nobody further is called.

    Raises ConflictError when others were quicker.
    """
    alert = alerts.lock(connection, alert_id)
    if alert["status"] != "triggered":
        raise ConflictError(_taken(alert))
    _take(connection, alert, by, "acknowledged", now)


def on_the_way(
    connection: Connection, alert_id: str, by: Responder, now: datetime, *, eta_minutes: int | None = None
) -> None:
    """Somebody has set out, and perhaps says in how many minutes they will be there; then they are missed."""
    eta = None if eta_minutes is None else now + min(timedelta(minutes=eta_minutes), stages.LONGEST_ETA)
    _take(connection, alerts.lock(connection, alert_id), by, "on_the_way", now, eta_at=eta)


def on_site(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Somebody has arrived."""
    _take(connection, alerts.lock(connection, alert_id), by, "on_site", now)


def cannot(connection: Connection, alert_id: str, by: Responder, now: datetime) -> None:
    """Whoever had taken an alert cannot go after all; raises ConflictError when they had not."""
    alert = alerts.lock(connection, alert_id)
    if alert["status"] == "resolved" or not _stands(connection, alert, by):
        raise ConflictError(_taken(alert))
    _leave(connection, alert, by, now)


def resolve(
    connection: Connection,
    alert_id: str,
    by: Responder,
    outcome: Outcome,
    note: str,
    now: datetime,
    *,
    cause: Cause | None = None,
) -> None:
    """Close an alert with what it turned out to be; a false alarm with its cause, which is learnt from."""
    alert = alerts.lock(connection, alert_id)
    if outcome == "self_ok" and (doubt := sightings.against(connection, alert, now, now)) is not None:
        # A human has spoken to her and decides; whoever reads the file later must know what they knew.
        reason = msgspec.to_builtins(doubt)
        alerts.append(connection, alert_id, now, "contradicted", {"by": by.name, "reason": reason})
    alerts.go(connection, alert, "resolved", now=now, by=by.name, due_at=None, outcome=outcome)
    stages.answered(connection, alert_id, takers.tier_of(connection, by.key), now)
    said = {"by": by.name, "via": by.by, "outcome": outcome, "note": note}
    if outcome == "false":
        stages.caused(connection, alert_id, cause or "other")
        said["cause"] = cause or "other"
    alerts.append(connection, alert_id, now, "resolved", said)
    notifications.withdraw(connection, alert_id, now)
    news.tell(connection, alert_id, "over", now, by=by.name, but=by.id)
    alerts.announce(connection, alert_id)


# ── of somebody who was told: by key, message or link ────────────────────────────────────────────────────


def press(connection: Connection, attempt_id: str, digits: str, now: datetime) -> Pressed:
    """A key was pressed on a call: 1 takes the alert, 2 says that this person cannot go, 3 hears more."""
    attempt = notifications.get(connection, attempt_id)
    if digits == "1":
        return take(connection, attempt, "voice", now)
    if digits == "2":
        return decline(connection, attempt, "voice", now)
    alert = alerts.lock(connection, attempt["alert_id"])
    written = {"attempt": attempt_id, "contact": attempt["contact_name"], "digits": digits[:20]}
    alerts.append(connection, attempt["alert_id"], now, "key", written)
    if alert["status"] != "triggered" and not stands(connection, attempt):
        return "too_late"
    return "more" if digits == "3" else "unknown_key"


def take(
    connection: Connection,
    attempt: Mapping[str, Any],
    via: Via,
    now: datetime,
    *,
    eta_minutes: int | None = None,
    arrived: bool = False,
) -> Pressed:
    """Whoever was told by an attempt takes the alert, says when they will be there, or that they are."""
    alert = alerts.lock(connection, attempt["alert_id"])
    by = _contact(attempt, via)
    drilled.proven(connection, attempt, now)
    mine = _stands(connection, alert, by)
    _settle(connection, alert, attempt, goes=True, now=now)
    if alert["status"] == "resolved" or (alert["status"] != "triggered" and not mine):
        return "too_late"
    eta = None if eta_minutes is None else now + min(timedelta(minutes=eta_minutes), stages.LONGEST_ETA)
    if mine and eta is None and (not arrived or alert["status"] == "on_site"):
        return "taken_more_needed" if alert["status"] == "triggered" else "taken"
    said: Said = "on_site" if arrived else "acknowledged" if eta is None else "on_the_way"
    return _take(connection, alert, by, said, now, eta_at=eta, attempt_id=attempt["id"])


def decline(connection: Connection, attempt: Mapping[str, Any], via: Via, now: datetime) -> Pressed:
    """Whoever was told by an attempt cannot go, or not any more; the next person is called at once."""
    alert = alerts.lock(connection, attempt["alert_id"])
    by = _contact(attempt, via)
    drilled.proven(connection, attempt, now)
    if alert["status"] == "resolved":
        return "too_late"
    if _stands(connection, alert, by):
        return _leave(connection, alert, by, now)
    if alert["status"] != "triggered":
        return "too_late"
    if _settle(connection, alert, attempt, goes=False, now=now):
        engine.advance(connection, alert, now)
    return "declined"


# ── what all of them do ──────────────────────────────────────────────────────────────────────────────────


def _take(
    connection: Connection,
    alert: Mapping[str, Any],
    by: Responder,
    said: Said,
    now: datetime,
    *,
    eta_at: datetime | None = None,
    attempt_id: str | None = None,
) -> Pressed:
    """Write down who took a locked alert; once enough have, it passes to the furthest stage they speak of."""
    alert_id, before = alert["id"], alert["status"]
    if before == "resolved":
        raise ConflictError(_taken(alert))
    if promises.ORDER[said] <= promises.ORDER[before] and eta_at is None and _stands(connection, alert, by):
        raise ConflictError(_taken(alert))
    tier = takers.tier_of(connection, by.key)
    takers.add(connection, alert_id, taker=by.key, name=by.name, via=by.by, tier=tier, now=now)
    stages.answered(connection, alert_id, tier, now)
    if said == "on_site":
        stages.arrived(connection, alert_id, now)
    if said == "on_the_way":
        eta_at = promises.expect(connection, alert, by.name, eta_at, now)
    data: dict[str, Any] = {"by": by.name, "via": by.by} | ({"eta_at": eta_at} if eta_at else {})
    standing = takers.standing(connection, alert_id)
    if promises.humans(standing) < takers.needed(alert):
        facts = {"said": said, "standing": promises.humans(standing), "needed": takers.needed(alert)}
        alerts.append(connection, alert_id, now, "joined", data | facts)
        engine.advance(connection, alerts.lock(connection, alert_id), now)
        return "taken_more_needed"
    stage = promises.furthest(connection, alert_id, [said, before], standing)
    due = engine.stall_at(alert["severity"], stage, now)
    if stage == "on_the_way" and eta_at is not None and due is not None:
        due = stages.late_at(alert["severity"], eta_at)
    if stage == before:
        alerts.set_due(connection, alert_id, due if said == stage else alert["due_at"])
    else:
        names = "、".join(row["name"] for row in standing) if takers.needed(alert) > 1 else by.name
        alerts.go(connection, alert, stage, now=now, by=names, due_at=due)
    alerts.append(connection, alert_id, now, said, data)
    notifications.withdraw(connection, alert_id, now, but=attempt_id)
    if alert["drill"]:
        drilled.end(connection, alert_id, by.name, by.by, now)
        return "taken"
    heard: news.Stage = "coming" if said == "on_the_way" and eta_at is not None else "taken"
    news.tell(connection, alert_id, heard, now, by=by.name, but=by.id)
    alerts.announce(connection, alert_id)
    return "taken"


def _leave(connection: Connection, alert: Mapping[str, Any], by: Responder, now: datetime) -> Pressed:
    """Take a promise back; where too few remain, the next person is called at once."""
    alert_id = alert["id"]
    takers.leave(connection, alert_id, by.key, now)
    for row in notifications.of_alert(connection, alert_id):
        if row["contact_id"] == by.id and row["status"] == "answered":
            receipts.after_key(connection, row["id"], goes=False, now=now)
    alerts.append(connection, alert_id, now, "left", {"by": by.name, "via": by.by})
    if promises.expected_of(connection, alert_id) == by.name:
        stages.expected(connection, alert_id, None)
    enough = promises.humans(takers.standing(connection, alert_id)) >= takers.needed(alert)
    if enough:
        stall = engine.stall_at(alert["severity"], alert["status"], now)
        alerts.set_due(connection, alert_id, stall if alert["due_at"] else None)
        alerts.announce(connection, alert_id)
        return "left_others_go"
    if alert["status"] != "triggered":
        alerts.go(connection, alert, "triggered", now=now, by=None, due_at=now)
        alerts.set_progress(connection, alert_id, engine.without(alert, by.id), now)
        news.tell(connection, alert_id, "left", now, by=by.name, but=by.id)
    engine.advance(connection, alerts.lock(connection, alert_id), now)
    return "left"


def _settle(
    connection: Connection, alert: Mapping[str, Any], attempt: Mapping[str, Any], *, goes: bool, now: datetime
) -> bool:
    """End the answered attempt and what rings at this person's besides; return whether anything changed."""
    changed = False
    for row in notifications.of_alert(connection, alert["id"]):
        if row["contact_id"] != attempt["contact_id"] or row["purpose"] not in ("answer", "inform"):
            continue
        if row["id"] == attempt["id"] or (row["purpose"] == "answer" and is_live(row["status"])):
            changed |= receipts.after_key(connection, row["id"], goes=goes, now=now)
    return changed


def stands(connection: Connection, attempt: Mapping[str, Any]) -> bool:
    """Whether whoever was told by an attempt has taken its alert and stands by it."""
    key = _contact(attempt, "voice").key
    return any(row["taker"] == key for row in takers.standing(connection, attempt["alert_id"]))


def _stands(connection: Connection, alert: Mapping[str, Any], by: Responder) -> bool:
    return any(row["taker"] == by.key for row in takers.standing(connection, alert["id"]))


def _contact(attempt: Mapping[str, Any], via: Via) -> Responder:
    return Responder(attempt["contact_name"], via, attempt["contact_id"])


def _taken(alert: Mapping[str, Any]) -> str:
    by = alert["acknowledged_by"] or alert["resolved_by"] or "the sensors"
    return f"{by} took it: it is '{alert['status']}'."
