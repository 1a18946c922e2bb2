"""A night's learning: what one more day of a home shows, taken in by everything that learns.

The same signs of life as live, from the stored events. A day on which something was wrong (an emergency, a
sensor that was not heard, nobody there) is walked through and not learnt. Reads no clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from models.contract.measurements import MEASUREMENTS
from models.contract.messages import Event
from models.detection.decline.features import Why, day_of
from models.detection.finding import Outcome
from models.detection.hours import offset_of
from models.detection.learnt.home import Learnt
from models.detection.limits import HOUR, MINUTE
from models.detection.memory import shows_life
from models.detection.profile import UNKNOWN_DEVICE, HomeProfile
from models.detection.routines.bathroom import bathroom_stays
from models.detection.routines.bed import applies
from models.detection.routines.lengths import Stay
from models.detection.routines.model import Population
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Sign, spells
from models.detection.routines.wake import MORNING, morning_of
from models.detection.routines.wandering import Facts, NightWandering

#: So much before a day belongs to it: the evening, and the night from its beginning.
BEFORE: Final = 14 * HOUR


@dataclass(slots=True)
class Signs:
    """A home's signs of life in order, and when somebody lay in bed."""

    signs: list[Sign] = field(default_factory=list)
    bed_at: list[int] = field(default_factory=list)  #: when the bed changed, and whether it was taken then
    in_bed: list[bool] = field(default_factory=list)

    @classmethod
    def of(cls, profile: HomeProfile, events: Iterable[tuple[str, Event]]) -> Signs:
        """Read a home's events (edge, event), which are in order of time."""
        found, last, beds = cls(), dict[tuple[str, str, str], float](), dict[tuple[str, str], float]()
        for edge, event in events:
            kind, value = event.kind, event.value
            row = MEASUREMENTS.get(kind)
            if row is None or value is None or not row.minimum <= value <= row.maximum:
                continue
            key = (edge, event.device, kind)
            shows = shows_life(kind, value, last.get(key))
            last[key] = value
            if kind == "bed":
                beds[edge, event.device] = value
                found.bed_at.append(event.at)
                found.in_bed.append(any(beds.values()))
            if shows:
                known = profile.devices.get((edge, event.device), UNKNOWN_DEVICE)
                found.signs.append(Sign(event.at, known.room, kind == "contact" and known.outer_door))
        return found

    def between(self, start: int, end: int) -> list[Sign]:
        """Return the signs from `start` on, those of `end` left out."""
        low = bisect_left(self.signs, start, key=lambda one: one.at)
        return self.signs[low : bisect_left(self.signs, end, key=lambda one: one.at)]

    def lay(self, at: int) -> bool:
        """Whether somebody lay in bed at an instant."""
        number = bisect_right(self.bed_at, at)
        return number > 0 and self.in_bed[number - 1]


def learn_day(
    learnt: Learnt,
    population: Population,
    profile: HomeProfile,
    signs: Signs,
    midnight: int,
    end: int,
    why: Why = "",
) -> list[Outcome]:
    """Take in the day from `midnight` to `end`; return what the weeks have shown.

    `signs` reach from `BEFORE` the midnight to the end; more does no harm.
    """

    def offset(at: int) -> int:
        return offset_of(profile.zone, at)

    today = signs.between(midnight, end)
    around = signs.between(midnight - BEFORE, end)
    if not today and not why:
        why = "away"
    day = list(spells(today, offset, learnt.walk))
    if not why:
        learnt.quiet.learn(population, day)
        _stays(learnt, profile, signs, around, midnight)
        out = any(
            one.left_at is not None and one.since <= midnight + 4 * HOUR < (one.until or 0) for one in day
        )
        if not out and _slept_here(profile, around, midnight):
            learnt.mornings.learn(morning_of(around, midnight, offset))
    watched = frozenset(place_of(profile.devices[one].room) for one in profile.inside)
    learnt.decline.take(day_of(around, midnight, offset, watched, why))
    _night(learnt, profile, around, midnight, why)
    said = learnt.decline.score(end)
    return [said] if said is not None else []


def _stays(
    learnt: Learnt,
    profile: HomeProfile,
    signs: Signs,
    around: Sequence[Sign],
    midnight: int,
) -> None:
    kinds_by_place = [
        (place_of(profile.devices[one].room), profile.devices[one].kinds) for one in profile.inside
    ]
    if any(place == BATHROOM and kinds & {"motion", "presence"} for place, kinds in kinds_by_place):
        learnt.bathroom.learn([one for one in bathroom_stays(around) if (one.until or 0) >= midnight])
    if any("bed" in kinds for _, kinds in kinds_by_place):
        quiet = [
            Stay(one.since, one.until)
            for one in spells(around, lambda at: offset_of(profile.zone, at))
            if (one.until or 0) >= midnight and applies(one, in_bed=signs.lay(one.since))
        ]
        learnt.bed.learn(quiet)


def _slept_here(profile: HomeProfile, around: Sequence[Sign], midnight: int) -> bool:
    """Whether anything was heard from the bedroom in the night, where a bedroom has a sensor."""
    if all(place_of(profile.devices[one].room) != BEDROOM for one in profile.inside):
        return True
    return any(
        midnight - 4 * HOUR <= one.at < midnight + 8 * HOUR and place_of(one.room) == BEDROOM
        for one in around
    )


def _night(learnt: Learnt, profile: HomeProfile, around: Sequence[Sign], midnight: int, why: Why) -> None:
    """Learn how much somebody walked about; a night of which something was said is no measure of nights."""
    night = NightWandering(profile.zone, learnt.nights)
    sensors = len(profile.inside)
    rooms = len({profile.devices[one].room for one in profile.inside})
    said = False
    for sign in around:
        if not midnight - 2 * HOUR <= sign.at < midnight + (MORNING + 120) * MINUTE:
            continue
        night.take(sign)
        facts = Facts(now=sign.at, zone=profile.zone, alive=sensors, sensors=sensors, rooms=rooms)
        said = said or night.score(facts) is not None
    night.learn(ordinary=not why and not said)
