"""Giving an alert to another organisation: its people are called first, see it and answer it from then on."""

from __future__ import annotations

from datetime import datetime

import msgspec

from hub.alerts import store as alerts
from hub.errors import ConflictError, HubError, NotFoundError
from hub.escalation import engine, responders
from hub.escalation.plan import HEAD_START_S
from hub.escalation.policy import Policy, Step, freeze, thaw
from hub.notify import store as notifications
from hub.storage.database import Connection


class NobodyThereError(HubError):
    """Nobody of this organisation has a telephone that can be called: choose another one."""


def give(
    connection: Connection, alert_id: str, organisation_id: str, *, by: str, note: str, now: datetime
) -> None:
    """Give an open alert to another organisation, from the one that has it; the trail shows both.

    Its people are called at once, and after them whoever would have been called before. Raises ConflictError
    when the alert is over, NotFoundError, NobodyThereError.
    """
    alert = alerts.lock(connection, alert_id)
    if alert["status"] == "resolved":
        raise ConflictError("This alert is over.")
    row = connection.execute(
        "select name, tier from organisations where id = %s", (organisation_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Organisation '{organisation_id}'.")
    people = responders.of_organisation(connection, organisation_id, now)
    theirs = tuple(person for person in people if person.tier == row["tier"])
    if not any(person.calls for person in theirs):
        raise NobodyThereError
    first = Step(name=row["tier"], people=theirs, head_start_s=HEAD_START_S[alert["severity"]])
    policy = _with_first(thaw(alert["policy"]), first)
    notifications.withdraw(connection, alert_id, now)
    alerts.set_policy(connection, alert_id, freeze(policy))
    alerts.set_progress(connection, alert_id, engine.next_round(alert), now)
    connection.execute("update alerts set handed_to = %s where id = %s", (organisation_id, alert_id))
    if alert["status"] != "triggered":
        alerts.go(connection, alert, "triggered", now=now, by=None, due_at=now)
    said = {"by": by, "to": row["name"], "organisation": organisation_id, "note": note}
    alerts.append(connection, alert_id, now, "given", said | {"policy": freeze(policy)})
    engine.advance_by_id(connection, alert_id, now)


def targets(connection: Connection, alert_id: str) -> list[dict[str, str]]:
    """Return the organisations that an alert can be given to: all of its county but the one that has it."""
    return [
        {"id": row["id"], "name": row["name"], "tier": row["tier"]}
        for row in connection.execute(
            """
            with recursive above (id, parent_id) as (
                select o.id, o.parent_id from organisations o
                where o.id = (select coalesce(h.organisation_id, a.organisation_id) from alerts a
                              left join homes h on h.id = a.home_id where a.id = %(alert)s)
                union
                select o.id, o.parent_id from organisations o join above a on o.id = a.parent_id
            ), below (id) as (
                select id from above where parent_id is null
                union
                select o.id from organisations o join below b on o.parent_id = b.id
            )
            select o.id, o.name, o.tier from organisations o join below b on b.id = o.id
            where o.id is distinct from (select coalesce(a.handed_to, h.organisation_id, a.organisation_id)
                from alerts a left join homes h on h.id = a.home_id where a.id = %(alert)s)
              and exists (select from contacts c join contact_methods m on m.contact_id = c.id
                          where c.organisation_id = o.id and c.active and m.active and m.channel = 'voice')
            order by array_position(array['county', 'centre', 'station'], o.tier), o.name, o.id
            """,
            {"alert": alert_id},
        ).fetchall()
    ]


def _with_first(policy: Policy, first: Step) -> Policy:
    known = {person.id for person in first.people}
    rest = []
    for step in policy.steps:
        left = tuple(person for person in step.people if person.id not in known)
        if left and not step.ask:
            rest.append(msgspec.structs.replace(step, people=left))
    return msgspec.structs.replace(policy, steps=(first, *rest))
