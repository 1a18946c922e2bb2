"""In what unit accelerations are: told by gravity, which every sensor feels, whatever its data sheet says.

A wrong unit is the one mistake of an installer that would make every step a fall, or no fall a fall.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.errors import UnitError

Unit = Literal["g", "m/s2", "mg"]
#: How much of each unit is one g.
PER_G: Final[dict[Unit, float]] = {"g": 1.0, "m/s2": 9.80665, "mg": 1000.0}
#: People rest or walk most of the time: the median of the norm lies within this factor of one g.
_NEAR: Final = 1.9


def unit_of(xyz: NDArray[np.float64]) -> Unit:
    """Return the unit of accelerations, shape (n, 3), gravity included.

    Raises UnitError where the median norm fits no unit, as for a sensor that has removed gravity.
    """
    if len(xyz) == 0:
        raise UnitError("There are no samples.")
    median = float(np.median(np.sqrt((xyz * xyz).sum(axis=1))))
    for unit, one in PER_G.items():
        if one / _NEAR < median < one * _NEAR:
            return unit
    raise UnitError(f"The median of the norm is {median:.3g}; gravity would be 1 g, 9.8 m/s2 or 1000 mg.")
