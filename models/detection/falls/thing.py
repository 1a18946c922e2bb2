"""Whether what lies there after a knock is a thing alone: stiller than any body, while somebody moves.

At the waist only, where breathing is felt. In the recordings of SisFall none of 8,889 seconds, from the third
after the knock of a fall on, has a spread under 4.2 mg, part of it the sensor's own noise; and over six
seconds the means of the seconds lie at least 0.7 mg apart (1.2 mg in 99 of 100 falls). An arm on the floor
hardly breathes: at the wrist (WEDA-FALL, 1,513 seconds) the least spread is 3.0 mg, and nothing is concluded.
No recording goes on for more than a dozen seconds after the knock, and all were acted by the healthy:
stillness alone is therefore never enough. A sensor with more noise than this makes no thing of anybody; nor
does one without any, for it is too coarse to feel a breath (WEDA's steps are 10 mg), or broken.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from models.detection.falls.position import Position
from models.detection.falls.seconds import Seconds

WATCHED_S: Final = 25  #: in a row
SPREAD_G: Final = 0.003  #: in every second less than this
_NOISE_G: Final = 0.0003  #: and more than this; the quietest of the usual sensors has three times as much
_SWAY_G: Final = 0.0015  #: and all their means as close together as this
#: Whoever lies there may still be seen by a room's sensor for so long.
SETTLES_S: Final = 10
#: Movements of others or of the resident, each so long after the one before: a single one may be a curtain.
MOVEMENTS: Final = 3
APART_S: Final = 5


def lies_as_a_thing(seconds: Seconds, position: Position, now: int) -> bool:
    """Return whether the last `WATCHED_S` seconds before `now` were all seen, and were no body's."""
    if position != "waist":
        return False
    rows = seconds.between(now - WATCHED_S - 3, now)[-WATCHED_S:]  # packets come some seconds late
    spreads = Seconds.spread(rows)
    if len(rows) < WATCHED_S or spreads.max() >= SPREAD_G or spreads.min() <= _NOISE_G:
        return False
    away = Seconds.means(rows) - Seconds.down(rows)
    return float(np.sqrt((away * away).sum() / len(rows))) < _SWAY_G


class Movements:
    """Who moved in the home since a knock, as its other sensors told. Forgotten at a restart."""

    def __init__(self) -> None:
        self._latest = -1
        self.count = 0

    def begin(self) -> None:
        """Another knock: what was before it proves nothing."""
        self._latest, self.count = -1, 0

    def add(self, knock: int, now: int) -> None:
        """Take in that somebody moved at `now`."""
        if now >= knock + SETTLES_S and (self._latest < 0 or now >= self._latest + APART_S):
            self._latest, self.count = now, self.count + 1

    @property
    def enough(self) -> bool:
        """Whether it cannot have been by chance."""
        return self.count >= MOVEMENTS
