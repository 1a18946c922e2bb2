"""A decline put into a day's signs: by so many percent or minutes, as if lived.

Works on any home's signs, recorded or made up, in minutes from midnight; the numbers of the day are counted
afterwards, so that what a decline of one thing does to the others is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from models.detection.routines.places import BATHROOM, BEDROOM, KITCHEN, place_of
from models.training.decline.made_up import Signs

Worsen = Callable[[Signs, float, np.random.Generator], Signs]


def everything(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """A percent a day of all visits to rooms is not made."""
    return _without_visits(signs, 0.01 * days, chance, lambda _: True)


def kitchen(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """A percent a day of the visits to the kitchen is not made."""
    return _without_visits(signs, 0.01 * days, chance, lambda room: place_of(room) == KITCHEN)


def activity(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """In a percent a day of the five-minute steps nobody moves."""
    idle = chance.random(600) < 0.01 * days
    return [one for one in signs if one[2] or not idle[int(one[0] // 5) % 600]]


def room_changes(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """A percent a day of the changes of room is not made: who would have gone stays."""
    made: Signs = []
    for visit in _visits(signs):
        stays = bool(made) and not visit[0][2] and chance.random() < 0.01 * days
        room = made[-1][1] if stays else visit[0][1]
        made += [(at, room, door) for at, _, door in visit]
    return made


def wake(signs: Signs, days: float, _: np.random.Generator) -> Signs:
    """Up later by five minutes a day."""
    about = [at for at, room, door in signs if at >= 240 and _about(room, door)]
    until = min(about, default=0.0) + 5 * days
    return [one for one in signs if not 240 <= one[0] < until]


def to_bed(signs: Signs, days: float, _: np.random.Generator) -> Signs:
    """Retired earlier by five minutes a day."""
    evening = [at for at, room, door in signs if -360 <= at < 240 and _about(room, door)]
    since = max(evening, default=0.0) - 5 * days
    return [
        (at, "bedroom", False) if -360 <= at < 240 and at > since and _about(room, door) else (at, room, door)
        for at, room, door in signs
    ]


def night_toilet(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """One more visit to the bathroom at night every week."""
    room = next((name for _, name, _ in signs if place_of(name) == BATHROOM), "")
    if not room:
        return signs
    more = chance.uniform(-60, 350, int(chance.poisson(days / 7)))
    return sorted([*signs, *((at, room, False) for at in more.tolist())])


def rhythm(signs: Signs, days: float, chance: np.random.Generator) -> Signs:
    """A percent a day of the visits is made at any hour of the day or night instead of their own."""
    moved: Signs = []
    for visit in _visits(signs):
        by = float(chance.uniform(0, 1440)) - visit[0][0]
        away = by if not visit[0][2] and visit[0][0] >= 0 and chance.random() < 0.01 * days else 0.0
        moved += [(at + away, room, door) for at, room, door in visit]
    return sorted(moved)


#: `out` is made where homes are made up: they stay out a percent a day shorter.
KINDS: Final[dict[str, Worsen]] = {
    "everything": everything,
    "activity": activity,
    "room_changes": room_changes,
    "kitchen": kitchen,
    "wake": wake,
    "to_bed": to_bed,
    "night_toilet": night_toilet,
    "rhythm": rhythm,
}


def _about(room: str, door: bool) -> bool:
    return not door and place_of(room) not in (BEDROOM, BATHROOM)


def _visits(signs: Signs) -> list[Signs]:
    visits: list[Signs] = []
    for one in signs:
        if visits and visits[-1][-1][1:] == one[1:] and one[0] - visits[-1][-1][0] < 10:
            visits[-1].append(one)
        else:
            visits.append([one])
    return visits


def _without_visits(
    signs: Signs, share: float, chance: np.random.Generator, these: Callable[[str], bool]
) -> Signs:
    return [
        one
        for visit in _visits(signs)
        if visit[0][2] or not these(visit[0][1]) or chance.random() >= share
        for one in visit
    ]
