"""What people do at home, how long they stay at it, and how they move meanwhile.

Movement comes in bouts, with rests between them: in recorded homes more than half of all minutes with a
movement follow another one, and yet one gap in twenty lasts an hour. Stays and rests are log-normal, so that
long ones are rare and do happen. The numbers were set by `anju-sim compare` over recorded homes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random

from simulators.home.plan import RoomKind

MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing that is done, best room first. Times in seconds."""

    rooms: tuple[RoomKind, ...]
    stay: float  #: the middle one of its stays
    spread: float = 0.5  #: of their logarithm
    gap: float = 8.0  #: between movements in a bout, on average
    bout: float = 120.0  #: the middle length of a bout
    rest: float = 240.0  #: the middle length of a rest
    rest_spread: float = 1.0
    errands: float = 0.0  #: how likely a bout leads through other rooms
    weight: float = 0.0  #: how often it is chosen where nothing else is due


ACTIVITIES: dict[str, Activity] = {
    "sleep": Activity(rooms=("bedroom",), stay=4 * 3600, gap=12, bout=35, rest=2_800, rest_spread=0.9),
    "nap": Activity(rooms=("bedroom",), stay=50 * MINUTE, gap=12, bout=25, rest=1_800, rest_spread=0.7),
    "toilet": Activity(rooms=("bathroom",), stay=4 * MINUTE, gap=15, bout=70, rest=60, rest_spread=0.6),
    "wash": Activity(rooms=("bathroom",), stay=9 * MINUTE, gap=9, bout=200, rest=40, errands=0.35),
    "dress": Activity(
        rooms=("bedroom",), stay=5 * MINUTE, bout=150, rest=40, errands=0.35, weight=1.2
    ),
    "cook": Activity(rooms=("kitchen",), stay=20 * MINUTE, gap=9, bout=200, rest=140, errands=0.5),
    "eat": Activity(rooms=("living", "kitchen"), stay=20 * MINUTE, bout=70, rest=500, errands=0.5),
    "tidy": Activity(
        rooms=("bedroom", "living"), stay=9 * MINUTE, gap=7, bout=240, rest=50, errands=0.8, weight=2.6
    ),
    "television": Activity(
        rooms=("living",), stay=42 * MINUTE, spread=0.7, bout=60, rest=1_900, rest_spread=1.1,
        errands=0.55, weight=4,
    ),
    "hobby": Activity(
        rooms=("study", "living"), stay=32 * MINUTE, spread=0.7, bout=60, rest=1_700, rest_spread=1.1,
        errands=0.5, weight=3,
    ),
    "lie down": Activity(
        rooms=("bedroom",), stay=35 * MINUTE, spread=0.6, bout=50, rest=1_900, rest_spread=1.1,
        errands=0.3, weight=2,
    ),
    "tea": Activity(rooms=("kitchen",), stay=4 * MINUTE, gap=9, bout=150, rest=40, errands=0.5, weight=2.4),
    "pass": Activity(rooms=("hall",), stay=40, gap=8, bout=60, rest=30),
}  # fmt: skip

#: Where an errand leads through, and how often.
ERRANDS: dict[RoomKind, float] = {"kitchen": 3, "bedroom": 3, "living": 3, "bathroom": 2, "hall": 1.2}


def around(chance: Random, middle: float, spread: float) -> float:
    """Return a length around `middle` seconds, log-normal."""
    return chance.lognormvariate(log(max(middle, 1e-3)), spread)
