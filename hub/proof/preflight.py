"""Whom the alerts of the next two weeks would reach: hours that reach nobody are found before they come.

Pure: a home's policies, the moments at which anything about them changes, and a span in; lapses out. An hour
is looked at once for every change in it, not once an hour: a home without rota and without rules by the hour
has one piece of fourteen days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from hub.escalation.policy import Person, Policy
from models.detection.finding import Severity

HORIZON: Final = timedelta(days=14)
CALLING: Final[tuple[Severity, ...]] = ("emergency", "warning")  #: advice calls nobody

Kind = Literal["unreachable", "unverified", "single", "rota_gap", "failing"]
#: The gravest first. In these hours nobody is proven to answer: somebody is told at once.
KINDS: Final[tuple[Kind, ...]] = ("unreachable", "unverified", "rota_gap", "failing", "single")
GRAVE: Final[frozenset[Kind]] = frozenset({"unreachable", "unverified"})

#: What would be frozen into alerts of this severity that are raised at this instant: several policies where
#: a plan tells risks apart.
PoliciesAt = Callable[[Severity, datetime], Sequence[Policy]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Something that would leave an alert with too few people, from when until when."""

    kind: Kind
    since: datetime
    until: datetime
    severity: Severity | None = None  #: of the alerts that it concerns; None: of all
    people: int = 0  #: distinct people with a verified number in the first round
    who: str = ""  #: the one person, or whose number fails


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a policy calls in its first round at an instant."""

    called: int  #: people who have any telephone
    verified: tuple[str, ...]  #: names of distinct people at whose number a human has answered


def reach(policy: Policy, at: datetime) -> Reach:
    """Return whom a policy calls in its first round at `at`; whoever shares a number counts once.

    As escalation does it: where nobody at all is on duty, everybody is called.
    """
    callable_ = [person for person in first_round(policy) if person.calls]
    called: set[str] = set()
    verified: dict[str, str] = {}
    numbers: set[str] = set()
    for person in [person for person in callable_ if person.on_duty(at)] or callable_:
        called.add(person.id)
        proven = {method.address for method in person.calls if method.verified}
        if proven and (person.id in verified or not proven <= numbers):
            verified[person.id] = person.name
            numbers |= proven
    return Reach(len(called), tuple(verified.values()))


def first_round(policy: Policy) -> Iterator[Person]:
    """Yield the people of a policy's first round; a resident who is asked about themselves is not help."""
    for step in policy.steps:
        if step.from_round <= 1 and not step.ask:
            yield from step.people


def look_ahead(
    policies_at: PoliciesAt,
    changes: Iterable[datetime],
    since: datetime,
    until: datetime,
    severities: Sequence[Severity] = CALLING,
) -> list[Lapse]:
    """Return the lapses of one home in a span, whose policies change only at `changes`."""
    cuts = sorted({since, until, *(at for at in changes if since < at < until)})
    lapses: list[Lapse] = []
    for severity in severities:
        found: Lapse | None = None
        for begin, end in pairwise(cuts):
            least = min(
                (reach(policy, begin) for policy in policies_at(severity, begin)),
                key=lambda found: (len(found.verified), found.called),
            )
            here = _judge(least, severity, begin, end)
            if found is not None and here is not None and _same(found, here):
                found = _joined(found, here)
                continue
            if found is not None:
                lapses.append(found)
            found = here
        if found is not None:
            lapses.append(found)
    return sorted(_merged(lapses), key=lambda each: (KINDS.index(each.kind), each.since))


def changes_of(people: Iterable[Person]) -> set[datetime]:
    """Return when anybody's duty begins or ends."""
    found: set[datetime] = set()
    for person in people:
        for shift in person.shifts or ():
            found |= {shift.since, shift.until}
        if person.duty_known_until is not None:
            found.add(person.duty_known_until)
    return found


def _judge(found: Reach, severity: Severity, since: datetime, until: datetime) -> Lapse | None:
    if len(found.verified) >= 2:
        return None
    kind: Kind = "single" if found.verified else "unverified" if found.called else "unreachable"
    who = found.verified[0] if found.verified else ""
    return Lapse(kind=kind, severity=severity, since=since, until=until, people=len(found.verified), who=who)


def _same(one: Lapse, other: Lapse) -> bool:
    return (one.kind, one.severity, one.who) == (other.kind, other.severity, other.who)


def _joined(one: Lapse, other: Lapse) -> Lapse:
    return Lapse(
        kind=one.kind,
        severity=one.severity,
        since=one.since,
        until=other.until,
        people=one.people,
        who=one.who,
    )


def _merged(lapses: list[Lapse]) -> list[Lapse]:
    """Say once what holds for alerts of every severity."""
    by_facts: dict[tuple[Kind, datetime, datetime, str], list[Lapse]] = {}
    for lapse in lapses:
        by_facts.setdefault((lapse.kind, lapse.since, lapse.until, lapse.who), []).append(lapse)
    return [
        Lapse(kind=kind, since=since, until=until, people=same[0].people, who=who)
        if len(same) == len(CALLING)
        else same[0]
        for (kind, since, until, who), same in by_facts.items()
    ]
