"""One recorded trial: what a person did for some seconds, with an accelerometer on.

Every set of recordings is brought into this shape; nothing after it knows which set it came from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.position import Position

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`t` in seconds, shape (n,), as recorded; `xyz` with gravity in any one unit, shape (n, 3)."""

    subject: str
    name: str  #: unique in its set
    activity: str
    is_fall: bool
    position: Position
    t: Array
    xyz: Array
    onset_s: float | None = None  #: on the scale of `t`
    end_s: float | None = None

    @property
    def hours(self) -> float:
        """How long was recorded."""
        return float(self.t[-1] - self.t[0]) / 3600 if len(self.t) > 1 else 0.0
