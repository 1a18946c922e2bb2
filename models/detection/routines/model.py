"""What is learnt of one home, night by night, and what is known of all others when it begins.

A night scores the day that has passed with what was known before it (those scores set the limits), and only
then learns from it. Spells spent outside are not learnt; an emergency is not either: who calls leaves it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.detection.routines.budget import Floats, Tail
from models.detection.routines.fixed import ratio
from models.detection.routines.habits import STEPS, Habits, minutes_of_day, quiet_minutes, steps_of
from models.detection.routines.hazard import SIZE, Weights, chances, features, surprise, updated
from models.detection.routines.spells import STEP, Spell

#: The part of the fixed limits in the score: by day they are as good as what is learnt, by night not.
FIXED_PART: Final = 0.3
#: Nats of surprise that count as much as the whole time that the fixed limits allow.
AS_LONG: Final = 5.0
REMEMBERED: Final = 42  #: days of which the longest quiet is told


@dataclass(slots=True)
class Population:
    """What other homes have shown: the start of every home."""

    habits: Habits = field(default_factory=Habits)
    weights: Weights = field(default_factory=Weights)
    tail: Tail = field(default_factory=Tail)
    fixed_part: float = FIXED_PART


@dataclass(slots=True)
class HomeModel:
    """One home. `days` counts the days that it was learnt from."""

    weights: Weights
    habits: Habits = field(default_factory=Habits)
    tail: Tail = field(default_factory=Tail)
    days: int = 0
    #: Minutes: the longest quiet reached within each hour of the clock, one row for each of the last days.
    longest: Floats = field(default_factory=lambda: np.zeros((0, 24)))

    @classmethod
    def fresh(cls, population: Population) -> HomeModel:
        """Return the model of a home that nobody has seen yet."""
        return cls(population.weights.copy())

    def course(self, population: Population, spell: Spell) -> Floats:
        """Return how unusual this spell's quiet would be at the end of each step, up to twelve hours."""
        chance = chances(self.weights, features(self.habits, population.habits, spell))
        return _score(spell, chance, population.fixed_part)

    def longest_at(self, hour: int) -> tuple[float, int]:
        """Return the longest quiet at this hour of the clock, in minutes, and over how many days."""
        return float(self.longest[:, hour].max(initial=0.0)), len(self.longest)

    def learn(self, population: Population, day: Sequence[Spell]) -> None:
        """Take in the spells that ended on one more ordinary day."""
        rows, ended, scores = [], [], []
        longest = np.zeros(24)
        for spell in day:
            steps, seen_to_end = steps_of(spell)
            if spell.left_at is not None or steps <= 0:
                continue
            of_spell = features(self.habits, population.habits, spell)
            # The step in which it ended did not stay quiet: it surprises nobody.
            quiet = steps - 1 if seen_to_end else steps
            course = _score(spell, chances(self.weights, of_spell), population.fixed_part)[:quiet]
            scores.append(float(course.max(initial=0.0)))
            outcome = np.zeros(steps)
            outcome[-1] = float(seen_to_end)
            rows.append(of_spell[:steps])
            ended.append(outcome)
            hours = (minutes_of_day(spell)[:steps] // 60).astype(np.int64)
            np.maximum.at(longest, hours, quiet_minutes()[:steps])
        self.tail.add(np.array(scores))
        self.longest = np.vstack([self.longest, longest])[-REMEMBERED:]
        self.weights = updated(
            self.weights,
            population.weights,
            np.concatenate(rows) if rows else np.empty((0, SIZE)),
            np.concatenate(ended) if ended else np.empty(0),
        )
        self.habits.forget()
        for spell in day:
            if spell.left_at is None:
                steps, seen_to_end = steps_of(spell)
                self.habits.count(spell, seen_to_end, steps)
        self.days += 1


def _score(spell: Spell, chance: Floats, fixed_part: float) -> Floats:
    learnt = surprise(chance) / AS_LONG
    return (1 - fixed_part) * learnt + fixed_part * ratio(spell)


def end_of_step(spell: Spell, step: int) -> int:
    """Return when a step of a spell has passed: the first begins after five minutes."""
    return spell.since + (min(step, STEPS) + 2) * STEP
