"""Rolling forward: every day is judged by what was known the night before it, and then learnt.

What other homes have shown is made of them alone: the home that is judged is never among them, and the
scores that set their part of the limits come from models that had not seen them either.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from models.detection.routines.hazard import Weights
from models.detection.routines.model import FIXED_PART, HomeModel, Population
from models.detection.routines.spells import Sign, Spell, spells
from models.training.routines.recording import DAY, Recording
from models.training.routines.truth import Truth

PRIOR_DAYS = 10.0  #: what the certainty of other homes counts for


@dataclass(eq=False)
class Home:
    """A recording with what is needed of it again and again."""

    recording: Recording

    @cached_property
    def truth(self) -> Truth:
        """What really was."""
        return Truth(self.recording)

    @cached_property
    def signs(self) -> list[Sign]:
        """All signs of life of the unmodified recording."""
        return self.recording.signs()

    @cached_property
    def sign_times(self) -> list[int]:
        """When they were."""
        return [one.at for one in self.signs]

    def between(self, start: int, end: int) -> list[Sign]:
        """Return the signs from `start` on, those of `end` left out."""
        return self.signs[bisect_left(self.sign_times, start) : bisect_left(self.sign_times, end)]

    @cached_property
    def spells(self) -> list[Spell]:
        """All spells of the unmodified recording."""
        return list(spells(self.signs, self.recording.offset))

    @cached_property
    def days(self) -> list[list[Spell]]:
        """The spells by the day on which they ended; whole days within what the labels are good for."""
        first = self.recording.midnight(0)
        by_day: list[list[Spell]] = [[] for _ in range(self.recording.days)]
        for spell in self.spells:
            if spell.until is not None:
                by_day[(spell.until - first) // DAY].append(spell)
        return by_day

    @property
    def usable(self) -> range:
        """The days that count: whole ones, within what the labels are good for."""
        first, last = 0, self.recording.days - 1
        if self.recording.labelled is not None:
            midnight = self.recording.midnight(0)
            first = (self.recording.labelled[0] - midnight) // DAY
            last = (self.recording.labelled[1] - midnight) // DAY
        return range(first + 1, last)

    @property
    def warm_up(self) -> int:
        """How many usable days are learnt before the first is judged: 28, in short recordings a third."""
        return min(28, len(self.usable) // 3)

    @property
    def judged(self) -> range:
        """The days that are judged."""
        return self.usable[self.warm_up :]


@dataclass(eq=False)
class Populations:
    """What homes have shown together, each combination worked out once."""

    homes: Sequence[Home]
    fixed_part: float = FIXED_PART
    _known: dict[frozenset[str], Population] = field(default_factory=dict)

    def without(self, *names: str) -> Population:
        """Return what all homes but these have shown."""
        return self._of(frozenset(home.recording.name for home in self.homes) - set(names))

    def _of(self, names: frozenset[str]) -> Population:
        if names not in self._known:
            homes = [home for home in self.homes if home.recording.name in names]
            population = pooled(homes, self.fixed_part)
            for home in homes:
                rest = names - {home.recording.name}
                before = self._bare(rest) if rest else population
                model = HomeModel.fresh(before)
                for day in home.usable:
                    model.learn(before, home.days[day])
                population.tail.days += model.tail.days[home.warm_up :]
            self._known[names] = population
        return self._known[names]

    def _bare(self, names: frozenset[str]) -> Population:
        return pooled([home for home in self.homes if home.recording.name in names], self.fixed_part)


def pooled(homes: Sequence[Home], fixed_part: float = FIXED_PART) -> Population:
    """Return habits and weights of homes together, their certainty brought down to a few days' worth."""
    population = Population(fixed_part=fixed_part)
    days = 0
    for home in homes:
        model = HomeModel.fresh(population)
        for day in home.usable:
            model.learn(population, home.days[day])
        days += len(home.usable)
        for table in ("clock", "place", "slot"):
            getattr(population.habits, table)[...] += getattr(model.habits, table)
    start = Population(population.habits)
    believed = Weights()
    for home in homes:
        model = HomeModel(believed)
        for day in home.usable:
            model.learn(start, home.days[day])
        believed = model.weights
    if days:
        certainty = believed.certainty * min(1.0, PRIOR_DAYS / days)
        population.weights = Weights(believed.mean, certainty + 0.5 * np.eye(len(believed.mean)))
    return copy.deepcopy(population)
