"""The time in which the resident is asked: whether it runs, since when, and how it ends early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from hub.alerts import store as alerts
from hub.escalation.moves import Progress
from hub.escalation.policy import thaw
from hub.storage.database import Connection
from models.detection.finding import Reason


def asked_at(connection: Connection, alert_id: str) -> datetime | None:
    """Return when the resident was first asked about an alert, or None when nobody asked."""
    row = connection.execute(
        "select min(created_at) as at from attempts where alert_id = %s and purpose = 'ask'", (alert_id,)
    ).fetchone()
    return row["at"] if row else None


def end(connection: Connection, alert: Mapping[str, Any], reason: Reason, now: datetime) -> bool:
    """End the asking of a locked alert, with the reason on file; return False when it was over already.

    Helpers are next: the caller advances the alert afterwards (by its id: its progress has changed).
    """
    policy = thaw(alert["policy"])
    progress = msgspec.convert(alert["progress"], Progress)
    after = progress.step
    while progress.round == 1 and after < len(policy.steps) and policy.steps[after].ask:
        after += 1
    if after == progress.step:
        return False
    kept = {key: alert["progress"][key] for key in ("nobody",) if key in alert["progress"]}
    ended = replace(progress, step=after, position=0, not_before=None)
    alerts.set_progress(connection, alert["id"], msgspec.to_builtins(ended) | kept, now)
    _withdraw(connection, alert["id"], now)
    alerts.append(connection, alert["id"], now, "asking_ended", {"reason": msgspec.to_builtins(reason)})
    return True


def _withdraw(connection: Connection, alert_id: str, now: datetime) -> None:
    """Drop the questions that nobody has begun to send; a telephone that rings may still be answered."""
    connection.execute(
        "update attempts set status = 'withdrawn', ended_at = %s, check_at = null"
        " where alert_id = %s and purpose = 'ask' and status = 'queued'",
        (now, alert_id),
    )
