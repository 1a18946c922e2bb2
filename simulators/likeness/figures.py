"""The figures of one home, and the distances between two: how much, how long between, from where to where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from simulators.likeness.distances import jensen_shannon, ks, wasserstein
from simulators.likeness.sightings import MINUTES_A_DAY, Seen


@dataclass(frozen=True, slots=True)
class Portrait:
    """One home in figures."""

    name: str
    days: int
    hourly: tuple[float, ...]  #: minutes with a sighting in every single hour of every day, waking or not
    by_hour: tuple[float, ...]  #: the same, the mean of each of the 24 hours
    gaps: tuple[float, ...]  #: minutes from one minute with a sighting to the next
    stays: tuple[float, ...]  #: minutes until another kind of room speaks
    moves: Counter[Hashable]  #: (from, to), between kinds of rooms
    places: Counter[Hashable]  #: minutes by kind of room

    @property
    def per_hour(self) -> float:
        """Minutes with a sighting in an hour, on average."""
        return sum(self.by_hour) / 24


@dataclass(frozen=True, slots=True)
class Apart:
    """How far two homes lie apart. All but `hourly` are between 0 and about 1."""

    one: str
    two: str
    hourly: float  #: Wasserstein distance of the minutes an hour, in minutes
    hours: float  #: Jensen-Shannon divergence of the day's course, bits
    gaps: float  #: Kolmogorov-Smirnov distance of the gaps
    gaps_log: float  #: Wasserstein distance of their decimal logarithms
    stays: float  #: Kolmogorov-Smirnov distance of the stays
    moves: float  #: Jensen-Shannon divergence of the moves between rooms, bits
    places: float  #: Jensen-Shannon divergence of where they are seen, bits

    @property
    def together(self) -> float:
        """One number: the mean of the five that lie between 0 and 1."""
        return (self.hours + self.gaps + self.stays + self.moves + self.places) / 5

    def figures(self) -> dict[str, Any]:
        """Return them for programs."""
        told = {
            name: round(getattr(self, name), 3)
            for name in ("hourly", "hours", "gaps", "gaps_log", "stays", "moves", "places", "together")
        }
        return {"one": self.one, "two": self.two, **told}


def portrait(seen: Seen) -> Portrait:
    """Return a home's figures."""
    minutes = sorted({sighting.minute for sighting in seen.sightings})
    counted = Counter(minute // 60 for minute in minutes)
    first, last = minutes[0] // MINUTES_A_DAY, minutes[-1] // MINUTES_A_DAY
    hourly = tuple(float(counted[hour]) for hour in range(first * 24, (last + 1) * 24))
    days = len(hourly) // 24
    by_hour = tuple(sum(hourly[hour::24]) / days for hour in range(24))
    stays, moves = [], Counter[Hashable]()
    since = seen.sightings[0].minute
    for one, two in pairwise(seen.sightings):
        if one.place != two.place:
            moves[one.place, two.place] += 1
            stays.append(float(two.minute - since))
            since = two.minute
    return Portrait(
        seen.name,
        days,
        hourly,
        by_hour,
        tuple(float(two - one) for one, two in pairwise(minutes)),
        tuple(stays),
        moves,
        Counter(sighting.place for sighting in seen.sightings),
    )


def apart(one: Portrait, two: Portrait) -> Apart:
    """Return how far apart they lie; the same both ways round."""
    return Apart(
        one.name,
        two.name,
        wasserstein(one.hourly, two.hourly),
        jensen_shannon(dict(enumerate(one.by_hour)), dict(enumerate(two.by_hour))),
        ks(one.gaps, two.gaps),
        wasserstein(tuple(map(math.log10, one.gaps)), tuple(map(math.log10, two.gaps))),
        ks(one.stays, two.stays),
        jensen_shannon(one.moves, two.moves),
        jensen_shannon(one.places, two.places),
    )
