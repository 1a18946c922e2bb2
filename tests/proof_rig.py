"""What proof needs in a test: past alerts with given answers, and numbers that were verified."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from hub.storage.database import Connection

_numbers = count(1)


def past_alert(
    connection: Connection,
    at: datetime,
    *,
    home: str | None = "wang",
    organisation: str | None = None,
    risk: str = "fall",
    severity: str = "emergency",
    answered: float | None = None,
    tier: str = "home",
    arrived: float | None = None,
    resolved: float | None = None,
    drill: bool = False,
) -> str:
    """An alert that was raised at `at` and answered, reached and resolved so many seconds later."""
    alert_id = f"past-{next(_numbers)}"
    after = {
        name: None if seconds is None else at + timedelta(seconds=seconds)
        for name, seconds in (("answered", answered), ("arrived", arrived), ("resolved", resolved))
    }
    status = "resolved" if resolved is not None else "triggered" if answered is None else "acknowledged"
    connection.execute(
        """
        insert into alerts (id, home_id, organisation_id, risk, severity, status, dedup_key, drill, reason,
                            occurred_at, triggered_at, policy, answered_at, answered_tier, arrived_at,
                            resolved_at, due_at)
        values (%(id)s, %(home)s, %(organisation)s, %(risk)s, %(severity)s, %(status)s, %(id)s, %(drill)s,
                '{"text": "Seen.", "values": {}}', %(at)s, %(at)s, '{}', %(answered)s, %(tier)s, %(arrived)s,
                %(resolved)s, null)
        """,
        {
            "id": alert_id,
            "home": home if organisation is None else None,
            "organisation": organisation,
            "risk": risk,
            "severity": severity,
            "status": status,
            "drill": drill,
            "at": at,
            "tier": None if answered is None else tier,
        }
        | after,
    )
    return alert_id


def verify_number(connection: Connection, contact_id: str, at: datetime) -> None:
    """A human has answered at every number of a contact."""
    connection.execute("update contact_methods set verified_at = %s where contact_id = %s", (at, contact_id))
