"""What a wearable sends many times a minute: a packet of accelerations, as its source read it.

Plain numbers: who judges them brings numpy along, and an agent without a wearable never loads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

AccelerationUnit = Literal["g", "m/s2", "mg"]


class MotionBatch(NamedTuple):
    """Accelerations with gravity, evenly spaced, the oldest first. Never leaves the home."""

    device: str
    rate: float  #: samples a second, above zero
    samples: Sequence[tuple[float, float, float]]  #: x, y and z; at least one
    start: int | None = None  #: of the first, in ms of the wearable's own clock, wherever that begins
    unit: AccelerationUnit | None = None  #: as the wearable says; gravity has the last word
