"""Made-up homes: day after day of signs of life, with the habits and the troubles that homes have.

Days vary as recorded homes' days do (standard deviation a sixth to a third of the mean), a good day follows a
good one, weekends differ, seasons come, colds last some days, guests and days away and dead sensors are told
to the detector, as in service. Nothing here was fitted to what the detectors do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.detection.decline.features import Why
from models.detection.limits import MINUTE
from models.detection.routines.places import BATHROOM, BEDROOM, KITCHEN, SITTING
from models.detection.routines.spells import Sign

MONDAY: Final = 1_772_409_600_000  #: 2 March 2026, midnight; the wall clock of made-up homes is UTC
WATCHED: Final = frozenset({KITCHEN, BATHROOM, BEDROOM, SITTING})
_ROOMS: Final = ("kitchen", "living room", "bathroom", "bedroom", "study")
_DAY: Final = 1440
Signs = list[tuple[float, str, bool]]  #: minutes from midnight, room, and whether it is an outer door


@dataclass(slots=True)
class Night:
    """One day's signs, those of the evening before below 0, and why it is odd."""

    signs: Signs
    why: Why = ""


class MadeUpHome:
    """A resident with habits of their own; days are asked for in order."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.outings = 1.0  #: how long they are out, against their habit
        self._mood, self._cold, self._day = 0.0, 0, 0
        self._evening: Signs = []
        habits = np.random.default_rng(seed + 1_000_000)
        self.vary = habits.uniform(0.12, 0.35)
        self.linger = habits.uniform(0.0, 0.4)
        self.wake = habits.uniform(350, 470)
        self.bed = habits.uniform(1270, 1390)
        self.clock = habits.uniform(15, 45)
        self.visits = habits.uniform(35, 90)
        self.toilet = habits.uniform(0.4, 2.4)
        self.often_out = habits.uniform(0.3, 0.8)
        self.out_for = habits.uniform(50, 150)
        self.weekend = habits.uniform(0.6, 1.3)
        self.season = habits.uniform(0.0, 0.1), habits.uniform(0, 365)
        shares = habits.dirichlet(np.array([4.0, 6.0, 2.0, 2.0, 2.0]))
        self.shares = shares / shares.sum()

    def next_day(self) -> Night:
        """Return the signs of the coming day, from the evening before it."""
        chance = self.chance
        self._mood = self.linger * self._mood + np.sqrt(1 - self.linger**2) * chance.standard_normal()
        amplitude, phase = self.season
        vigour = float(np.exp(self.vary * self._mood - self.vary**2 / 2))
        vigour *= 1 + amplitude * float(np.cos(2 * np.pi * (self._day - phase) / 365))
        weekend = self._day % 7 >= 5
        self._cold = max(0, self._cold - 1)
        if not self._cold and chance.random() < 2 / 365:
            self._cold = int(chance.integers(3, 7))
        late = 0.0
        if self._cold:
            vigour, late = 0.5 * vigour, 60.0
        self._day += 1
        odd = chance.random()
        if odd < 0.02:
            self._evening = []
            return Night([], "away")
        up = self.wake + self.clock * chance.standard_normal() + (20 if weekend else 0) + late
        bed = self.bed + 1.2 * self.clock * chance.standard_normal()
        signs = self._by_day(up, bed, vigour, out=self.often_out * (self.weekend if weekend else 1.0))
        for _ in range(int(chance.poisson(self.toilet))):
            at = float(chance.uniform(-60, 350))
            signs += [(at, "bathroom", False), (at + 2, "bathroom", False), (at + 5, "bedroom", False)]
            if chance.random() < 0.1:  # a glass of water
                signs += [(at + 6, "kitchen", False), (at + 9, "bedroom", False)]
        signs.sort()
        whole = sorted([*self._evening, *signs])
        self._evening = [(at - _DAY, room, door) for at, room, door in signs if at >= 600]
        why: Why = "visitors" if odd < 0.06 else "sensors" if odd < 0.075 else ""
        if why == "visitors":
            whole = sorted([*whole, *self._by_day(840, 1080, 2 * vigour, out=0.0)])
        return Night(whole, why)

    def _by_day(self, up: float, bed: float, vigour: float, out: float) -> Signs:
        chance = self.chance
        signs: Signs = []
        left, back = 0.0, 0.0
        if chance.random() < out:
            left = float(chance.uniform(540, 900))
            back = left + self.outings * self.out_for * float(chance.lognormal(0, 0.4))
            signs += [(left, "entrance", True), (back, "entrance", True), (back + 3, "living room", False)]
        # The day of an eager resident has more visits, not longer ones.
        count = int(chance.poisson(self.visits * vigour * (bed - up) / 900))
        starts = np.sort(chance.uniform(up, bed, count))
        rooms = chance.choice(len(_ROOMS), count, p=self.shares)
        lengths = chance.exponential(5.0, count)
        for start, room, length in zip(starts.tolist(), rooms.tolist(), lengths.tolist(), strict=True):
            if left <= start + length and start <= back:
                continue
            name = _ROOMS[room]
            signs += [(start + 1.5 * n, name, False) for n in range(1 + int(length / 1.5))]
        signs += [(up, "kitchen", False), (up + 4, "kitchen", False), (bed, "living room", False)]
        signs.append((bed + 5, "bedroom", False))
        return signs


def as_signs(signs: Signs, midnight: int) -> list[Sign]:
    """Return signs in minutes from midnight as the product takes them."""
    return [Sign(midnight + int(at * MINUTE), room, door) for at, room, door in signs]
