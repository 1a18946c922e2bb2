"""From a finding to an alert with its first notification, inside the transaction that stores the event."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from hub.alerts import store as alerts
from hub.alerts.lifecycle import SEVERITY_RANK
from hub.clock import instant
from hub.escalation import engine, inquiry, news, plans
from hub.escalation.policy import Policy, freeze
from hub.escalation.tier_facts import standings
from hub.escalation.tiers import HandOver, hand_over
from hub.notify import store as notifications
from hub.storage.database import Connection
from models.detection.finding import Cleared, Finding, Reason


def open_or_repeat(
    connection: Connection,
    home_id: str | None,
    finding: Finding,
    now: datetime,
    *,
    organisation_id: str | None = None,
    policy: Policy | None = None,
    drill: bool = False,
) -> tuple[str, bool]:
    """Open an alert and tell the first people, or write the finding into the one that is open.

    It is about a home, or (`home_id` None) about the area of `organisation_id`. Without a `policy` it gets
    that of its place at this hour. Returns the alert's id and whether it is new.
    """
    occurred_at = instant(finding.occurred_at)
    seen = {
        "risk": finding.risk,
        "severity": finding.severity,
        "occurred_at": occurred_at.isoformat(),
        "room": finding.room,
        "device": finding.device,
        "late": finding.late,
        "reason": msgspec.to_builtins(finding.reason),
    }
    while True:
        known = alerts.lock_open(connection, home_id, finding.dedup_key, organisation_id=organisation_id)
        if known is not None:
            _repeat(connection, known, finding, seen, now)
            return known["id"], False
        drawn, handed = (policy, ()) if policy else _draw(connection, home_id, organisation_id, finding, now)
        frozen = freeze(drawn)
        alert_id = f"{now.astimezone(UTC):%y%m%d}-{uuid.uuid4().hex[:12]}"
        if alerts.insert(
            connection,
            alert_id=alert_id,
            home_id=home_id,
            organisation_id=organisation_id,
            finding=finding,
            occurred_at=occurred_at,
            policy=frozen,
            now=now,
            drill=drill,
        ):
            break
    alerts.append(connection, alert_id, now, "raised", seen | {"policy": frozen, "drill": drill})
    _write_hand_overs(connection, alert_id, handed, now)
    engine.advance_by_id(connection, alert_id, now)
    if finding.severity == "advice":
        alerts.announce(connection, alert_id)
    return alert_id, True


def _draw(
    connection: Connection, home_id: str | None, organisation_id: str | None, finding: Finding, now: datetime
) -> tuple[Policy, tuple[HandOver, ...]]:
    """Return the place's policy of this hour, with the tier above beside one that cannot take it now."""
    policy = plans.policy_for(connection, home_id, organisation_id, finding, now)
    return hand_over(policy, standings(connection, policy, now))


def _write_hand_overs(
    connection: Connection, alert_id: str, handed: tuple[HandOver, ...], now: datetime
) -> None:
    for one in handed:
        data = {"of": one.of, "to": one.to, "kind": one.kind, "reason": msgspec.to_builtins(one.reason)}
        alerts.append(connection, alert_id, now, "handed_over", data)


def _repeat(
    connection: Connection, known: dict[str, Any], finding: Finding, seen: dict[str, Any], now: datetime
) -> None:
    """Write a finding into the alert that is open; a graver one makes it graver and calls anew."""
    if SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[known["severity"]]:
        alerts.append(connection, known["id"], now, "repeated", seen)
        alerts.mark_cleared(connection, known["id"], None)
        if inquiry.end(connection, known, Reason(inquiry.SEEN_AGAIN), now):
            engine.advance_by_id(connection, known["id"], now)
        alerts.announce(connection, known["id"])
        return
    drawn, handed = _draw(connection, known["home_id"], known["organisation_id"], finding, now)
    policy = freeze(drawn)
    alerts.append(connection, known["id"], now, "graver", seen | {"policy": policy})
    _write_hand_overs(connection, known["id"], handed, now)
    alerts.make_graver(connection, known["id"], finding, policy, engine.next_round(known), now)
    engine.advance_by_id(connection, known["id"], now)


def clear(
    connection: Connection,
    home_id: str | None,
    cleared: Cleared,
    now: datetime,
    *,
    organisation_id: str | None = None,
) -> str | None:
    """The condition of a finding is over: an alert about a mere condition closes, an emergency stays open.

    An emergency is latched: though the sensor sees nobody on the floor any more, a human must look.
    Returns the alert's id if one was open.
    """
    alert = alerts.lock_open(connection, home_id, cleared.dedup_key, organisation_id=organisation_id)
    if alert is None:
        return None
    alerts.mark_cleared(connection, alert["id"], instant(cleared.at))
    alerts.append(
        connection,
        alert["id"],
        now,
        "cleared",
        {"at": instant(cleared.at).isoformat(), "reason": msgspec.to_builtins(cleared.reason)},
    )
    if alert["severity"] != "emergency":
        alerts.go(connection, alert, "resolved", now=now, by=None, due_at=None, outcome="cleared")
        alerts.append(connection, alert["id"], now, "resolved", {"by": None, "outcome": "cleared"})
        notifications.withdraw(connection, alert["id"], now)
        news.tell(connection, alert["id"], "over", now)
    alerts.announce(connection, alert["id"])
    return str(alert["id"])
