"""The rows of plans, and which policy holds for an alert at an hour: a plan with the people of that hour."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import msgspec
from psycopg.types.json import Jsonb

from hub.errors import ConflictError, HubError
from hub.escalation import responders
from hub.escalation.plan import Plan, built_in, concrete, policy_at
from hub.escalation.plan_checks import notices
from hub.escalation.policy import Person, Policy
from hub.escalation.responders import Place
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason, Severity

NOT_ASKED_AGAIN: Final = timedelta(minutes=30)


class UnacceptedError(HubError):
    """The plan has warnings that nobody has accepted by name."""

    def __init__(self, warnings: Mapping[str, str]) -> None:
        self.warnings = dict(warnings)
        said = " ".join(f"[{name}] {text}" for name, text in warnings.items())
        super().__init__(f"{said} Change the plan, or accept each warning by its name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The plan that holds for a place, and where it was written down."""

    plan: Plan
    place: str  #: `home`, an organisation's id, or empty for the built-in plan
    version: int = 0
    saved_by: str = ""
    saved_at: datetime | None = None


_NEAREST: Final = """
    with recursive above (id, parent_id, distance) as (
        select o.id, o.parent_id, 1 from organisations o where o.id = %(organisation)s
        union
        select o.id, o.parent_id, a.distance + 1 from organisations o join above a on o.id = a.parent_id
    )
    select p.plan, p.version, p.saved_by, p.saved_at, coalesce(p.organisation_id, 'home') as place
    from plans p left join above a on a.id = p.organisation_id
    where p.home_id = %(home)s or a.id is not null
    order by coalesce(a.distance, 0) limit 1
"""


def plan_of(connection: Connection, home_id: str | None, organisation_id: str | None) -> Kept:
    """Return the plan that holds for a home, or for an organisation: the nearest one that was written."""
    return _plan(connection, responders.place_of(connection, home_id, organisation_id))


def _plan(connection: Connection, place: Place) -> Kept:
    row = connection.execute(
        _NEAREST, {"home": place.home_id, "organisation": place.organisation_id}
    ).fetchone()
    if row is None:
        return Kept(plan=built_in(place.first_called), place="")
    return Kept(
        plan=msgspec.convert(row["plan"], Plan),
        place=row["place"],
        version=row["version"],
        saved_by=row["saved_by"],
        saved_at=row["saved_at"],
    )


def save(
    connection: Connection,
    plan: Plan,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    by: str,
    now: datetime,
    accepted: Collection[str] = (),
    last: int | None = None,
) -> int:
    """Keep a plan for a home or for all homes below an organisation; return its version.

    Alerts that are open keep theirs. Raises UnacceptedError where a rule reaches nobody and the warning was
    not accepted by its name; with `last`, ConflictError where that is not the last version any more (0: the
    place never had a plan).
    """
    found = warnings_of(connection, plan, home_id=home_id, organisation_id=organisation_id)
    open_ = {name: text for name, text in found.items() if name not in accepted}
    if open_:
        raise UnacceptedError(open_)
    values = {
        "id": _id_of(home_id, organisation_id),
        "home": home_id,
        "organisation": organisation_id,
        "plan": Jsonb(msgspec.to_builtins(plan)),
        "now": now,
        "by": by,
        "accepted": sorted(found),
    }
    version = _next_version(connection, home_id, organisation_id, last)
    connection.execute(
        """
        insert into plans as p (id, home_id, organisation_id, plan, version, saved_at, saved_by, accepted)
        values (%(id)s, %(home)s, %(organisation)s, %(plan)s, %(version)s, %(now)s, %(by)s, %(accepted)s)
        on conflict (id) do update set plan = excluded.plan, version = excluded.version,
            saved_at = excluded.saved_at, saved_by = excluded.saved_by, accepted = excluded.accepted
        """,
        values | {"version": version},
    )
    connection.execute(_KEEP_VERSION, values | {"version": version})
    return version


def forget(
    connection: Connection,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    by: str,
    now: datetime,
) -> bool:
    """Let a place have the plan above it, or the built-in one, again; return whether it had its own.

    Raises UnacceptedError where that plan reaches nobody here.
    """
    had = connection.execute(
        "delete from plans where home_id = %s or organisation_id = %s", (home_id, organisation_id)
    ).rowcount
    if not had:
        return False
    above = plan_of(connection, home_id, organisation_id).plan
    if found := warnings_of(connection, above, home_id=home_id, organisation_id=organisation_id):
        raise UnacceptedError(found)
    connection.execute(
        _KEEP_VERSION,
        {
            "id": _id_of(home_id, organisation_id),
            "home": home_id,
            "organisation": organisation_id,
            "plan": None,
            "version": _next_version(connection, home_id, organisation_id, None),
            "now": now,
            "by": by,
            "accepted": [],
        },
    )
    return True


def versions_of(
    connection: Connection,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    limit: int = 20,
) -> list[dict[str, Any]]:
    """Return what a place's own plans were, newest first: `version`, `plan` (None: taken back), who, when."""
    rows = connection.execute(
        "select version, plan, saved_at, saved_by, accepted from plan_versions where plan_id = %s"
        " order by version desc limit %s",
        (_id_of(home_id, organisation_id), limit),
    ).fetchall()
    for row in rows:
        row["plan"] = None if row["plan"] is None else msgspec.convert(row["plan"], Plan)
    return rows


_KEEP_VERSION: Final = """
    insert into plan_versions
        (plan_id, version, home_id, organisation_id, plan, saved_at, saved_by, accepted)
    values (%(id)s, %(version)s, %(home)s, %(organisation)s, %(plan)s, %(now)s, %(by)s, %(accepted)s)
"""


def _id_of(home_id: str | None, organisation_id: str | None) -> str:
    return f"home:{home_id}" if home_id is not None else f"organisation:{organisation_id}"


def _next_version(
    connection: Connection, home_id: str | None, organisation_id: str | None, last: int | None
) -> int:
    """Return the version to be written; nobody else writes one meanwhile. With `last`, only over that one."""
    table, place = ("homes", home_id) if home_id is not None else ("organisations", organisation_id)
    connection.execute(f"select 1 from {table} where id = %s for no key update", (place,))  # noqa: S608
    # A statement of its own, after the lock: it sees what whoever held the lock before has written.
    row = connection.execute(
        "select coalesce(max(version), 0) as version from plan_versions where plan_id = %s",
        (_id_of(home_id, organisation_id),),
    ).fetchone()
    version = int(row["version"]) if row else 0
    if last is not None and last != version:
        raise ConflictError(f"The plan is at version {version}.")
    return version + 1


def warnings_of(
    connection: Connection, plan: Plan, *, home_id: str | None = None, organisation_id: str | None = None
) -> dict[str, str]:
    """Return, by name, what is wrong with a plan for the people that a place has: a rule reaching nobody."""
    if home_id is not None:
        homes = [home_id]
    else:
        rows = connection.execute(
            """
            with recursive below (id) as (
                select %(organisation)s::text
                union
                select o.id from organisations o join below b on o.parent_id = b.id
            )
            select h.id from homes h join below b on b.id = h.organisation_id
            where not exists (select from plans p where p.home_id = h.id) order by h.id
            """,
            {"organisation": organisation_id},
        ).fetchall()
        homes = [row["id"] for row in rows]
    people = {home: responders.of_home(connection, home)[1] for home in homes}
    found: dict[str, str] = {}
    for n, rule in enumerate(plan.rules, start=1):
        lonely = [
            home
            for home, known in people.items()
            if not concrete(rule, known, severity="emergency", name=plan.name, ask=True).reachable
        ]
        if lonely:
            which = ", ".join(f"'{home}'" for home in lonely[:3])
            more = f" and {len(lonely) - 3} more" if len(lonely) > 3 else ""
            found[f"rule-{n}-reaches-nobody"] = f"Rule {n} reaches nobody for home {which}{more}."
    return found


def doubts_of(
    connection: Connection, plan: Plan, place: Place, now: datetime
) -> dict[tuple[int, int, str], Reason]:
    """Return what is doubtful about a plan for the people of a place (`plan_checks.notices`).

    Of an area only its own people and those above are judged: who else there is differs from home to home.
    """
    people = responders.of_place(connection, place, now)
    known = None if place.home_id is not None else {person.tier for person in people}
    return notices(plan, people, known)


def policy_for(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    finding: Finding,
    now: datetime,
) -> Policy:
    """Return the policy for a finding of a home, or of an area (`home_id` None).

    Who said a moment ago that all is well is not asked about the same again: helpers look in.
    """
    severity, risk = finding.severity, finding.risk
    again = home_id is not None and _said_fine_lately(connection, home_id, finding.dedup_key, now)
    return _policy(connection, home_id, organisation_id, severity, risk, now, again)


def policy_then(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    *,
    severity: Severity,
    risk: str,
    at: datetime,
    plan: Plan | None = None,
) -> Policy:
    """Return the policy that an alert of a place would get at a moment, by its plan or by another one."""
    return _policy(connection, home_id, organisation_id, severity, risk, at, False, plan)


def moment_of(
    connection: Connection, home_id: str | None, organisation_id: str | None, at: datetime
) -> datetime:
    """Return a moment by a place's clock; one without a zone is meant so."""
    zone = zone_of(connection, home_id, organisation_id)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _said_fine_lately(connection: Connection, home_id: str, dedup_key: str, now: datetime) -> bool:
    row = connection.execute(
        "select 1 from alerts where home_id = %s and dedup_key = %s and outcome = 'self_ok'"
        " and resolved_at > %s limit 1",
        (home_id, dedup_key, now - NOT_ASKED_AGAIN),
    ).fetchone()
    return row is not None


def renewed(connection: Connection, alert: Mapping[str, Any], now: datetime) -> Policy:
    """Return another policy for an alert whose own reaches nobody: today's, else whoever there is at all."""
    severity, risk = cast(Severity, alert["severity"]), alert["risk"]
    place = responders.place_of(connection, alert["home_id"], alert["organisation_id"])
    people = responders.of_place(connection, place, now)
    for plan in (_plan(connection, place).plan, built_in(place.first_called)):
        policy = policy_at(
            plan,
            people,
            severity=severity,
            risk=risk,
            at=now.astimezone(place.zone),
            first_called=place.first_called,
            second_press=True,
        )
        if policy.reachable:
            break
    return policy


def _policy(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    severity: Severity,
    risk: str,
    now: datetime,
    second_press: bool,
    plan: Plan | None = None,
) -> Policy:
    place = responders.place_of(connection, home_id, organisation_id)
    return policy_at(
        plan or _plan(connection, place).plan,
        responders.of_place(connection, place, now),
        severity=severity,
        risk=risk,
        at=now.astimezone(place.zone),
        first_called=place.first_called,
        second_press=second_press,
    )


def with_todays_shifts(
    connection: Connection, alert: Mapping[str, Any], policy: Policy, now: datetime
) -> Policy:
    """Return an open alert's policy with the duty of now, where a rota was changed since it was raised.

    Who is called, in what order, stays frozen; that somebody fell ill and another stands in does not.
    """
    if all(person.shifts is None for step in policy.steps for person in step.people):
        return policy
    changed = connection.execute(
        "select 1 from rotas where saved_at > %s limit 1", (alert["triggered_at"],)
    ).fetchone()
    if changed is None:
        return policy
    _, people = people_of(connection, alert["home_id"], alert["organisation_id"], now)
    today = {person.id: person for person in people}

    def of_today(person: Person) -> Person:
        known = today.get(person.id)
        if known is None:
            return person
        return msgspec.structs.replace(person, shifts=known.shifts, duty_known_until=known.duty_known_until)

    steps = tuple(
        msgspec.structs.replace(step, people=tuple(of_today(person) for person in step.people))
        for step in policy.steps
    )
    return msgspec.structs.replace(policy, steps=steps)


def people_of(
    connection: Connection, home_id: str | None, organisation_id: str | None, now: datetime
) -> tuple[str, list[Person]]:
    """Return whether family or station is called first, and everybody of a place with their shifts."""
    place = responders.place_of(connection, home_id, organisation_id)
    return place.first_called, responders.of_place(connection, place, now)


def zone_of(connection: Connection, home_id: str | None, organisation_id: str | None) -> ZoneInfo:
    """Return the time zone of a home, or of an organisation."""
    return responders.place_of(connection, home_id, organisation_id).zone
