"""The time in which the resident is asked: whether it runs, since when, and how it ends early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec

from hub.alerts import store as alerts
from hub.escalation.moves import Progress
from hub.escalation.policy import thaw
from hub.language import N_
from hub.storage.database import Connection
from models.detection.finding import Reason

SEEN_AGAIN: Final = N_("Seen again while the resident was being asked: nobody waits for the answer")


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
    progress = msgspec.convert(alert["progress"], Progress)
    steps = thaw(alert["policy"]).steps
    if progress.unasked or progress.round > 1 or not any(step.ask for step in steps[progress.step :]):
        return False
    kept = {key: value for key, value in alert["progress"].items() if key not in Progress.__slots__}
    ended = kept | msgspec.to_builtins(replace(progress, unasked=True))
    alerts.set_progress(connection, alert["id"], ended, now)
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
