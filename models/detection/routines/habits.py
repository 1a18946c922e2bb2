"""What is counted of a home: how often quiet of each length ended, by the clock and by place.

Counts with a slow forgetting, shrunk to those of other homes: twenty of a home's own observations weigh as
much as all that is known of others. Arrays only, a few kilobytes for each home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.limits import MINUTE
from models.detection.routines.budget import Floats
from models.detection.routines.places import PLACES
from models.detection.routines.spells import STEP, Spell

Ints = NDArray[np.int64]

STEPS: Final = 12 * 12  #: nothing is learnt of quiet beyond twelve hours
_EDGES: Final = np.array([10, 15, 20, 30, 45, 60, 90, 120, 180, 300], dtype=np.float64)  #: minutes quiet
LENGTHS: Final = len(_EDGES) + 1
CLOCKS: Final = 8  #: of three hours each
SLOTS: Final = 48  #: of half an hour each
_MINUTES: Final = STEP / MINUTE * np.arange(1, STEPS + 1, dtype=np.float64)  #: quiet when each step begins
_LENGTH: Final = np.searchsorted(_EDGES, _MINUTES, side="right").astype(np.int64)
WEIGHT: Final = 20.0  #: observations that what is known of other homes counts for
DAY_KEPT: Final = 0.98  #: what a day leaves of the counts before it: half after five weeks


@dataclass(slots=True)
class Habits:
    """Ended and not ended steps of quiet. The first of the last two places counts the ended ones."""

    clock: Floats = field(default_factory=lambda: np.zeros((CLOCKS, LENGTHS, 2)))
    place: Floats = field(default_factory=lambda: np.zeros((PLACES, 2, LENGTHS, 2)))  #: by night, by day
    slot: Floats = field(default_factory=lambda: np.zeros((SLOTS, 2)))

    def forget(self) -> None:
        """Let a day pass."""
        for table in (self.clock, self.place, self.slot):
            table *= DAY_KEPT

    def count(self, spell: Spell, ended: bool, steps: int) -> None:
        """Count a spell of `steps` steps; an `ended` one ended in the last of them."""
        if steps <= 0:
            return
        steps = min(steps, STEPS)
        when = minutes_of_day(spell)[:steps]
        length = _LENGTH[:steps]
        outcome = np.ones(steps, dtype=np.int64)
        if ended:
            outcome[-1] = 0
        clock, night, slot = _when(when)
        place = np.full(steps, spell.place, dtype=np.int64)
        np.add.at(self.clock, (clock, length, outcome), 1.0)
        np.add.at(self.place, (place, night, length, outcome), 1.0)
        np.add.at(self.slot, (slot, outcome), 1.0)


def minutes_of_day(spell: Spell) -> Floats:
    """Return the minute on the home's clock at which each step of a spell begins."""
    return (spell.minute_of_day(spell.since) + _MINUTES) % 1440


def quiet_minutes() -> Floats:
    """Return how long it has been quiet when each step begins."""
    return _MINUTES


def steps_of(spell: Spell) -> tuple[int, bool]:
    """Return how many steps an ended spell took, and whether it ended within those that are looked at."""
    if spell.until is None:
        raise ValueError("The spell has not ended.")
    steps = (spell.until - spell.since) // STEP
    return min(steps, STEPS), steps <= STEPS


def looked_up(own: Habits, others: Habits, spell: Spell) -> tuple[Floats, Floats, Floats]:
    """Return three opinions on every step, as log odds that quiet ends in it: by clock, place and slot."""
    clock, night, slot = _when(minutes_of_day(spell))
    return (
        _odds(own.clock[clock, _LENGTH], others.clock[clock, _LENGTH]),
        _odds(own.place[spell.place, night, _LENGTH], others.place[spell.place, night, _LENGTH]),
        _odds(own.slot[slot], others.slot[slot]),
    )


def _when(minutes: Floats) -> tuple[Ints, Ints, Ints]:
    clock = (minutes // (1440 / CLOCKS)).astype(np.int64)
    night = ((minutes < 7 * 60) | (minutes >= 22 * 60)).astype(np.int64)
    return clock, night, (minutes // (1440 / SLOTS)).astype(np.int64)


def _odds(own: Floats, others: Floats) -> Floats:
    ended, not_ended = others[..., 0] + 0.2, others[..., 1] + 2.0
    share = ended / (ended + not_ended)
    ended = own[..., 0] + WEIGHT * share
    not_ended = own[..., 1] + WEIGHT * (1 - share)
    return np.log(ended / not_ended)
