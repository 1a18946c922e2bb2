"""How long something usually lasts in a home, as a limit between two fixed ones.

For stays in the bathroom and for nights out of bed: whatever is learnt, nothing is said before the lower
limit and something is always said at the upper one. Lengths in minutes, instants in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.detection.limits import MINUTE
from models.detection.routines.budget import OWN_DAYS, Tail, limit


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay: since when, and until when once it has ended."""

    since: int
    until: int | None = None

    @property
    def minutes(self) -> float:
        """Return how long it took; a stay that has not ended took no time yet."""
        return (self.until - self.since) / MINUTE if self.until is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between which minutes a limit lies, and how often a day it may be crossed for nothing."""

    lower: float
    upper: float
    a_day: float


#: Over five recorded homes with a sensor inside, stays beyond 45 minutes come 0.8 times a month, beyond 90
#: minutes 0.2 times; a prompt is cheap, a call is not.
BATHROOM_ASK: Final = Bounds(lower=25, upper=45, a_day=1 / 14)
BATHROOM_ASK_NIGHT: Final = Bounds(lower=20, upper=30, a_day=1 / 14)
BATHROOM_HELP: Final = Bounds(lower=45, upper=90, a_day=0.3 / 30)
#: Over recorded homes with a bed sensor, 90 minutes out of bed and unseen come 0.2 to 0.9 times a month.
#: A fixed 90 was as quiet as anything longer, so a home begins there, and its own weeks only bring it down.
BED_ASK: Final = Bounds(lower=30, upper=60, a_day=1 / 14)
BED_HELP: Final = Bounds(lower=60, upper=90, a_day=0.5 / 30)


@dataclass(slots=True)
class Lengths:
    """What is learnt: the longest of each day."""

    tail: Tail = field(default_factory=Tail)

    def learn(self, day: Sequence[Stay]) -> None:
        """Take in the stays that ended on one more ordinary day."""
        self.tail.add(np.array([one.minutes for one in day]))

    def limit(self, bounds: Bounds) -> float:
        """Return the limit in minutes: the upper one at first, the home's own after four weeks."""
        known = min(1.0, len(self.tail.days) / OWN_DAYS)
        own = np.clip(limit(self.tail, Tail(), bounds.a_day), bounds.lower, bounds.upper)
        return float(bounds.upper + known * (own - bounds.upper))
