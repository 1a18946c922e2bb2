"""How often somebody is called on: by the groups they belong to and the area they live in. Pure.

Visits are made by people. Nothing that a sensor saw counts as one, or puts one off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

#: The six groups that are called on by law: lives alone, children elsewhere, left behind in the village,
#: disabled, severely disabled, lost the only child (ten ministries, October 2022).
Group = Literal[
    "lives_alone", "empty_nest", "left_behind", "disabled", "severe_disability", "lost_only_child"
]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
VisitGroup = Group | Literal["high_risk"]
VISIT_GROUPS: Final[tuple[VisitGroup, ...]] = ("high_risk", *GROUPS)

Standing = Literal["home", "away", "hospital", "moved", "institution", "deceased"]
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
#: Who is gone for good is on nobody's round and in nobody's rate.
GONE: Final = frozenset({"moved", "institution", "deceased"})

#: Nobody in the six groups goes a month without a visit (the national rate is monthly); who is eighty and
#: on their own is called on weekly (Inner Mongolia, June 2022). An area sets its own in `visit_intervals`.
DAYS: Final[Mapping[VisitGroup, int]] = {"high_risk": 7, **dict.fromkeys(GROUPS, 30)}
#: After a death, a stay in hospital and the like somebody comes within a day (the same rules).
AFTER_A_CHANGE: Final = timedelta(days=1)
#: From this age on, being on one's own is a high risk.
OLD: Final = 80
ON_THEIR_OWN: Final = frozenset({"lives_alone", "empty_nest", "left_behind"})
#: A row of the roster that nobody has confirmed for so long is shown to the station.
STALE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """How often, and for which group."""

    days: int
    group: VisitGroup


def groups_of(circumstances: Sequence[str], born_on: date | None, today: date) -> tuple[VisitGroup, ...]:
    """Return the groups that somebody belongs to, the one with the highest risk first."""
    own = tuple(group for group in GROUPS if group in circumstances)
    old = born_on is not None and age(born_on, today) >= OLD
    return ("high_risk", *own) if old and ON_THEIR_OWN.intersection(own) else own


def interval(groups: Sequence[VisitGroup], days: Mapping[str, int]) -> Interval | None:
    """Return how often somebody of these groups is called on: the shortest holds; None: nobody has to.

    `days` is what the area has set; what it has not set is in `DAYS`.
    """
    found = [Interval(days=days.get(group, DAYS[group]), group=group) for group in groups]
    return min(found, key=lambda each: each.days, default=None)


def due_on(every: Interval, last_visit_on: date | None, listed_on: date, *, changed: bool) -> date:
    """Return the day by which somebody must have come.

    `changed`: the last visit found something greatly changed. Who has never been called on is due an interval
    after they came on the list.
    """
    if last_visit_on is None:
        return listed_on + timedelta(days=every.days)
    return last_visit_on + (AFTER_A_CHANGE if changed else timedelta(days=every.days))


def age(born_on: date, today: date) -> int:
    """Return whole years."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
