"""Needs past their time: the station is told in writing, by day, and nobody is ever rung for them.

The station's board shows an advice until nothing is overdue any more. Whoever is on duty gets one message for
all that is late, and the next one not before some hours have passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from hub.alerts import store as alerts
from hub.care import store as needs
from hub.care.needs import Hours, is_day
from hub.clock import milliseconds
from hub.escalation import opening, responders
from hub.escalation.policy import Method, Person, Policy
from hub.language import N_
from hub.notify import store as notifications
from hub.storage.database import Connection
from models.detection.finding import Cleared, Finding, Reason
from models.detection.wording import NEEDS_OVERDUE, NEEDS_SEEN_TO

KEY: Final = "needs_overdue"
NOT_AGAIN_FOR: Final = timedelta(hours=3)  #: between two messages to one address
NOBODY: Final = Policy(steps=(), pause_s=3600.0, name="needs")  #: whom this calls
WHY: Final = N_("{name} is on duty, and needs are past their time")


def run_due_needs(connection: Connection, now: datetime) -> int:
    """Tell stations of needs past their time, where it is day; return how many needs. The caller commits."""
    late: dict[str, list[Mapping[str, Any]]] = {}
    for row in needs.untold(connection, now):
        if is_day(Hours(row["zone"], row["works_from"], row["works_to"]), now):
            late.setdefault(row["organisation_id"], []).append(row)
    for organisation_id, rows in late.items():
        if _tell(connection, organisation_id, now):
            needs.mark_told(connection, [row["id"] for row in rows], now)
    _clear(connection, now)
    return sum(len(rows) for rows in late.values())


def _tell(connection: Connection, organisation_id: str, now: datetime) -> bool:
    """Show a station's overdue needs, and write to who is on duty; False: they were written to just now."""
    times = needs.overdue(connection, organisation_id, now)
    known = alerts.lock_open(connection, None, KEY, organisation_id=organisation_id)
    if known is not None and _written_since(connection, known["id"], now - NOT_AGAIN_FOR):
        return False
    finding = Finding(
        risk="needs_overdue",
        severity="advice",
        occurred_at=milliseconds(now),
        reason=Reason(NEEDS_OVERDUE, {"count": len(times), "oldest_at": milliseconds(times[0])}),
        dedup_key=KEY,
    )
    alert_id, _ = opening.open_or_repeat(
        connection, None, finding, now, organisation_id=organisation_id, policy=NOBODY
    )
    people = responders.of_organisation(connection, organisation_id)
    nearest = next((person.tier for person in people if person.texts), None)
    for person in people:
        if person.tier == nearest and person.on_duty(now):
            for method in person.texts[:1]:
                _write_to(connection, alert_id, person, method, now)
    return True


def _write_to(connection: Connection, alert_id: str, person: Person, method: Method, now: datetime) -> None:
    reason = Reason(WHY, {"name": person.name})
    attempt = notifications.insert(
        connection,
        alert_id=alert_id,
        contact_id=person.id,
        contact_name=person.name,
        role=person.role,
        channel=method.channel,
        address=method.address,
        language=person.language,
        purpose="inform",
        round_=1,
        step=0,
        reason=WHY.format(name=person.name),
        now=now,
    )
    alerts.append(
        connection,
        alert_id,
        now,
        "informed",
        {
            "attempt": attempt,
            "contact": person.name,
            "channel": method.channel,
            "address": method.address,
            "reason": msgspec.to_builtins(reason),
        },
    )


def _clear(connection: Connection, now: datetime) -> None:
    """Close the advice of stations where nothing is overdue any more."""
    for row in connection.execute(
        "select organisation_id from alerts where dedup_key = %s and status <> 'resolved'"
        " and organisation_id is not null",
        (KEY,),
    ).fetchall():
        if not needs.overdue(connection, row["organisation_id"], now):
            cleared = Cleared(dedup_key=KEY, at=milliseconds(now), reason=Reason(NEEDS_SEEN_TO, {}))
            opening.clear(connection, None, cleared, now, organisation_id=row["organisation_id"])


def _written_since(connection: Connection, alert_id: str, since: datetime) -> bool:
    row = connection.execute(
        "select 1 from attempts where alert_id = %s and created_at > %s limit 1", (alert_id, since)
    ).fetchone()
    return row is not None
