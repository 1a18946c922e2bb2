"""Drills: the whole way from an alert to a human, at a decent hour, for practice and for proof.

A drill goes the way of an emergency, to the people of its first round, once; never to the county, never
together with a real alert, and it gives way to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from msgspec.structs import replace

from hub.clock import milliseconds
from hub.errors import ConflictError
from hub.escalation import drilled, opening, plans
from hub.escalation.policy import Policy
from hub.proof.drill_plans import Due, due
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason
from models.detection.readiness import DRILL

log = structlog.get_logger()

RISK: Final = "drill"
GAVE_WAY: Final = "A real alert came."

_RESULTS: Final = """
    select d.alert_id, d.plan_id, d.home_id, d.organisation_id, d.started_at, d.started_by, a.status,
           coalesce(h.name, o.name) as name, coalesce(h.zone, o.zone) as zone,
           coalesce(a.answered_at, a.acknowledged_at) - a.triggered_at as after,
           case when coalesce(a.answered_at, a.acknowledged_at) is not null
               then coalesce(a.acknowledged_by, a.resolved_by) end as reached,
           (select count(distinct t.contact_id) from attempts t
            where t.alert_id = a.id and t.purpose = 'answer') as called
    from drills d join alerts a on a.id = d.alert_id
    left join homes h on h.id = d.home_id left join organisations o on o.id = d.organisation_id
    where (%(homes)s::text[] is null or d.home_id = any(%(homes)s) or d.organisation_id = any(%(places)s))
    order by d.started_at desc limit %(limit)s
"""
#: Open drills beside a real alert: of their home, or about to ring where a real one must ring.
_IN_THE_WAY: Final = """
    select d.id from alerts d where d.drill and d.status <> 'resolved' and exists (
        select from alerts real where not real.drill and real.status = 'triggered'
          and real.severity <> 'advice' and real.held_until is null
          and (real.home_id = d.home_id or exists (
              select from attempts mine join attempts theirs on theirs.address = mine.address
              where mine.alert_id = d.id and theirs.alert_id = real.id and mine.ended_at is null)))
"""


def start(
    connection: Connection,
    now: datetime,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    by: str,
    plan_id: str | None = None,
) -> str:
    """Begin the drill of a home, or of an organisation's people on duty; return the alert's id.

    Raises ConflictError while one is under way or a real alert is open there, NotFoundError.
    """
    finding = Finding(
        risk=RISK,
        severity="warning",  # a real emergency goes before it everywhere
        occurred_at=milliseconds(now),
        reason=Reason(DRILL, {"by": by}),
        dedup_key=RISK,
    )
    if has_real_alert(connection, home_id, organisation_id):
        raise ConflictError("A real alert is open there: no drill now.")
    alert_id, new = opening.open_or_repeat(
        connection,
        home_id,
        finding,
        now,
        organisation_id=organisation_id,
        policy=policy(connection, home_id, organisation_id, now),
        drill=True,
    )
    if not new:
        raise ConflictError("A drill is under way there.")
    connection.execute(
        "insert into drills (alert_id, plan_id, home_id, organisation_id, started_at, started_by)"
        " values (%s, %s, %s, %s, %s, %s)",
        (alert_id, plan_id, home_id, organisation_id, now, by),
    )
    return alert_id


def policy(connection: Connection, home_id: str | None, organisation_id: str | None, now: datetime) -> Policy:
    """Return the first round of an emergency at this hour, without the resident and without the county."""
    real = Finding(
        risk=RISK,
        severity="emergency",
        occurred_at=milliseconds(now),
        reason=Reason(DRILL, {}),
        dedup_key=RISK,
    )
    full = plans.policy_for(connection, home_id, organisation_id, real, now)
    steps = []
    for step in full.steps:
        people = tuple(person for person in step.people if person.tier != "county")
        if people and not step.ask and step.from_round <= 1:
            steps.append(replace(step, people=people))
    return replace(full, steps=tuple(steps), rounds=1, answers_needed=1, name=RISK)


def run_due(connection: Connection, now: datetime) -> list[str]:
    """Begin the drills whose time has come, and end those that a real alert overtook; every minute.

    Returns the alerts of the drills that were begun. Each is tried on its own: one that cannot be begun now
    is tried again a minute later, as long as the hour is decent.
    """
    give_way(connection, now)
    started = []
    for drill in due(connection, now):
        if has_real_alert(connection, drill.home_id, drill.organisation_id):
            continue
        try:
            with connection.transaction():
                started.append(_start_due(connection, drill, now))
        except ConflictError:
            continue
    if started:
        log.info("drills", started=len(started))
    return started


def give_way(connection: Connection, now: datetime) -> int:
    """End drills that are in the way of a real alert; return how many."""
    rows = connection.execute(_IN_THE_WAY).fetchall()
    for row in rows:
        drilled.abandon(connection, row["id"], GAVE_WAY, now)
    return len(rows)


def has_real_alert(connection: Connection, home_id: str | None, organisation_id: str | None) -> bool:
    """Whether people are busy there with something real."""
    row = connection.execute(
        "select 1 from alerts where not drill and status <> 'resolved' and severity <> 'advice'"
        " and (home_id = %s or organisation_id = %s) limit 1",
        (home_id, organisation_id),
    ).fetchone()
    return row is not None


def results(
    connection: Connection,
    *,
    homes: Sequence[str] | None = None,
    organisations: Sequence[str] = (),
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Return drills, the newest first: who was reached, after how long, and how many were called.

    Of all places, or of these. `reached` is None where nobody answered, or nobody has yet.
    """
    return connection.execute(
        _RESULTS,
        {
            "homes": None if homes is None else list(homes),
            "places": list(organisations),
            "limit": limit,
        },
    ).fetchall()


def _start_due(connection: Connection, drill: Due, now: datetime) -> str:
    return start(
        connection,
        now,
        home_id=drill.home_id,
        organisation_id=drill.organisation_id,
        by="",
        plan_id=drill.plan_id,
    )
