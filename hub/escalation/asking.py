"""The resident first: what a key does that was pressed on the call that asks how they are.

1 says "I am fine": the alert is closed, unless the sensors contradict; 2 asks for help: it becomes an
emergency and helpers are called at once; 3 hears the question again. Everything goes into the alert's file.
Which alerts ask first is `questions.asks_first`; what the sensors know is `evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, cast

import msgspec
from msgspec.structs import replace as with_steps

from hub.alerts import store as alerts
from hub.clock import milliseconds
from hub.escalation import answers, engine, inquiry, opening, plans, rechecks, sightings
from hub.escalation.policy import Policy
from hub.language import N_
from hub.notify import receipts
from hub.notify import store as notifications
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason, Risk

Pressed = Literal["fine", "fine_but_contradicted", "help", "repeat", "unknown_key", "too_late"]

SAID_FINE: Final = N_("{name} says that all is well")
WANTS_HELP: Final = N_("{name} asks for help")
NOT_BELIEVED: Final = N_("{name} says that all is well, but the sensors do not agree: somebody looks in")


def press(connection: Connection, attempt_id: str, digits: str, now: datetime) -> Pressed:
    """Take a key that was pressed on a call with purpose `ask`; in the caller's transaction.

    Returns `fine` (closed), `fine_but_contradicted` (helpers are called; say that somebody will look in),
    `help` (helpers are called), `repeat` and `unknown_key` (ask again), or `too_late`: the alert is over, or
    somebody has taken it. A key that is pressed twice has the same answer twice. Raises NotFoundError.
    """
    attempt = notifications.get(connection, attempt_id)
    alert = alerts.lock(connection, attempt["alert_id"])
    name = attempt["contact_name"]
    if digits not in ("1", "2"):
        _write(connection, alert, now, "key", attempt=attempt_id, contact=name, digits=digits[:20])
        return "repeat" if digits == "3" else "unknown_key"
    said = _said_before(connection, alert["id"], attempt_id)
    if said == ("help" if digits == "2" else said) and said is not None:
        return said
    _write(connection, alert, now, "key", attempt=attempt_id, contact=name, digits=digits)
    receipts.after_key(connection, attempt_id, goes=True, now=now)
    if digits == "2":
        return _help(connection, alert, attempt, now)
    if alert["status"] != "triggered":
        return "too_late"
    return _fine(connection, alert, attempt, now)


def _fine(
    connection: Connection, alert: Mapping[str, Any], attempt: Mapping[str, Any], now: datetime
) -> Pressed:
    name = attempt["contact_name"]
    asked = inquiry.asked_at(connection, alert["id"]) or attempt["created_at"]
    against = sightings.against(connection, alert, asked, now)
    if against is not None:
        _said(connection, alert, attempt, now, "fine_but_contradicted", against)
        inquiry.end(connection, alert, Reason(NOT_BELIEVED, {"name": name}), now)
        engine.advance_by_id(connection, alert["id"], now)
        return "fine_but_contradicted"
    _said(connection, alert, attempt, now, "fine", Reason(SAID_FINE, {"name": name}))
    by = answers.Responder(name, "voice", attempt["contact_id"])
    answers.resolve(connection, alert["id"], by, "self_ok", "", now)
    rechecks.promise(connection, alert, now)
    return "fine"


def _help(
    connection: Connection, alert: Mapping[str, Any], attempt: Mapping[str, Any], now: datetime
) -> Pressed:
    """Make it an emergency, whatever stage it is in: who took a mere warning must hear of it too."""
    name = attempt["contact_name"]
    why = Reason(WANTS_HELP, {"name": name})
    _said(connection, alert, attempt, now, "help", why)
    inquiry.end(connection, alert, why, now)
    if alert["severity"] == "emergency" and alert["status"] != "resolved":
        engine.advance_by_id(connection, alert["id"], now)
        return "help"
    row = alert["reason"]
    finding = Finding(
        risk=cast(Risk, alert["risk"]),
        severity="emergency",
        occurred_at=milliseconds(now),
        reason=msgspec.convert(row, Reason),
        dedup_key=alert["dedup_key"],
        room=alert["room"],
        device=alert["device"],
        latched=True,
    )
    raised, _ = opening.open_or_repeat(
        connection,
        alert["home_id"],
        finding,
        now,
        policy=without_asking(plans.policy_for(connection, alert["home_id"], None, finding, now)),
        drill=alert["drill"],
    )
    if raised != alert["id"]:
        _write(connection, alert, now, "raised_again", raised=raised, reason=msgspec.to_builtins(why))
    return "help"


def without_asking(policy: Policy) -> Policy:
    """Return a policy that goes to helpers at once."""
    return with_steps(policy, steps=tuple(step for step in policy.steps if not step.ask))


def _said(
    connection: Connection,
    alert: Mapping[str, Any],
    attempt: Mapping[str, Any],
    now: datetime,
    what: Pressed,
    reason: Reason,
) -> None:
    _write(
        connection, alert, now, "resident",
        attempt=attempt["id"], contact=attempt["contact_name"], said=what,
        reason=msgspec.to_builtins(reason),
    )  # fmt: skip


def _said_before(connection: Connection, alert_id: str, attempt_id: str) -> Pressed | None:
    """What the resident said last on this very call: a line may deliver one key twice."""
    row = connection.execute(
        "select data ->> 'said' as said from alert_entries"
        " where alert_id = %s and kind = 'resident' and data ->> 'attempt' = %s order by n desc limit 1",
        (alert_id, attempt_id),
    ).fetchone()
    return cast(Pressed, row["said"]) if row else None


def _write(connection: Connection, alert: Mapping[str, Any], now: datetime, kind: str, **data: Any) -> None:
    alerts.append(connection, alert["id"], now, kind, data)
