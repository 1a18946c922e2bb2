"""The monthly visit rate: of the people in the six groups, how many were called on. Pure.

Counted from rows of visits alone; what sensors saw is no visit. The rows of the villages of a township add up
to the township's, because each person belongs to one station.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hub.care.intervals import GONE, GROUPS, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person on the roster of one month."""

    resident_id: str
    organisation_id: str
    circumstances: tuple[str, ...]
    listed_on: date
    standing: Standing  #: at the month's end
    visited: bool  #: at least once within the month, by a visit that stands


@dataclass(frozen=True, slots=True)
class Rate:
    """How many should have been called on, and how many were."""

    people: int = 0
    visited: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nobody had to be called on: that is no 100 %."""
        return self.visited / self.people if self.people else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.people + other.people, self.visited + other.visited)


def by_organisation(listed: Iterable[Listed], month_end: date) -> dict[str, Rate]:
    """Return each station's rate; `month_end` is the first day after the month."""
    found: dict[str, Rate] = {}
    for person in listed:
        if counts(person, month_end):
            here = found.get(person.organisation_id, Rate())
            found[person.organisation_id] = here + Rate(1, int(person.visited))
    return found


def by_group(listed: Iterable[Listed], month_end: date) -> dict[str, Rate]:
    """Return the rate of each of the six groups; who is in two counts in both."""
    found: dict[str, Rate] = dict.fromkeys(GROUPS, Rate())
    for person in listed:
        if counts(person, month_end):
            for group in GROUPS:
                if group in person.circumstances:
                    found[group] += Rate(1, int(person.visited))
    return found


def whole(rates: Iterable[Rate]) -> Rate:
    """Return the rate of all of them together."""
    return sum(rates, start=Rate())


def counts(person: Listed, month_end: date) -> bool:
    """Whether somebody is in the rate: in a group, on the list before the month ended, and not gone."""
    return (
        person.listed_on < month_end
        and person.standing not in GONE
        and any(group in person.circumstances for group in GROUPS)
    )
