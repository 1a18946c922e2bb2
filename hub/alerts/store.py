"""The rows of alerts and their files. A caller that changes an alert holds its row lock (`lock`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from hub.alerts.file import entry_hash
from hub.alerts.lifecycle import Status, may_go
from hub.errors import ConflictError, NotFoundError
from hub.places.addresses import without_secrets
from hub.storage.database import Connection
from models.detection.finding import Finding

#: NOTIFY channel: {"alert", "home", "organisation", "version"} whenever an alert changes: the home or the
#: area that it is about, and the organisation that it was given to.
CHANGED = "anju_alerts"


def insert(
    connection: Connection,
    *,
    alert_id: str,
    home_id: str | None,
    organisation_id: str | None = None,
    finding: Finding,
    occurred_at: datetime,
    policy: Mapping[str, Any],
    now: datetime,
    drill: bool = False,
) -> bool:
    """Open an alert of a home or of an organisation; return False when one with its dedup key is open."""
    row = connection.execute(
        """
        insert into alerts (id, home_id, organisation_id, risk, severity, dedup_key, room, device, late,
                            drill, reason, occurred_at, triggered_at, policy, due_at)
        values (%(id)s, %(home)s, %(organisation)s, %(risk)s, %(severity)s, %(key)s, %(room)s, %(device)s,
                %(late)s, %(drill)s, %(reason)s, %(occurred_at)s, %(now)s, %(policy)s, %(now)s)
        on conflict do nothing
        returning id
        """,
        {
            "id": alert_id,
            "home": home_id,
            "organisation": organisation_id,
            "risk": finding.risk,
            "severity": finding.severity,
            "key": finding.dedup_key,
            "room": finding.room,
            "device": finding.device,
            "late": finding.late,
            "drill": drill,
            "reason": Jsonb(msgspec.to_builtins(finding.reason)),
            "occurred_at": occurred_at,
            "now": now,
            "policy": Jsonb(policy),
        },
    ).fetchone()
    return row is not None


def append(connection: Connection, alert_id: str, at: datetime, kind: str, data: Mapping[str, Any]) -> None:
    """Write the next entry of an alert's file; secret addresses in it are masked."""
    last = connection.execute(
        "select n, hash from alert_entries where alert_id = %s order by n desc limit 1", (alert_id,)
    ).fetchone()
    n = last["n"] + 1 if last else 1
    previous = bytes(last["hash"]) if last else b""
    # What the database gives back is what will be verified: hash the data after one trip through JSON.
    data = json.loads(json.dumps(without_secrets(data), ensure_ascii=False, default=str))
    connection.execute(
        "insert into alert_entries (alert_id, n, at, kind, data, hash) values (%s, %s, %s, %s, %s, %s)",
        (alert_id, n, at, kind, Jsonb(data), entry_hash(previous, alert_id, n, at, kind, data)),
    )


def lock(connection: Connection, alert_id: str) -> dict[str, Any]:
    """Return an alert's row and hold its lock until the transaction ends; raises NotFoundError."""
    row = connection.execute("select * from alerts where id = %s for update", (alert_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Alert '{alert_id}'.")
    return row


def lock_open(
    connection: Connection, home_id: str | None, dedup_key: str, *, organisation_id: str | None = None
) -> dict[str, Any] | None:
    """Return and lock the open alert of a home, or of an organisation, with this dedup key."""
    if home_id is not None:
        return connection.execute(
            "select * from alerts where home_id = %s and dedup_key = %s and status <> 'resolved' for update",
            (home_id, dedup_key),
        ).fetchone()
    return connection.execute(
        "select * from alerts where organisation_id = %s and dedup_key = %s and status <> 'resolved'"
        " for update",
        (organisation_id, dedup_key),
    ).fetchone()


def lock_due(connection: Connection, now: datetime, limit: int = 50) -> list[dict[str, Any]]:
    """Return and lock alerts that escalation must look at, the most urgent first; skip what others hold."""
    return connection.execute(
        """
        select * from alerts where due_at <= %s
        order by array_position(array['emergency', 'warning', 'advice'], severity), due_at
        limit %s for update skip locked
        """,
        (now, limit),
    ).fetchall()


def next_due(connection: Connection) -> datetime | None:
    """Return when escalation must look at an alert next."""
    row = connection.execute("select min(due_at) as at from alerts where due_at is not null").fetchone()
    return row["at"] if row else None


def set_progress(
    connection: Connection, alert_id: str, progress: Mapping[str, Any], due_at: datetime | None
) -> None:
    """Remember where in its policy an alert is, and when it is looked at next."""
    connection.execute(
        "update alerts set progress = %s, due_at = %s where id = %s", (Jsonb(progress), due_at, alert_id)
    )


def set_due(connection: Connection, alert_id: str, due_at: datetime | None) -> None:
    """Change only when escalation looks at an alert next."""
    connection.execute("update alerts set due_at = %s where id = %s", (due_at, alert_id))


def set_policy(connection: Connection, alert_id: str, policy: Mapping[str, Any]) -> None:
    """Freeze another policy into an alert: only where the first one reached nobody."""
    connection.execute("update alerts set policy = %s where id = %s", (Jsonb(policy), alert_id))


def make_graver(
    connection: Connection,
    alert_id: str,
    finding: Finding,
    policy: Mapping[str, Any],
    progress: Mapping[str, Any],
    now: datetime,
) -> None:
    """Give a locked alert a graver finding and its policy; whoever took the lesser one is not enough."""
    connection.execute(
        """
        update alerts set severity = %(severity)s, reason = %(reason)s, policy = %(policy)s,
            progress = %(progress)s,
            status = 'triggered', acknowledged_at = null, acknowledged_by = null, cleared_at = null,
            due_at = %(now)s
        where id = %(id)s
        """,
        {
            "id": alert_id,
            "severity": finding.severity,
            "reason": Jsonb(msgspec.to_builtins(finding.reason)),
            "policy": Jsonb(policy),
            "progress": Jsonb(progress),
            "now": now,
        },
    )


def mark_cleared(connection: Connection, alert_id: str, at: datetime | None) -> None:
    """Remember that the sensor says that the condition is over; None: it is there again."""
    connection.execute("update alerts set cleared_at = %s where id = %s", (at, alert_id))


def go(
    connection: Connection,
    alert: Mapping[str, Any],
    status: Status,
    *,
    now: datetime,
    by: str | None,
    due_at: datetime | None,
    outcome: str | None = None,
) -> None:
    """Pass a locked alert to another stage; raises ConflictError when the table of stages forbids it."""
    if not may_go(alert["status"], status):
        raise ConflictError(f"The alert is '{alert['status']}' and cannot become '{status}'.")
    connection.execute(
        """
        update alerts set status = %(status)s, due_at = %(due_at)s, version = version + 1,
            acknowledged_at = case when %(status)s = 'triggered' then null
                                   else coalesce(acknowledged_at, %(now)s) end,
            acknowledged_by = case when %(status)s = 'triggered' then null
                                   else coalesce(acknowledged_by, %(by)s) end,
            resolved_at = case when %(status)s = 'resolved' then %(now)s end,
            resolved_by = case when %(status)s = 'resolved' then %(by)s end,
            outcome = case when %(status)s = 'resolved' then %(outcome)s end
        where id = %(id)s
        """,
        {"id": alert["id"], "status": status, "now": now, "by": by, "due_at": due_at, "outcome": outcome},
    )


def announce(connection: Connection, alert_id: str) -> None:
    """Tell boards and dispatchers, at commit, that an alert changed."""
    connection.execute(
        """
        with changed as (
            update alerts set version = version + 1 where id = %s
            returning id, home_id, coalesce(organisation_id, handed_to) as organisation_id, version
        )
        select pg_notify(%s, json_build_object('alert', id, 'home', home_id, 'organisation', organisation_id,
                                               'version', version)::text)
        from changed
        """,
        (alert_id, CHANGED),
    )


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

_SHOWN = """
    select a.*, coalesce(h.name, o.name) as home_name, coalesce(h.address, '') as address,
           coalesce(h.entry_note, '') as entry_note, coalesce(h.zone, o.zone) as zone,
           coalesce(h.organisation_id, a.organisation_id) as organisation_id,
           coalesce((select string_agg(r.name, '、' order by r.id) from residents r
                     where r.home_id = h.id), '') as resident_names
    from alerts a left join homes h on h.id = a.home_id left join organisations o on o.id = a.organisation_id
"""


def get(connection: Connection, alert_id: str) -> dict[str, Any]:
    """Return an alert with its home's name, address and residents; raises NotFoundError.

    Of an alert about an area (`home_id` is None), `home_name` and `zone` are the organisation's.
    """
    row = connection.execute(_SHOWN + " where a.id = %s", (alert_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Alert '{alert_id}'.")
    return row


_HEADS = """
    select a.id, a.severity, a.status, a.triggered_at,
           coalesce(h.organisation_id, a.organisation_id) as organisation_id
    from alerts a left join homes h on h.id = a.home_id
"""
_OPEN = """
    where a.status <> 'resolved' and (%(homes)s::text[] is null or a.home_id = any(%(homes)s)
          or a.organisation_id = any(%(organisations)s) or a.handed_to = any(%(organisations)s))
    order by array_position(array['emergency', 'warning', 'advice'], a.severity), a.triggered_at
"""


def open_alerts(
    connection: Connection, home_ids: Sequence[str] | None = None, organisation_ids: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return what is not resolved, the most urgent and oldest first; of everything, or of these places."""
    return connection.execute(_SHOWN + _OPEN, _places(home_ids, organisation_ids)).fetchall()


def open_heads(
    connection: Connection, home_ids: Sequence[str] | None = None, organisation_ids: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the same alerts with what orders and counts them only: a county may have hundreds."""
    return connection.execute(_HEADS + _OPEN, _places(home_ids, organisation_ids)).fetchall()


def these(connection: Connection, alert_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return alerts in the order of their ids."""
    rows = connection.execute(_SHOWN + " where a.id = any(%s)", (list(alert_ids),))
    found = {row["id"]: row for row in rows}
    return [found[alert_id] for alert_id in alert_ids if alert_id in found]


def _places(home_ids: Sequence[str] | None, organisation_ids: Sequence[str]) -> dict[str, Any]:
    return {
        "homes": None if home_ids is None else list(home_ids),
        "organisations": list(organisation_ids),
    }


def of_home(connection: Connection, home_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return a home's alerts, the newest first."""
    return connection.execute(
        _SHOWN + " where a.home_id = %s order by a.triggered_at desc limit %s", (home_id, limit)
    ).fetchall()


def entries(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """Return an alert's file in order."""
    return connection.execute(
        "select n, at, kind, data, hash from alert_entries where alert_id = %s order by n", (alert_id,)
    ).fetchall()
