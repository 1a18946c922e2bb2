"""Not up in the morning: later than this resident ever is, given how late the night was.

Up is who is seen twice outside bedroom and bathroom after four o'clock, or uses an outer door. Nights away
are not learnt: who came home at noon did not get up at noon. Minutes are those of the home's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from models.detection.limits import MINUTE
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Offset, Sign

MORNING: Final = 4 * 60  #: earlier movement is the night's
EVENING: Final = 18 * 60
AGREED: Final = 10 * 60.0  #: "up by" where the intake form says nothing
GRACE: Final = 60.0  #: after the latest usual time
LATEST: Final = 13 * 60.0  #: whatever is learnt
KNOWN_FROM: Final = 7  #: nights
NIGHTS: Final = 42
_TWICE_WITHIN: Final = 30 * MINUTE
_ELSEWHERE: Final = (BEDROOM, BATHROOM)


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning: when up, and the last movement about the home the evening before, in minutes."""

    up: float | None  #: None: not seen up
    to_bed: float | None  #: after midnight it goes on counting: 25 h is one o'clock


@dataclass(slots=True)
class Mornings:
    """What is learnt of getting up."""

    agreed: float = AGREED
    known: list[Morning] = field(default_factory=list)

    def learn(self, morning: Morning) -> None:
        """Take in one more ordinary morning."""
        if morning.up is not None:
            self.known.append(morning)
            del self.known[:-NIGHTS]

    def latest_usual(self) -> float:
        """Return the minute by which the resident is up on nineteen mornings of twenty."""
        return float(np.quantile([one.up for one in self.known if one.up is not None], 0.95))

    def limit(self, to_bed: float | None) -> float:
        """Return the minute at which something is said, after an evening that ended at `to_bed`."""
        if len(self.known) < KNOWN_FROM:
            return min(self.agreed + GRACE, LATEST)
        return limit_after(self.latest_usual(), self.late_evening(), to_bed)

    def late_evening(self) -> float | None:
        """Return the minute by which nine evenings of ten have ended; None where no evening was seen."""
        evenings = [one.to_bed for one in self.known if one.to_bed is not None]
        return float(np.quantile(evenings, 0.9)) if evenings else None


def limit_after(latest_usual: float, late_evening: float | None, to_bed: float | None) -> float:
    """Return the minute at which something is said: who went to bed late may sleep as much longer."""
    later = 0.0 if to_bed is None or late_evening is None else min(max(to_bed - late_evening, 0.0), 120.0)
    return min(latest_usual + GRACE + later, LATEST)


def morning_of(signs: Sequence[Sign], midnight: int, offset: Offset) -> Morning:
    """Return the morning after `midnight` (an instant), from signs that may begin and end anywhere."""
    ahead = offset(midnight)

    def minute(at: int) -> float:
        return (at + offset(at) - midnight - ahead) / MINUTE

    about = [one for one in signs if not one.outer_door and place_of(one.room) not in _ELSEWHERE]
    evening = [minute(one.at) for one in about if EVENING - 1440 <= minute(one.at) < MORNING]
    morning = [one.at for one in about if MORNING <= minute(one.at) < LATEST + 6 * 60]
    seen = [a for a, b in pairwise(morning) if b - a <= _TWICE_WITHIN]
    seen += [one.at for one in signs if one.outer_door and MORNING <= minute(one.at) < LATEST + 6 * 60]
    up = min(seen, default=None)
    return Morning(
        up=minute(up) if up is not None else None,
        to_bed=evening[-1] + 1440 if evening else None,
    )
