"""A test call, or a test message: does somebody answer at this number?

A check is a drill with one person and one way to reach them. Whoever answers proves the number; whoever does
not leaves it unproven, and pre-flight says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from hub.clock import milliseconds
from hub.errors import ConflictError, NotFoundError
from hub.escalation import opening
from hub.escalation.policy import Method, Person, Policy, Step
from hub.proof.roster import failing_numbers
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason
from models.detection.readiness import TEST_CALL, TEST_MESSAGE

RISK: Final = "number_check"

_METHODS: Final = """
    select m.id, m.channel, m.address, m.verified_at, m.contact_id, c.name, c.role, c.language, c.home_id,
           c.organisation_id, coalesce(o.tier, 'home') as tier
    from contact_methods m join contacts c on c.id = m.contact_id
    left join organisations o on o.id = c.organisation_id
    where m.active and c.active
      and (m.id = any(%(ids)s) or c.id = any(%(ids)s) or c.home_id = any(%(ids)s)
           or c.organisation_id = any(%(ids)s))
    order by c.rank, c.id, m.rank, m.id
"""
_LAST: Final = """
    select distinct on (t.contact_id, t.channel, t.address) t.contact_id, t.channel, t.address,
           a.id as alert_id, a.triggered_at as at, a.status as alert_status, t.status
    from attempts t join alerts a on a.id = t.alert_id
    where t.contact_id = any(%(contacts)s) and a.risk = 'number_check'
    order by t.contact_id, t.channel, t.address, t.n desc
"""


def methods_of(connection: Connection, whose: str) -> list[dict[str, Any]]:
    """Return the active ways to reach a contact, a home's own people, or an organisation's people on duty.

    `whose` is the id of one of them, or of one single method.
    """
    return connection.execute(_METHODS, {"ids": [whose]}).fetchall()


def start(connection: Connection, method_id: str, by: str, now: datetime) -> str:
    """Begin the check of one number and return the alert's id.

    Raises NotFoundError, and ConflictError while a check of this number is under way.
    """
    found = [row for row in methods_of(connection, method_id) if row["id"] == method_id]
    if not found:
        raise NotFoundError(f"Contact method '{method_id}'.")
    method = found[0]
    called = method["channel"] == "voice"
    finding = Finding(
        risk=RISK,
        severity="warning",
        occurred_at=milliseconds(now),
        reason=Reason(TEST_CALL if called else TEST_MESSAGE, {"name": method["name"], "by": by}),
        dedup_key=f"{RISK}:{method_id}",
    )
    alert_id, new = opening.open_or_repeat(
        connection,
        method["home_id"],
        finding,
        now,
        organisation_id=method["organisation_id"],
        policy=policy(method),
        drill=True,
    )
    if not new:
        raise ConflictError("A check of this number is under way.")
    return alert_id


def start_unverified(connection: Connection, whose: str, by: str, now: datetime) -> list[str]:
    """Begin a check of every number of a contact, home or organisation that nobody has answered at yet."""
    started = []
    for method in methods_of(connection, whose):
        if method["verified_at"] is None:
            try:
                started.append(start(connection, method["id"], by, now))
            except ConflictError:
                continue  # it is being checked already
    return started


def policy(method: dict[str, Any]) -> Policy:
    """Return the policy of a check: this person, this way, once."""
    person = Person(
        id=method["contact_id"],
        name=method["name"],
        role=method["role"],
        tier=method["tier"],
        language=method["language"],
        methods=(Method(method["channel"], method["address"], method["verified_at"] is not None),),
    )
    step = Step(name=RISK, people=(person,), wait_s=60.0)
    return Policy(steps=(step,), pause_s=20.0, name=RISK, rounds=1)


def state_of(
    connection: Connection, contacts: Sequence[dict[str, Any]], now: datetime
) -> dict[str, dict[str, Any]]:
    """Return, by method, `failing`, `checking` and the last check's `tried_at`.

    `contacts` are rows with their `methods`, as `places.contacts` gives them.
    """
    addresses = [
        method["address"]
        for contact in contacts
        for method in contact["methods"]
        if method["channel"] == "voice"
    ]
    failing = failing_numbers(connection, addresses, now) if addresses else frozenset()
    last = {
        (row["contact_id"], row["channel"], row["address"]): row
        for row in connection.execute(_LAST, {"contacts": [contact["id"] for contact in contacts]})
    }
    found = {}
    for contact in contacts:
        for method in contact["methods"]:
            row = last.get((contact["id"], method["channel"], method["address"]))
            found[method["id"]] = {
                "failing": method["channel"] == "voice" and method["address"] in failing,
                "checking": row is not None and row["alert_status"] != "resolved",
                "tried_at": row["at"] if row else None,
                "alert_id": row["alert_id"] if row else None,
            }
    return found
