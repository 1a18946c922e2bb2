"""The last minute and a half, second by second: how much moved, which way is down, how many steps.

This is all that confirmation and the question of being worn look at; it is small enough to be saved at will.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.intake import RATE

Array = NDArray[np.float64]
KEPT: Final = 96  #: seconds
_PLACE, _SPREAD, _DOWN, _STEPS = 0, 1, slice(2, 5), 5
#: A step lifts the norm over one mark after it was under the other.
_RISE_G, _REST_G = 1.1, 1.0


class Seconds:
    """One row per whole second that was seen: its number, spread in g, direction of gravity, steps."""

    def __init__(self, rows: Array | None = None) -> None:
        self.rows = np.empty((0, 6)) if rows is None else rows

    def add(self, number: int, xyz: Array) -> float:
        """Take in the samples of second `number`, shape (50, 3); return their spread in g."""
        down = xyz.mean(axis=0)
        away = xyz - down
        spread = float(np.sqrt((away * away).sum() / len(xyz)))
        norm = np.sqrt((xyz * xyz).sum(axis=1))
        # Only crossings from rest to rise count, however the norm trembles in between.
        marks = np.where(norm > _RISE_G, 1, np.where(norm < _REST_G, -1, 0))
        marks = marks[marks != 0]
        steps = int(((marks[1:] == 1) & (marks[:-1] == -1)).sum()) if len(marks) else 0
        row = np.array([[number, spread, *down, steps]])
        self.rows = np.concatenate([self.rows[-(KEPT - 1) :], row])
        return spread

    def between(self, first: int, last: int) -> Array:
        """Return the rows of the seconds `first` to before `last`; fewer where some were not seen."""
        places = self.rows[:, _PLACE]
        return self.rows[(places >= first) & (places < last)]

    @staticmethod
    def spread(rows: Array) -> Array:
        """Return the spread of each row, in g."""
        return rows[:, _SPREAD]

    @staticmethod
    def steps(rows: Array) -> int:
        """Return the steps in all rows together."""
        return int(rows[:, _STEPS].sum())

    @staticmethod
    def means(rows: Array) -> Array:
        """Return the mean acceleration of each row, in g, shape (n, 3)."""
        return rows[:, _DOWN]

    @staticmethod
    def down(rows: Array) -> Array:
        """Return the mean direction of gravity, shape (3,)."""
        return np.asarray(rows[:, _DOWN].mean(axis=0))


def turned(before: Array, now: Array) -> float:
    """Return the angle between two directions, in degrees."""
    length = float(np.linalg.norm(before) * np.linalg.norm(now))
    if length < 1e-6:
        return 0.0
    return float(np.degrees(np.arccos(np.clip(float(before @ now) / length, -1.0, 1.0))))


def second_of(place: int) -> int:
    """Return the second to which a place on the grid belongs."""
    return place // RATE
