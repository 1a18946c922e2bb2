"""People who are called, as numbers: who picks up, how fast, has voicemail, cannot go, is off duty.

The shares are assumptions, written down in one place so that they can be argued about; where a figure was
published it is named. They are deliberately not kind: half of a family's calls are missed by night.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.escalation.policy import Method, Person, Role, Shift, Tier
from hub.notify.lifecycle import AttemptStatus

RING_S: Final = 25.0  #: the hub lets a telephone ring so long (`ring_seconds`)
SET_UP_S: Final = (1.5, 4.0)  #: from the request to the first ring, on mobile networks
LOST: Final = 0.01  #: calls that a network drops without a word
SILENCE_S: Final = 20.0  #: after so long without news the hub asks the provider


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody answers a call."""

    picks_up: float
    voicemail: float  #: of the calls they miss
    busy: float = 0.03
    off: float = 0.04  #: telephone off or without network: fails at once
    cannot: float = 0.1  #: of those who pick up: presses 2
    hangs_up: float = 0.05  #: of those who pick up: presses nothing

    def becomes(self, chance: random.Random) -> tuple[AttemptStatus, float, float | None]:
        """Return how a call ends, after how many seconds, and when it was picked up."""
        set_up = chance.uniform(*SET_UP_S)
        luck = chance.random()
        if luck < LOST:
            return "unanswered", SILENCE_S + RING_S, None
        if luck < LOST + self.off:
            return "failed", set_up, None
        if luck < LOST + self.off + self.busy:
            return "busy", set_up + 1.0, None
        if chance.random() >= self.picks_up:
            if chance.random() < self.voicemail:
                answered = set_up + chance.uniform(15.0, 22.0)
                return "voicemail", answered + chance.uniform(3.0, 5.0), None  # what telling a machine takes
            return "unanswered", set_up + RING_S, None
        up = set_up + min(RING_S, chance.lognormvariate(2.1, 0.45))  # half within 8 s
        if chance.random() < self.hangs_up:
            return "unanswered", up + chance.uniform(1.0, 8.0), up
        key = up + 3.0 + min(30.0, chance.lognormvariate(1.9, 0.5))  # hears who and where, then presses
        return ("declined" if chance.random() < self.cannot else "answered"), key, up


#: By day, in the evening, by night. A station on duty answers nearly always: telecare's 97.5 % within 60 s
#: is a call centre's figure; a village station is not one.
HABITS: Final[dict[str, tuple[Habit, Habit, Habit]]] = {
    "family": (Habit(0.55, 0.4), Habit(0.7, 0.4), Habit(0.5, 0.5)),
    "neighbour": (Habit(0.5, 0.1), Habit(0.65, 0.1), Habit(0.4, 0.2)),
    "station": (Habit(0.93, 0.1, cannot=0.03), Habit(0.9, 0.1, cannot=0.03), Habit(0.85, 0.1, cannot=0.05)),
    "centre": (Habit(0.95, 0.0, cannot=0.02), Habit(0.95, 0.0, cannot=0.02), Habit(0.92, 0.0, cannot=0.02)),
    "county": (Habit(0.97, 0.0, cannot=0.01), Habit(0.97, 0.0, cannot=0.01), Habit(0.96, 0.0, cannot=0.01)),
    "off duty": (Habit(0.3, 0.3), Habit(0.35, 0.3), Habit(0.2, 0.4)),
}


def habit_of(person: Person, at: datetime, *, on_duty: bool) -> Habit:
    """Return how somebody answers at an hour."""
    kind = person.role if person.tier == "home" else person.tier
    part = 2 if at.hour < 7 or at.hour >= 22 else 0 if at.hour < 18 else 1
    return HABITS[kind if on_duty else "off duty"][part]


def household(chance: random.Random, at: datetime) -> list[Person]:
    """Return the people of a home: one to three of the family, perhaps a neighbour, and the three tiers."""
    day = timedelta(days=2)
    people = [
        _person(f"f{n}", "family", "home", n)
        for n in range(1, chance.choices((1, 2, 3), (35, 45, 20))[0] + 1)
    ]
    if chance.random() < 0.3:
        people.append(_person("n", "neighbour", "home", 9))
    # Two at the station take turns; three stations in ten have nobody on the rota by night.
    night = at.hour < 7 or at.hour >= 22
    covered = not night or chance.random() < 0.7
    duty = (Shift(at - day, at + day),) if covered else ()
    people += [
        _person("s1", "duty", "station", 1, duty if covered else None, at + day if covered else None),
        _person("s2", "duty", "station", 2, () if covered else None, at + day if covered else None),
        _person("c1", "duty", "centre", 1),
        _person("k1", "duty", "county", 1),
    ]
    return people


def is_awake(person: Person, people: list[Person], at: datetime) -> bool:
    """Whether somebody expects to be called: in a gap of the rota everybody is, and nobody does."""
    if person.tier != "station":
        return True
    return person.shifts is not None and person.on_duty(at)


def _person(
    id_: str,
    role: Role,
    tier: Tier,
    rank: int,
    shifts: tuple[Shift, ...] | None = None,
    until: datetime | None = None,
) -> Person:
    return Person(
        id=id_,
        name=id_,
        role=role,
        tier=tier,
        rank=rank,
        methods=(Method("voice", f"+4477009{zlib.crc32(id_.encode()) % 100000:05d}"),),
        shifts=shifts,
        duty_known_until=until,
    )
