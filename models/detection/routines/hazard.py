"""How likely quiet is to end in its next five minutes: a logistic model that is learnt night by night.

The weights of a home start as those of other homes and move with its own nights (the posterior of one night
is the prior of the next); a little of the others stays, so that a month of illness is not for ever. What is
asked for is the surprise: how much quiet has lasted that should have ended, in nats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.detection.routines.budget import Floats
from models.detection.routines.habits import (
    STEPS,
    Habits,
    looked_up,
    minutes_of_day,
    quiet_minutes,
)
from models.detection.routines.places import BEDROOM
from models.detection.routines.spells import Spell

#: A step never surprises by more: a model that is sure of itself would call after an hour in a rare context.
MOST_A_STEP: Final = 0.25
KEPT: Final = 0.985  #: what a night leaves of a home's own certainty; the rest goes back to the others'
_RIDGE: Final = 1.0

NAMES: Final = (
    "one",
    "quiet",
    "quiet_beyond_1h",
    "quiet_beyond_3h",
    "sin_day",
    "cos_day",
    "sin_half_day",
    "cos_half_day",
    "habit_clock",
    "habit_place",
    "habit_slot",
    "habit_slot_so_far",
    "active_1h",
    "active_3h",
    "bedroom_night",
    "quiet_in_bedroom_night",
)
SIZE: Final = len(NAMES)


@dataclass(slots=True)
class Weights:
    """What is believed of the weights: their mean, and the certainty (inverse covariance) of it."""

    mean: Floats = field(default_factory=lambda: np.zeros(SIZE))
    certainty: Floats = field(default_factory=lambda: _RIDGE * np.eye(SIZE))

    def copy(self) -> Weights:
        """Return a copy that can be changed."""
        return Weights(self.mean.copy(), self.certainty.copy())


def features(own: Habits, others: Habits, spell: Spell) -> Floats:
    """Return one row for every step of a spell, up to twelve hours."""
    minutes = minutes_of_day(spell)
    quiet = np.log(quiet_minutes() / 30)
    angle = 2 * np.pi * minutes / 1440
    clock, place, slot = looked_up(own, others, spell)
    bedroom = ((minutes < 8 * 60) | (minutes >= 21 * 60)) & (spell.place == BEDROOM)
    rows = np.empty((STEPS, SIZE))
    rows[:, 0] = 1.0
    rows[:, 1] = quiet
    rows[:, 2] = np.maximum(0, quiet - np.log(2))
    rows[:, 3] = np.maximum(0, quiet - np.log(6))
    rows[:, 4], rows[:, 5] = np.sin(angle), np.cos(angle)
    rows[:, 6], rows[:, 7] = np.sin(2 * angle), np.cos(2 * angle)
    rows[:, 8], rows[:, 9], rows[:, 10] = clock, place, slot
    rows[:, 11] = np.cumsum(slot) / np.arange(1, STEPS + 1)
    rows[:, 12] = np.log1p(spell.active_1h)
    rows[:, 13] = np.log1p(spell.active_3h)
    rows[:, 14] = bedroom
    rows[:, 15] = bedroom * quiet
    return rows


def chances(weights: Weights, rows: Floats) -> Floats:
    """Return for every row the chance that quiet ends in that step."""
    return _sigmoid(rows @ weights.mean)


def surprise(chance: Floats) -> Floats:
    """Return how surprising quiet is after each step that did not end it, in nats."""
    return np.cumsum(-np.log1p(-np.minimum(chance, MOST_A_STEP)))


def updated(weights: Weights, others: Weights, rows: Floats, ended: Floats) -> Weights:
    """Return what is believed after one more night: `rows`, and for each whether quiet ended in it."""
    certainty = KEPT * weights.certainty + (1 - KEPT) * others.certainty
    pull = KEPT * weights.certainty @ weights.mean + (1 - KEPT) * others.certainty @ others.mean
    prior = np.asarray(np.linalg.solve(certainty, pull), dtype=np.float64)
    if not len(rows):
        return Weights(prior, certainty)
    mean = prior.copy()
    curvature: Floats = certainty
    for _ in range(12):
        chance = _sigmoid(rows @ mean)
        slope = rows.T @ (ended - chance) - certainty @ (mean - prior)
        curvature = certainty + (rows * (chance * (1 - chance))[:, None]).T @ rows
        step = np.linalg.solve(curvature, slope)
        mean = mean + step
        if np.abs(step).max() < 1e-6:
            break
    return Weights(mean, curvature)


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
