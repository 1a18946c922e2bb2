"""What an audit looks for: alerts and attempts that nobody will look at again, and roles that fell silent.

Each query is answered by an index of the few rows that are under way, however many alerts there ever were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from hub.storage.database import Connection

Trouble = Literal["adrift", "overdue", "untold", "unsent", "sending", "unasked", "silent_role"]

OVERDUE: Final = timedelta(seconds=60)
UNSENT: Final = timedelta(seconds=30)
SENDING: Final = timedelta(seconds=60)
#: An emergency has told somebody, or said that there is nobody, long before.
UNTOLD: Final = timedelta(seconds=60)
#: No policy waits longer; an alert that is looked at later than this, and is not held, waits for nothing.
FAR: Final = timedelta(minutes=65)
ROLE_SILENT: Final = timedelta(seconds=60)
ROLE_FORGOTTEN: Final = timedelta(days=1)  #: a process that was taken away for good
MOST: Final = 200  #: of each kind in one audit

_ALERTS: Final = """
    (select id, 'adrift' as trouble, triggered_at as since from alerts
     where status <> 'resolved' and due_at is null and severity <> 'advice'
     order by triggered_at limit %(most)s)
    union all
    (select id, 'adrift', triggered_at from alerts
     where status = 'triggered' and severity <> 'advice' and held_by is null and due_at > %(far)s
     order by triggered_at limit %(most)s)
    union all
    (select id, 'overdue', due_at from alerts where due_at < %(overdue)s order by due_at limit %(most)s)
    union all
    (select a.id, 'untold', a.triggered_at from alerts a
     where a.status = 'triggered' and a.severity = 'emergency' and a.triggered_at < %(untold)s
       and not exists (select from attempts t where t.alert_id = a.id)
       and not exists (select from alert_entries e
                       where e.alert_id = a.id and e.kind in ('nobody_reachable', 'joined_larger'))
     order by a.triggered_at limit %(most)s)
"""
_ATTEMPTS: Final = """
    (select t.id, t.alert_id, 'unsent' as trouble, t.not_before as since from attempts t
     where t.status = 'queued' and t.not_before < %(unsent)s
       -- One that waits for another to the same address is not stuck; that other may be.
       and not exists (select from attempts other
                       where other.check_at is not null and other.status in ('sending', 'unknown')
                         and other.channel = t.channel and other.address = t.address)
     order by t.not_before limit %(most)s)
    union all
    (select id, alert_id, 'sending', sending_at from attempts
     where status = 'sending' and sending_at < %(sending)s order by sending_at limit %(most)s)
    union all
    (select id, alert_id, 'unasked', check_at from attempts
     where check_at < %(overdue)s and status <> 'sending' order by check_at limit %(most)s)
"""
_ROLES: Final = """
    select role, max(at) as at from role_beats where at > %(forgotten)s group by role
    having max(at) < %(silent)s order by role
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stalled:
    """One thing that is stuck."""

    trouble: Trouble
    since: datetime
    alert_id: str | None = None
    attempt_id: str | None = None
    role: str = ""


def find(connection: Connection, now: datetime) -> list[Stalled]:
    """Return everything that is stuck at `now`, at most 200 of each kind."""
    values = limits(now)
    alerts = connection.execute(_ALERTS, values).fetchall()
    attempts = connection.execute(_ATTEMPTS, values).fetchall()
    roles = connection.execute(_ROLES, values).fetchall()
    return [
        *(Stalled(trouble=row["trouble"], since=row["since"], alert_id=row["id"]) for row in alerts),
        *(
            Stalled(
                trouble=row["trouble"], since=row["since"], alert_id=row["alert_id"], attempt_id=row["id"]
            )
            for row in attempts
        ),
        *(Stalled(trouble="silent_role", since=row["at"], role=row["role"]) for row in roles),
    ]


def limits(now: datetime) -> dict[str, Any]:
    """Return the instants before which something is stuck."""
    return {
        "now": now,
        "most": MOST,
        "far": now + FAR,
        "overdue": now - OVERDUE,
        "untold": now - UNTOLD,
        "unsent": now - UNSENT,
        "sending": now - SENDING,
        "silent": now - ROLE_SILENT,
        "forgotten": now - ROLE_FORGOTTEN,
    }


def beat(connection: Connection, role: str, process: str, now: datetime) -> None:
    """Write down that a role's loop turns; `process` names machine and process."""
    connection.execute(
        "insert into role_beats (role, process, at) values (%s, %s, %s)"
        " on conflict (role, process) do update set at = excluded.at",
        (role, process, now),
    )


def stop_beating(connection: Connection, role: str, process: str) -> None:
    """A process that ended in order is not silent."""
    connection.execute("delete from role_beats where role = %s and process = %s", (role, process))
