"""Which moments are worth a closer look: the hardest knock within a second, if it is harder than a step.

Cheap on purpose: it runs over every sample of the day, the classifier over its few candidates only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Of 2148 recorded falls all but a few came above, at 20 samples a second too; at 1.8 g, one in 100 did not.
KNOCK_G: Final = 1.5
#: Knocks closer together are one event: a body that falls hits the floor with knee, hip and arm.
MERGE: Final = 50  #: grid samples: one second


@dataclass(slots=True)
class Trigger:
    """Finds candidates in the norm, sample by sample, across packets."""

    at: int = -1  #: place of the hardest knock so far that is not given out, -1 for none
    g: float = 0.0

    def feed(self, start: int, norm: NDArray[np.float64]) -> list[int]:
        """Return the places of the candidates that `norm`, beginning at `start`, makes certain."""
        found = []
        for offset in np.flatnonzero(norm > KNOCK_G).tolist():
            place, g = start + offset, float(norm[offset])
            if self.at >= 0 and place - self.at > MERGE:
                found.append(self.at)
                self.at = -1
            if self.at < 0 or g > self.g:
                self.at, self.g = place, g
        if self.at >= 0 and start + len(norm) - 1 - self.at >= MERGE:
            found += self.flush()
        return found

    def flush(self) -> list[int]:
        """Give out the candidate that is still open, as before a gap."""
        found = [self.at] if self.at >= 0 else []
        self.at = -1
        return found
