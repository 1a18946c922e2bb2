"""What a belt with an accelerometer says: batches of two seconds at 50 Hz, under `anju/wearable/<id>/motion`.

Pure and seeded. The wearer stands and sways until something happens: a fall (balance lost, a drop of 0.4 s,
the knock, then lying turned by a right angle, breathing), or the belt alone falls from the bedside table
(free fall at once, a short hard spike, then the stillness of a thing, in whatever way it came to lie).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import Literal

import msgspec

from simulators.home.bridge import Message

TOPIC = "anju/wearable"
BELT = "belt-1"
RATE = 50
_BATCH_S = 2
_FELT: dict[str, Literal["fall", "drop"]] = {"worn_fall": "fall", "worn_drop": "drop"}
ACTS = frozenset(_FELT)
Axes = tuple[float, float, float]
#: Of each axis: 220 µg/√Hz over 25 Hz, as the data sheet of a LIS2DH12 has it.
_NOISE_G = 0.0011
_UP: Axes = (0.0, 1.0, 0.05)
_LYING: Axes = (0.97, 0.1, 0.2)
_ON_THE_FLOOR: Axes = (0.05, 0.02, -0.998)


class Belt:
    """One wearable, from `start` (ms) on."""

    def __init__(self, start: int, seed: int) -> None:
        self._chance = Random(f"belt/{seed}")  # noqa: S311 - a simulation
        self._next = start + _BATCH_S * 1000
        self._what: Literal["", "fall", "drop"] = ""
        self._since = 0

    def next_due(self) -> int:
        """When the next batch is said (ms)."""
        return self._next

    def take(self, what: str, at: int) -> None:
        """Something happens to the belt, alone or with who wears it."""
        self._what, self._since = _FELT[what], at

    def batches(self, until: int) -> Iterator[tuple[int, Message]]:
        """Yield what is said up to `until`, each with its instant: that of its last sample."""
        while self._next <= until:
            begin = self._next - _BATCH_S * 1000
            samples = [self._sample(begin + n * 1000 // RATE) for n in range(RATE * _BATCH_S)]
            told = {"rate": RATE, "unit": "g", "start": begin, "samples": samples}
            yield self._next, Message(f"{TOPIC}/{BELT}/motion", msgspec.json.encode(told))
            self._next += _BATCH_S * 1000

    def _sample(self, at: int) -> Axes:
        second = (at - self._since) / 1000
        if not self._what or second < 0:
            return self._around(_UP, 0.02, at)
        return self._falling(second, at) if self._what == "fall" else self._dropping(second, at)

    def _falling(self, second: float, at: int) -> Axes:
        if second < 0.3:
            return _between(_UP, (0.5, 0.7, 0.3), second / 0.3)
        if second < 0.7:
            return _between((0.5, 0.7, 0.3), (0.25, 0.15, 0.1), min(1.0, (second - 0.3) / 0.25))
        after = second - 0.7
        wave = 4.0 * math.exp(-after / 0.07) * math.cos(2 * math.pi * 4 * after) if after < 0.6 else 0.0
        rest = 1 - math.exp(-after / 0.05)
        x, y, z = (wave * knock + rest * lying for knock, lying in zip((0.8, 0.2, 0.55), _LYING, strict=True))
        dx, dy, dz = self._around((0.0, 0.0, 0.0), 0.006, at)
        return (x + dx, y + dy, z + dz)

    def _dropping(self, second: float, at: int) -> Axes:
        if second < 0.35:
            return self._around((0.0, 0.0, 0.0), 0.02, at)
        after = second - 0.35
        spike = 6.0 * math.exp(-after / 0.015) if after < 0.2 else 0.0
        x, y, z = (one + self._chance.gauss(0, _NOISE_G) for one in _ON_THE_FLOOR)
        return (round(x + spike * 0.3, 4), round(y + spike * 0.2, 4), round(z - spike, 4))

    def _around(self, middle: Axes, sway: float, at: int) -> Axes:
        slow = math.sin(at / 1700)
        x, y, z = (one + sway * (slow + self._chance.gauss(0, 0.5)) for one in middle)
        return (round(x, 4), round(y, 4), round(z, 4))


def _between(one: Axes, two: Axes, part: float) -> Axes:
    eased = part * part * (3 - 2 * part)
    x, y, z = (a + (b - a) * eased for a, b in zip(one, two, strict=True))
    return (x, y, z)
