"""The five seconds around a knock: two before it, three after.

Where the signal begins or ends in between (a gap, the end of a recording) the window is filled with its own
mirror image: repeating the last value would make up a stillness that nobody saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.position import Position

BEFORE: Final = 100  #: grid samples before the knock
AFTER: Final = 150  #: grid samples from the knock on
LENGTH: Final = BEFORE + AFTER
#: How far the sensors reach that were learnt from, in g per axis. Better ones are cut to it: a knock that the
#: classifier could not have met would be a knock of which it knows nothing.
REACH: Final[Mapping[Position, float]] = {"waist": 16.0, "wrist": 4.0}


def cut(xyz: NDArray[np.float64], place: int, reach: float = np.inf) -> NDArray[np.float64]:
    """Return the window, shape (250, 3), around `place` of one stretch, shape (n, 3), n at least 1.

    No axis goes beyond `reach` g.
    """
    window = _around(xyz, place)
    return window if reach == np.inf else np.minimum(np.maximum(window, -reach), reach)


def _around(xyz: NDArray[np.float64], place: int) -> NDArray[np.float64]:
    first, last = place - BEFORE, place + AFTER
    if first >= 0 and last <= len(xyz):
        return xyz[first:last]
    wanted = np.abs(np.arange(first, last))
    turn = 2 * (len(xyz) - 1)
    if turn == 0:
        return np.repeat(xyz, LENGTH, axis=0)
    wanted %= turn
    return xyz[np.where(wanted >= len(xyz), turn - wanted, wanted)]
