"""Where somebody was seen, minute by minute: the one language that all homes' sensors can be put into.

A real motion sensor speaks every second or once a minute, a contact now and then; so a home is taken as the
set of minutes in which a kind of room had something to tell. Minutes are of local time, counted from 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from simulators.home.plan import Plan
from simulators.home.resident import day
from simulators.home.sensors import Sensors, live_through

if TYPE_CHECKING:
    from datetime import date

    from models.training.routines.recording import Recording

Place = Literal["bedroom", "bathroom", "kitchen", "living", "entrance"]
PLACES: tuple[Place, ...] = ("bedroom", "bathroom", "kitchen", "living", "entrance")
MINUTES_A_DAY = 1440

#: Rooms of recordings and kinds of rooms of plans, by what they are for.
_PLACE_OF: dict[str, Place] = {
    "bedroom": "bedroom",
    "bathroom": "bathroom",
    "toilet": "bathroom",
    "kitchen": "kitchen",
    "living": "living",
    "living room": "living",
    "study": "living",
    "hall": "entrance",
    "entrance": "entrance",
}


class Sighting(NamedTuple):
    """Somebody was in such a room in this minute."""

    minute: int
    place: Place


class Seen(NamedTuple):
    """One home over some days."""

    name: str
    sightings: tuple[Sighting, ...]  #: in order, each once


def of_recording(recording: Recording) -> Seen:
    """Return what a recorded home saw."""
    begin, end = recording.labelled or (recording.said[0].at, recording.said[-1].at)
    told = (
        (one.at, recording.sensors[one.sensor].room)
        for one in recording.said
        if one.value and begin <= one.at <= end and one.sensor in recording.sensors
    )
    return _seen(recording.name, told)


def of_plan(plan: Plan, seed: int, first: date, days: int, *, through_sensors: bool = False) -> Seen:
    """Return what a sensor in every room would have seen of the resident of a simulated home.

    With `through_sensors`, what the sensors of its plan saw: with their blind times, where they hang.
    """
    from datetime import UTC, datetime, time, timedelta

    begin = round(datetime.combine(first, time(), plan.timezone).timestamp() * 1000)
    shift = datetime.combine(first, time(), plan.timezone).replace(tzinfo=UTC).timestamp() * 1000 - begin
    kinds = {room.id: room.kind for room in plan.rooms}
    acts = (act for number in range(days) for act in day(seed, first + timedelta(days=number), plan))
    if not through_sensors:
        felt = (act for act in acts if act.what in ("move", "door_open", "door_close"))
        return _seen(plan.id, ((act.at + round(shift), kinds[act.room]) for act in felt))
    sensors = Sensors(plan, seed, begin)
    until = begin + days * MINUTES_A_DAY * 60_000
    told = (
        (report.at + round(shift), kinds[report.sensor.room])
        for report in live_through(sensors, acts, until)
        if report.event is not None
        and report.event[0] in ("motion", "contact", "presence")
        and report.event[1]
    )
    return _seen(f"{plan.id}, its sensors", told)


def _seen(name: str, told: Iterable[tuple[int, str]]) -> Seen:
    found = dict.fromkeys(
        Sighting(at // 60_000, _PLACE_OF[room]) for at, room in sorted(told) if room in _PLACE_OF
    )
    return Seen(name, tuple(found))
