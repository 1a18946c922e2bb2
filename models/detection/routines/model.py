"""What is learnt of one home, night by night, and what is known of all others when it begins.

A night scores the day that has passed with what was known before it (those scores set the limits), and only
then learns from it. Spells spent outside and spells that were an emergency are not learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.detection.routines.budget import Tail
from models.detection.routines.fixed import ratio
from models.detection.routines.habits import Floats, Habits, steps_of
from models.detection.routines.hazard import SIZE, Weights, chances, features, surprise, updated
from models.detection.routines.spells import Spell


def _two_scores() -> Tail:
    """How far quiet went on ordinary days: by the learnt surprise, and by the fixed limits."""
    return Tail(columns=2)


@dataclass(slots=True)
class Population:
    """What other homes have shown: the start of every home."""

    habits: Habits = field(default_factory=Habits)
    weights: Weights = field(default_factory=Weights)
    tail: Tail = field(default_factory=_two_scores)


@dataclass(slots=True)
class HomeModel:
    """One home. `days` counts the days that it was learnt from."""

    weights: Weights
    habits: Habits = field(default_factory=Habits)
    tail: Tail = field(default_factory=_two_scores)
    days: int = 0

    @classmethod
    def fresh(cls, population: Population) -> HomeModel:
        """Return the model of a home that nobody has seen yet."""
        return cls(population.weights.copy())

    def course(self, population: Population, spell: Spell) -> Floats:
        """Return how surprising this spell's quiet would be at the end of each step, up to twelve hours."""
        return surprise(chances(self.weights, features(self.habits, population.habits, spell)))

    def learn(self, population: Population, day: Sequence[Spell]) -> None:
        """Take in the spells that ended on one more ordinary day."""
        rows, ended, scores = [], [], []
        for spell in day:
            steps, seen_to_end = steps_of(spell)
            if spell.left_at is not None or steps <= 0:
                continue
            of_spell = features(self.habits, population.habits, spell)
            # The step in which it ended did not stay quiet: it surprises nobody.
            quiet = steps - 1 if seen_to_end else steps
            course = surprise(chances(self.weights, of_spell))[:quiet]
            scores.append((float(course.max(initial=0.0)), float(ratio(spell)[:quiet].max(initial=0.0))))
            outcome = np.zeros(steps)
            outcome[-1] = float(seen_to_end)
            rows.append(of_spell[:steps])
            ended.append(outcome)
        self.tail.add(np.array(scores))
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
