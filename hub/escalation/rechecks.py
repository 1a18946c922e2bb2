"""After "I am fine" the sensors are asked again, and the alert is raised anew if they disagree.

The promise is a row of the same transaction that closed the alert: a hub that is killed keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import msgspec
import psycopg
import structlog
from msgspec.structs import replace

from hub.alerts import store as alerts
from hub.clock import milliseconds
from hub.escalation import evidence, opening, plans, sightings
from hub.escalation.questions import recheck_after
from hub.language import N_
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason, Risk, Severity

log = structlog.get_logger()

AT_ONCE: Final = 20  #: in one turn

IS_WELL: Final = N_("The sensors agree that all is well")
IS_BLIND: Final = N_("No sensor is heard: the answer could not be looked at again")
IS_OVERTAKEN: Final = N_("Another alert about the same is open")
SAID_LATER: Final = N_("It was said again later that all is well: that answer will be looked at")


def promise(connection: Connection, alert: Mapping[str, Any], now: datetime) -> datetime:
    """Keep in mind to look again at an alert that its resident has just closed; returns when."""
    learnt = bool({"points", "second"} & (alert["reason"].get("values") or {}).keys())
    due_at = now + recheck_after(alert["risk"], learnt=learnt)
    connection.execute(
        """
        insert into rechecks (alert_id, home_id, dedup_key, answered_at, due_at)
        values (%s, %s, %s, %s, %s)
        on conflict (alert_id) do update set answered_at = excluded.answered_at, due_at = excluded.due_at,
            done_at = null, verdict = null
        """,
        (alert["id"], alert["home_id"], alert["dedup_key"], now, due_at),
    )
    alerts.append(connection, alert["id"], now, "recheck_due", {"at": due_at.isoformat()})
    return due_at


def next_due(connection: Connection) -> datetime | None:
    """Return when an answer must be looked at again next."""
    row = connection.execute("select min(due_at) as at from rechecks where done_at is null").fetchone()
    return row["at"] if row else None


def run_due_rechecks(connection: Connection, now: datetime, limit: int = AT_ONCE) -> int:
    """Look again at every answer that is due; return how many there were. The caller commits.

    One that fails is tried at the next turn and stops no other.
    """
    due = connection.execute(
        "select * from rechecks where done_at is null and due_at <= %s order by due_at"
        " limit %s for update skip locked",
        (now, limit),
    ).fetchall()
    for row in due:
        try:
            with connection.transaction():
                _look(connection, row, now)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("answer cannot be looked at again", alert=row["alert_id"])
    return len(due)


def _look(connection: Connection, row: Mapping[str, Any], now: datetime) -> None:
    alert = alerts.lock(connection, row["alert_id"])
    if alerts.lock_open(connection, row["home_id"], row["dedup_key"]) is not None:
        _done(connection, row, now, "overtaken", Reason(IS_OVERTAKEN))
        return
    if _said_later(connection, row):
        _done(connection, row, now, "overtaken", Reason(SAID_LATER))
        return
    facts = sightings.facts_of(connection, alert, row["answered_at"])
    seen = sightings.seen_since(connection, row["home_id"], alert["occurred_at"], now)
    sight = sightings.sight_of(connection, row["home_id"], now)
    doubt = evidence.doubt(facts, seen, sight, row["answered_at"], now)
    if doubt is None:
        blind = sight.alive == 0 and alert["risk"] not in ("cold", "hot", "door_open")
        _done(connection, row, now, "blind" if blind else "well", Reason(IS_BLIND if blind else IS_WELL))
        return
    finding = Finding(
        risk=cast(Risk, alert["risk"]),
        severity=cast(Severity, alert["severity"]),
        occurred_at=milliseconds(alert["occurred_at"]),
        reason=Reason(doubt.text, doubt.values | {"earlier": alert["id"]}),
        dedup_key=alert["dedup_key"],
        room=alert["room"],
        device=alert["device"],
        latched=alert["severity"] == "emergency",
    )
    policy = plans.policy_for(connection, row["home_id"], None, finding, now)
    # Whoever says twice that all is well while nothing moves is not asked a second time: somebody goes.
    straight = replace(policy, steps=tuple(step for step in policy.steps if not step.ask))
    raised, _ = opening.open_or_repeat(
        connection, row["home_id"], finding, now, policy=straight, drill=alert["drill"]
    )
    _done(connection, row, now, "doubt", doubt, raised)


def _said_later(connection: Connection, row: Mapping[str, Any]) -> bool:
    later = connection.execute(
        "select 1 from rechecks where home_id = %(home_id)s and dedup_key = %(dedup_key)s"
        " and answered_at > %(answered_at)s and done_at is null limit 1",
        row,
    ).fetchone()
    return later is not None


def _done(
    connection: Connection,
    row: Mapping[str, Any],
    now: datetime,
    verdict: str,
    reason: Reason,
    raised: str | None = None,
) -> None:
    connection.execute(
        "update rechecks set done_at = %s, verdict = %s where alert_id = %s", (now, verdict, row["alert_id"])
    )
    data = {"verdict": verdict, "reason": msgspec.to_builtins(reason)}
    alerts.append(
        connection, row["alert_id"], now, "rechecked", data | ({"raised": raised} if raised else {})
    )
