"""When samples were taken, where only their arrival is known.

Bluetooth and watches hand over samples in bursts: five within 8 ms, then nothing for 90. The sensor itself
ticks evenly, so taking arrivals for sampling times tears the curve apart: in recordings of a watch the step
between two samples did not depend at all on the time between their arrivals. Times that are merely a little
uneven are believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: A gap of more is no signal: nothing is made up across it.
GAP_S: Final = 0.3
#: So many samples decide about the way and the rate; they are kept back once, at the start.
START: Final = 48
#: Mean deviation of the intervals from their mean, as a share: bursts of five come to 1.4, jitter of a third
#: to 0.17, one lost sample in ten to 0.2.
BURSTS: Final = 0.6
#: Gains of the loop that follows the sensor's tick: phase and period, per sample.
_PHASE, _PERIOD = 0.02, 0.0001


@dataclass(slots=True)
class Tick:
    """What the clock knows of the last sample: its time and period, in seconds, and whether it smooths."""

    at: float
    period: float
    bursts: bool


def begin(arrivals: NDArray[np.float64]) -> Tick:
    """Return the tick from the first arrivals (at least two, ascending), as it was at the first of them."""
    steps = np.diff(arrivals)
    period = float(steps.mean())
    uneven = float(np.abs(steps - period).mean()) / period if period > 0 else 0.0
    if uneven < BURSTS:
        return Tick(float(arrivals[0]) - period, period, bursts=False)
    # A straight line through the arrivals: the mean interval alone is off by a whole burst.
    place = np.arange(len(arrivals), dtype=np.float64)
    off = place - place.mean()
    slope = float((off * arrivals).sum() / (off * off).sum())
    first = float(arrivals.mean()) - slope * float(place.mean())
    return Tick(first - slope, slope, bursts=True)


def follow(tick: Tick, arrivals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return when the samples were taken, ascending; `tick` moves on with them."""
    if not tick.bursts:
        if len(arrivals):
            tick.at = float(arrivals[-1])
        return arrivals
    times = np.empty(len(arrivals))
    at, period = tick.at, tick.period
    for place, arrival in enumerate(arrivals.tolist()):
        guess = at + period
        wrong = arrival - guess
        if abs(wrong) > GAP_S:  # samples are missing, or the sensor started again
            at = max(arrival, at + 1e-6)
        else:
            at = max(guess + _PHASE * wrong, at + 1e-6)
            period += _PERIOD * wrong
        times[place] = at
    tick.at, tick.period = at, period
    return times
