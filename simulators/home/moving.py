"""The single movements of a stay: bouts and rests, errands through other rooms, the door, a guest's steps.

Pure; seconds since local midnight. What comes out is (second, act, room), not yet in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from simulators.home.activities import ACTIVITIES, ERRANDS, around
from simulators.home.circumstances import DAY, Guest
from simulators.home.plan import Plan

Felt = tuple[float, str, str]
_LONGEST_BOUT = 1500.0
_LYING = ("sleep", "nap", "lie down")
_BOILING = ("tea", "cook")
_BOILS_S = 190.0


def felt(
    plan: Plan, room: str, name: str, start: float, end: float, vigour: float, chance: Random
) -> Iterator[Felt]:
    """Yield the movements of one stay."""
    activity = ACTIVITIES[name]
    second = start
    if name in _LYING:
        yield start, "bed_in", room
        if end < DAY:
            yield end, "bed_out", room
    if name in _BOILING and end - start > _BOILS_S:
        yield start + 20, "kettle_on", room
        yield start + _BOILS_S, "kettle_off", room
    while second < end:
        bout = min(around(chance, activity.bout * vigour, 0.8), _LONGEST_BOUT, end - second)
        away = (
            activity.errands and second > start and end - second > 60 and chance.random() < activity.errands
        )
        if away:
            for moved in _errand(plan, room, second, end, chance):
                yield moved
                second = moved[0]
        until = min(end, second + bout)
        while second < until:
            yield second, "move", room
            second += 1.0 + chance.expovariate(1 / activity.gap)
        second += around(chance, activity.rest / vigour, activity.rest_spread)


def out(plan: Plan, start: float, end: float, chance: Random) -> Iterator[Felt]:
    """Going out and coming home move the door; whoever is away at midnight does neither then."""
    hall = plan.room_of_kind("hall").id
    if start > 0:
        yield start, "door_open", hall
        yield start + chance.uniform(3, 11), "door_close", hall
    if end < DAY:
        yield end - chance.uniform(4, 13), "door_open", hall
        yield end, "door_close", hall


def guest(plan: Plan, who: Guest, chance: Random) -> Iterator[Felt]:
    """Somebody comes in, is about, and leaves: a visitor sits, a carer works in several rooms."""
    yield from _door(plan, who.start, chance)
    if who.kind == "visitor":
        yield from felt(
            plan, plan.room_of_kind("living").id, "eat", who.start + 20, who.end - 20, 1.0, chance
        )
    else:
        rooms = [plan.room_of_kind(kind).id for kind in ("kitchen", "bathroom", "bedroom", "living")]
        each = (who.end - who.start - 60) / len(rooms)
        for place, room in enumerate(rooms):
            begin = who.start + 30 + place * each
            yield from felt(plan, room, "tidy", begin, begin + each, 1.0, chance)
    yield from _door(plan, who.end - 12, chance)


def _door(plan: Plan, at: float, chance: Random) -> Iterator[Felt]:
    hall = plan.room_of_kind("hall").id
    yield at, "door_open", hall
    yield at + chance.uniform(3, 11), "door_close", hall
    yield at + chance.uniform(1, 12), "move", hall


def _errand(plan: Plan, home: str, start: float, end: float, chance: Random) -> Iterator[Felt]:
    """Through one to four other rooms, seconds in each: to fetch something, to look out, to open a window."""
    second = start
    kinds = {room.id: room.kind for room in plan.rooms}
    rooms = [room for room in kinds if room != home]
    weights = [ERRANDS.get(kinds[room], 1.0) for room in rooms]
    if not rooms:
        return
    for _ in range(chance.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]):
        room = chance.choices(rooms, weights)[0]
        until = second + around(chance, 25, 0.9)
        while second < min(until, end):
            yield second, "move", room
            second += 1.0 + chance.expovariate(1 / 6)
