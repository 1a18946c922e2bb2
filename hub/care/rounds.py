"""The day's round: which homes somebody should call on today, in what order, and why. Pure.

A round is a list for people with two legs and a telephone: whoever may be in trouble now comes first, then
whom the area has promised a visit and not made it, then what is due, then who asked for something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from hub.care.intervals import GONE, Interval, Standing, VisitGroup, due_on, groups_of, interval
from hub.language import N_
from models.detection.finding import Reason, Value

#: Visits that fall due so soon are listed, so that a walk through a lane need not be made twice.
SOON: Final = timedelta(days=3)

Urgency = Literal["now", "overdue", "today", "asked", "soon"]
#: In this order; within one, who is over the limit by more intervals comes first.
URGENCIES: Final[tuple[Urgency, ...]] = ("now", "overdue", "today", "asked", "soon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A resident, as far as a round cares."""

    id: str
    name: str
    born_on: date | None
    circumstances: Sequence[str]
    capability: int | None  #: GB/T 42195: 0 able to 4 fully dependent
    standing: Standing
    last_visit_on: date | None
    changed: bool  #: the last visit found something greatly changed
    listed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home and what is known of it this morning."""

    id: str
    people: Sequence[Person]
    alerts_open: int = 0
    not_seen: bool = False  #: it is watched, its sensors work, and nobody has stirred today
    blind: bool = False  #: it is live and not heard: nothing can be said of it
    needs: int = 0  #: that wait
    suggestions: int = 0
    risk: float = 0.0  #: points of its risk, where they were added up


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One home of a round."""

    home: Home
    urgency: Urgency
    due_on: date | None  #: of the person whose visit is due first
    over: float  #: by how many intervals it is late
    reasons: tuple[Reason, ...]


def todays_round(homes: Iterable[Home], days: Mapping[str, Mapping[str, int]], today: date) -> list[Call]:
    """Return the homes to call on, the most urgent first; `days` holds each home's intervals by group."""
    calls = [call for home in homes if (call := _call(home, days.get(home.id, {}), today)) is not None]
    return sorted(calls, key=_order)


def owed(person: Person, days: Mapping[str, int], today: date) -> tuple[Interval, date] | None:
    """Return how often a person is called on and when it is due next; None: nobody has to."""
    if person.standing in GONE:
        return None
    every = interval(groups_of(person.circumstances, person.born_on, today), days)
    if every is None:
        return None
    return every, due_on(every, person.last_visit_on, person.listed_on, changed=person.changed)


def visit_groups(person: Person, today: date) -> tuple[VisitGroup, ...]:
    """Return the groups that a person belongs to."""
    return groups_of(person.circumstances, person.born_on, today)


def _call(home: Home, days: Mapping[str, int], today: date) -> Call | None:
    at_home = [person for person in home.people if person.standing not in GONE]
    if not at_home:
        return None
    reasons: list[Reason] = []
    urgency: list[Urgency] = []
    if home.alerts_open:
        urgency.append("now")
        reasons.append(Reason(N_("An alert is open."), {}))
    if home.not_seen and any(person.standing == "home" for person in at_home):
        urgency.append("now")
        reasons.append(Reason(N_("Nobody has been seen today."), {}))
    if home.blind:
        urgency.append("today")
        reasons.append(Reason(N_("Its sensors are not heard: nothing is known of today."), {}))
    first: date | None = None
    over = 0.0
    for person in at_home:
        due = owed(person, days, today)
        if due is None or due[1] > today + SOON:
            continue
        every, day = due
        first = day if first is None else min(first, day)
        over = max(over, (today - day).days / every.days)
        urgency.append("overdue" if day < today else "today" if day == today else "soon")
        reasons.append(_why(person, every, today))
    if home.needs:
        urgency.append("asked")
        reasons.append(Reason(N_("Requests that wait: {n}."), {"n": home.needs}))
    if home.suggestions:
        urgency.append("asked")
        reasons.append(Reason(N_("Suggestions that wait for a decision: {n}."), {"n": home.suggestions}))
    if not urgency:
        return None
    return Call(
        home=home,
        urgency=min(urgency, key=URGENCIES.index),
        due_on=first,
        over=over,
        reasons=tuple(reasons),
    )


def _why(person: Person, every: Interval, today: date) -> Reason:
    values: dict[str, Value] = {"name": person.name, "days": every.days}
    if person.last_visit_on is None:
        return Reason(N_("{name} has never been called on; every {days} days."), values)
    ago = (today - person.last_visit_on).days
    if person.changed:
        return Reason(N_("{name}: much had changed {ago} days ago; within a day."), values | {"ago": ago})
    return Reason(N_("{name} was called on {ago} days ago; every {days} days."), values | {"ago": ago})


def _order(call: Call) -> tuple[int, float, float, int, str]:
    dependence = max((person.capability or 0 for person in call.home.people), default=0)
    return (URGENCIES.index(call.urgency), -call.over, -call.home.risk, -dependence, call.home.id)
