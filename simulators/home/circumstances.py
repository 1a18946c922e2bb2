"""What one date brings beside the habits: the season, a lie-in, guests, a carer, days away, slow decline.

Pure and seeded by the date alone, so that any day can be asked for without those before it. Seconds count
from local midnight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from random import Random
from typing import Annotated, Literal

from msgspec import Meta, Struct

from simulators.home.plan import Plan

MINUTE = 60.0
DAY = 86_400.0
GuestKind = Literal["visitor", "carer"]
_MIDSUMMER = 172  #: day of the year
_LEAST_VIGOUR = 0.25


class Guest(Struct, frozen=True):
    """Somebody who comes in by the door and leaves again."""

    start: float
    end: float
    kind: GuestKind


class Special(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that somebody has written down for a certain day, instead of leaving it to chance."""

    what: Literal["visitor", "carer", "lie_in", "nap", "no_nap", "out", "away", "still"]
    day: Annotated[int, Meta(ge=0, le=400)] = 0  #: counted from the first
    at: time | None = None  #: when it begins; a lie-in has none
    minutes: Annotated[float, Meta(gt=0, le=60 * 24 * 60)] = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """One day's."""

    later_up: float = 0.0  #: seconds
    later_down: float = 0.0
    outings: float = 1.0  #: as many times the usual
    vigour: float = 1.0  #: 1: as ever; less: shorter bouts, longer rests
    naps: bool | None = None  #: None: left to chance
    nap_at: tuple[float, float] | None = None
    guests: tuple[Guest, ...] = ()
    outs: tuple[tuple[float, float], ...] = ()  #: that are certain
    back_at: float = 0.0  #: away until then; DAY: all day
    leaves_at: float = DAY  #: away from then on
    still: tuple[tuple[float, float], ...] = ()  #: nobody moves


def of(
    seed: int, on: date, plan: Plan, *, since: date | None = None, specials: Sequence[Special] = ()
) -> Circumstances:
    """Return the circumstances of a date. `since` is day 0 of the `specials`."""
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/circumstances")  # noqa: S311 - a simulation
    habits = plan.resident.habits
    light = math.cos(2 * math.pi * (on.timetuple().tm_yday - _MIDSUMMER) / 365.25)
    sleepy = chance.random() < habits.lie_ins / 7
    found = Circumstances(
        later_up=-15 * MINUTE * light + (chance.uniform(50, 110) * MINUTE if sleepy else 0.0),
        later_down=10 * MINUTE * light,
        outings=1 + 0.15 * light,
        vigour=vigour(plan, on),
        guests=_guests(chance, plan, on),
        back_at=_back_at(seed, plan, on),
        leaves_at=_leaves_at(seed, plan, on),
    )
    return _with(found, on, since, specials)


def vigour(plan: Plan, on: date) -> float:
    """Return how much is left of the resident's strength on a date, 1 being all."""
    habits = plan.resident.habits
    if habits.declines_from is None or on <= habits.declines_from:
        return 1.0
    days = (on - habits.declines_from).days
    return max(_LEAST_VIGOUR, (1 - habits.declines_per_day) ** days)


def _guests(chance: Random, plan: Plan, on: date) -> tuple[Guest, ...]:
    habits = plan.resident.habits
    guests = []
    likely = habits.visitors / 7 * (1.75 if on.weekday() >= 5 else 0.7)
    if chance.random() < likely:
        start = chance.uniform(9.5, 15.5) * 3600
        guests.append(Guest(start, start + chance.uniform(45, 170) * MINUTE, "visitor"))
    if on.isoweekday() in habits.carer_days:
        start = _seconds(habits.carer_at) + chance.gauss(0, 7 * MINUTE)
        guests.append(Guest(start, start + habits.carer_minutes * chance.uniform(0.8, 1.2) * MINUTE, "carer"))
    return tuple(sorted(guests, key=lambda guest: guest.start))


def _away_in_the_week_of(seed: int, plan: Plan, on: date) -> bool:
    """Whether the weekend of this week is spent away."""
    year, week, _ = on.isocalendar()
    chance = Random(f"{seed}/{plan.id}/{year}-{week}/away")  # noqa: S311 - a simulation
    return chance.random() < plan.resident.habits.weekends_away / 4.35


def _leaves_at(seed: int, plan: Plan, on: date) -> float:
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/leaves")  # noqa: S311 - a simulation
    if on.isoweekday() == 6 and _away_in_the_week_of(seed, plan, on):
        return chance.uniform(9, 11) * 3600
    return DAY


def _back_at(seed: int, plan: Plan, on: date) -> float:
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/back")  # noqa: S311 - a simulation
    if on.isoweekday() == 7 and _away_in_the_week_of(seed, plan, on):
        return chance.uniform(15, 19) * 3600
    return 0.0


def _with(found: Circumstances, on: date, since: date | None, specials: Sequence[Special]) -> Circumstances:
    if since is None:
        return found
    for special in specials:
        begin = (since + timedelta(days=special.day) - on).days * DAY + (
            _seconds(special.at) if special.at else 0.0
        )
        end = begin + special.minutes * MINUTE
        if end <= 0 or begin >= DAY:
            continue
        low, high = max(0.0, begin), min(DAY, end)
        if special.what in ("visitor", "carer"):
            guest = Guest(low, high, "visitor" if special.what == "visitor" else "carer")
            found = replace(found, guests=(*found.guests, guest))
        elif special.what == "lie_in":
            found = replace(found, later_up=special.minutes * MINUTE)
        elif special.what == "nap":
            found = replace(found, nap_at=(low, high), naps=False)
        elif special.what == "no_nap":
            found = replace(found, naps=False)
        elif special.what == "out":
            found = replace(found, outs=(*found.outs, (low, high)))
        elif special.what == "still":
            found = replace(found, still=(*found.still, (low, high)))
        else:
            found = replace(
                found,
                back_at=high if begin <= 0 else found.back_at,
                leaves_at=low if begin > 0 else found.leaves_at,
            )
    return found


def _seconds(of_day: time) -> float:
    return of_day.hour * 3600.0 + of_day.minute * MINUTE + of_day.second
