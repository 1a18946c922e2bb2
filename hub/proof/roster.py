"""Everybody who may be called for many homes at once, as pre-flight needs them.

One statement a thousand homes, and one an organisation: a county has a hundred thousand homes. A number at
which the last tries all failed proves nothing, whoever answered there long ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from hub.escalation import responders
from hub.escalation.plan import Plan, PlanError, read_plan
from hub.escalation.policy import Method, Person
from hub.storage.database import Connection

TRIES: Final = 3  #: so many failed tries in a row, and a number is flagged
REMEMBERED: Final = timedelta(days=90)

_HOMES: Final = """
    select h.id, h.organisation_id, h.name, h.zone, h.first_called, p.plan
    from homes h left join plans p on p.home_id = h.id
    where h.id > %(after)s and (%(ids)s::text[] is null or h.id = any(%(ids)s))
        and (%(ids)s::text[] is not null or h.status = 'live')
    order by h.id limit %(limit)s
"""
_UP: Final = """
    with recursive up as (
        select id, parent_id, 0 as height from organisations where id = %(organisation)s
        union
        select o.id, o.parent_id, up.height + 1 from organisations o join up on o.id = up.parent_id
    )
    select up.id, p.plan from up left join plans p on p.organisation_id = up.id order by up.height
"""
_OWN: Final = """
    select c.home_id, c.id, c.name, c.role, c.language, c.rank,
           array_agg(m.channel order by m.rank, m.id) as channels,
           array_agg(m.address order by m.rank, m.id) as addresses,
           array_agg(m.verified_at is not null order by m.rank, m.id) as verified
    from contacts c join contact_methods m on m.contact_id = c.id and m.active
    where c.active and c.home_id = any(%(homes)s)
    group by c.id order by c.home_id, c.rank, c.id
"""
#: Of each number the last tries that are over, as far as anybody remembers.
_FAILING: Final = """
    select a.address from unnest(%(addresses)s::text[]) as a (address)
    cross join lateral (
        select t.status from attempts t
        where t.address = a.address and t.channel = 'voice' and t.created_at > %(since)s
          and t.ended_at is not null and t.status <> 'withdrawn'
        order by t.created_at desc limit %(tries)s
    ) last
    group by a.address having count(*) = %(tries)s and bool_and(last.status = 'failed')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home with everybody who may be told about it."""

    id: str
    organisation_id: str
    name: str
    zone: str
    first_called: str
    people: tuple[Person, ...]
    plan: Plan | None  #: its own, or the nearest above it; None: the built-in one
    failing: tuple[tuple[str, str], ...]  #: its own people's numbers that fail: name, number


@dataclass(frozen=True, slots=True)
class Organisation:
    """What all homes of an organisation share."""

    people: tuple[Person, ...]  #: on duty there and in the tiers above, with their shifts
    plan: Plan | None  #: the nearest
    failing: tuple[tuple[str, str], ...]  #: name and number of those whose calls keep failing


@dataclass(slots=True)
class Roster:
    """Reads homes in lots; what several homes share is read once."""

    connection: Connection
    now: datetime
    until: datetime  #: shifts are known so far
    _organisations: dict[str, Organisation] = field(default_factory=dict)

    def homes(self, *, ids: Sequence[str] | None = None, after: str = "", limit: int = 1000) -> list[Home]:
        """Return live homes after an id, in order; or these, whatever their status."""
        rows = self.connection.execute(
            _HOMES, {"ids": None if ids is None else list(ids), "after": after, "limit": limit}
        ).fetchall()
        own: dict[str, list[Person]] = {row["id"]: [] for row in rows}
        for row in self.connection.execute(_OWN, {"homes": list(own)}):
            own[row["home_id"]].append(_person(row))
        failing = self._of_failing(person for people in own.values() for person in people)
        return [
            Home(
                id=row["id"],
                organisation_id=row["organisation_id"],
                name=row["name"],
                zone=row["zone"],
                first_called=row["first_called"],
                people=(
                    *(_without_proof(person, failing) for person in own[row["id"]]),
                    *self.organisation(row["organisation_id"]).people,
                ),
                plan=_plan(row["plan"]) or self.organisation(row["organisation_id"]).plan,
                failing=_named(own[row["id"]], failing),
            )
            for row in rows
        ]

    def organisation(self, organisation_id: str) -> Organisation:
        """Return what an organisation's homes share."""
        if organisation_id not in self._organisations:
            up = self.connection.execute(_UP, {"organisation": organisation_id}).fetchall()
            people = responders.of_organisation(
                self.connection, organisation_id, self.now, self.until - self.now
            )
            failing = self._of_failing(people)
            self._organisations[organisation_id] = Organisation(
                people=tuple(_without_proof(person, failing) for person in people),
                plan=next((plan for row in up if (plan := _plan(row["plan"])) is not None), None),
                failing=_named(people, failing),
            )
        return self._organisations[organisation_id]

    def _of_failing(self, people: Iterable[Person]) -> frozenset[str]:
        addresses = sorted({method.address for person in people for method in person.calls})
        return failing_numbers(self.connection, addresses, self.now) if addresses else frozenset()


def failing_numbers(connection: Connection, addresses: Sequence[str], now: datetime) -> frozenset[str]:
    """Return those numbers at which the last three calls all failed: no line, no such number, refused."""
    rows = connection.execute(
        _FAILING, {"addresses": list(addresses), "since": now - REMEMBERED, "tries": TRIES}
    )
    return frozenset(row["address"] for row in rows)


def _plan(document: Mapping[str, Any] | None) -> Plan | None:
    """A plan that a newer program wrote is none to this one, as it is none to escalation."""
    try:
        return None if document is None else read_plan(document)
    except PlanError:
        return None


def _named(people: Iterable[Person], failing: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (person.name, method.address)
        for person in people
        for method in person.calls
        if method.address in failing
    )


def _without_proof(person: Person, failing: frozenset[str]) -> Person:
    if not any(method.address in failing for method in person.methods):
        return person
    return replace(
        person,
        methods=tuple(
            replace(method, verified=method.verified and method.address not in failing)
            for method in person.methods
        ),
    )


def _person(row: dict[str, Any]) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        tier="home",
        language=row["language"],
        rank=row["rank"],
        methods=tuple(
            Method(channel, address, verified)
            for channel, address, verified in zip(
                row["channels"], row["addresses"], row["verified"], strict=True
            )
        ),
    )
