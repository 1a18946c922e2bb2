"""The door for accelerometer samples: any rate from 18 to 200 Hz, any unit, jitter, bursts and gaps.

What comes out is one grid of 50 samples a second in g, in stretches without a gap. The grid does not depend
on how the samples were cut into packets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.errors import ShapeError, UnitError
from models.detection.falls.sample_clock import GAP_S, START, Tick, begin, follow
from models.detection.falls.units import PER_G, Unit, unit_of

Array = NDArray[np.float64]
RATE: Final = 50  #: samples a second on the grid: enough for falls, and what cheap sensors can do
STEP: Final = 1 / RATE
#: No body survives more; such a value is a broken reading.
MOST_G: Final = 40.0
#: A sensor of more than so many samples a second is averaged over each step of the grid, others interpolated.
_FAST: Final = 80.0
#: A clock that jumps back by more has been set; less is a packet out of order.
_JUMP_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Samples:
    """A packet: `t` in seconds of any steady clock, shape (n,); `xyz` accelerations with gravity, (n, 3)."""

    t: Array
    xyz: Array


@dataclass(frozen=True, slots=True)
class Stretch:
    """Grid samples in a row: the first is at `start` / 50 s; `xyz` in g, shape (n, 3)."""

    start: int
    xyz: Array


class Intake:
    """Turns packets into stretches. Keeps at most one second of samples."""

    def __init__(self, unit: Unit | None = None) -> None:
        """`unit` is what the sensor is said to speak; gravity has the last word, and the first without it."""
        self.unit = unit
        self.dropped = 0  #: samples that were no acceleration, or came too late
        self.unreadable = False  #: the unit cannot be told
        self._waiting: list[Samples] = []
        self._tick: Tick | None = None
        self._last: tuple[float, Array] | None = None  #: last sample on the sensor's clock, in g
        self._bin: tuple[int, int, Array] | None = None  #: the open grid step: place, count, sum
        self._next = 0  #: the next place on the grid

    def take(self, packet: Samples) -> list[Stretch]:
        """Return what the packet adds to the grid. Raises ShapeError."""
        if packet.t.ndim != 1 or packet.xyz.shape != (len(packet.t), 3):
            raise ShapeError(f"{packet.t.shape} times, {packet.xyz.shape} accelerations.")
        if not len(packet.t):
            return []
        done: list[Stretch] = []
        if self._latest() is not None and packet.t[0] < (self._latest() or 0.0) - _JUMP_S:
            done += self.flush()
        done += self._sort(packet)
        return done

    def flush(self) -> list[Stretch]:
        """Give out what is still kept back, as at the end of a recording; what comes next starts anew."""
        done = self._start() if self._waiting else []
        if self._bin is not None:
            done += self._spread(*self._close())
        self._tick = self._last = self._bin = None
        self._waiting = []
        return done

    def _latest(self) -> float | None:
        if self._waiting:
            return float(self._waiting[-1].t[-1])
        return self._tick.at if self._tick is not None else None

    def _sort(self, packet: Samples) -> list[Stretch]:
        """Drop what is no sample; learn the clock from the first ones, follow it with the others."""
        t, xyz = packet.t, packet.xyz
        fine: NDArray[np.bool_] = np.isfinite(t) & np.asarray(np.isfinite(xyz).all(axis=1))
        top = np.maximum.accumulate(np.where(fine, t, -np.inf))
        fine &= t >= top
        latest = self._latest()
        if latest is not None and not (self._tick is not None and self._tick.bursts):
            fine &= t > latest if self._tick is not None else t >= latest
        self.dropped += int(len(t) - fine.sum())
        if not fine.all():
            t, xyz = t[fine], xyz[fine]
        if not len(t):
            return []
        if self._tick is not None:
            return self._place(t, xyz)
        self._waiting.append(Samples(t, xyz))
        return self._start() if sum(len(one.t) for one in self._waiting) >= START else []

    def _start(self) -> list[Stretch]:
        t = np.concatenate([one.t for one in self._waiting])
        xyz = np.concatenate([one.xyz for one in self._waiting])
        self._waiting = []
        if len(t) < 2:
            self.dropped += len(t)
            return []
        try:
            self.unit = unit_of(xyz)
        except UnitError:
            if self.unit is None:
                self.unreadable = True
                self.dropped += len(t)
                return []
        self.unreadable = False
        head = t[:START]  # the same samples decide, however large the first packet is
        cut = np.flatnonzero(np.diff(head) > GAP_S)
        head = head[: cut[0] + 1] if len(cut) and cut[0] >= 8 else head
        self._tick = begin(head)
        return self._place(t, xyz)

    def _place(self, t: Array, xyz: Array) -> list[Stretch]:
        """Put samples on the grid."""
        tick = self._tick
        assert tick is not None  # noqa: S101
        times = follow(tick, t)
        g = xyz / PER_G[self.unit or "g"]
        fine = np.asarray((np.abs(g) <= MOST_G).all(axis=1))
        if not fine.all():
            self.dropped += int(len(fine) - fine.sum())
            times, g = times[fine], g[fine]
        if tick.period > 1 / _FAST:
            return self._spread(times, g)
        return self._spread(*self._average(times, g))

    def _average(self, times: Array, g: Array) -> tuple[Array, Array]:
        """Return the mean of the samples of each step of the grid; the last step stays open."""
        if not len(times):
            return times, g
        place = np.floor(times * RATE + 0.5).astype(np.int64)
        first = np.flatnonzero(np.diff(place, prepend=place[0] - 1))
        sums: Array = np.add.reduceat(g, first, axis=0)
        counts = np.diff(np.append(first, len(place)))
        places = place[first]
        if self._bin is not None:
            held, count, total = self._bin
            if places[0] == held:
                sums[0] += total
                counts[0] += count
            else:
                places = np.insert(places, 0, held)
                counts = np.insert(counts, 0, count)
                sums = np.insert(sums, 0, total, axis=0)
        self._bin = (int(places[-1]), int(counts[-1]), sums[-1].copy())
        closed: Array = np.asarray(places[:-1] * STEP, dtype=np.float64)
        return closed, np.asarray(sums[:-1] / counts[:-1, None], dtype=np.float64)

    def _close(self) -> tuple[Array, Array]:
        assert self._bin is not None  # noqa: S101
        place, count, total = self._bin
        return np.array([place * STEP]), np.asarray(total / count, dtype=np.float64)[None, :]

    def _spread(self, times: Array, g: Array) -> list[Stretch]:
        """Interpolate between samples that are close enough; a new stretch begins behind a gap."""
        if not len(times):
            return []
        if self._last is None:
            self._next = int(np.ceil(times[0] * RATE - 1e-6))
        else:
            times = np.concatenate([[self._last[0]], times])
            g = np.concatenate([self._last[1][None, :], g])
        self._last = (float(times[-1]), g[-1].copy())
        stretches = []
        edges = np.flatnonzero(np.diff(times) > GAP_S) + 1
        for lo, hi in zip([0, *edges.tolist()], [*edges.tolist(), len(times)], strict=True):
            start = max(self._next, int(np.ceil(times[lo] * RATE - 1e-6)))
            end = int(np.floor(times[hi - 1] * RATE + 1e-6)) + 1
            if end <= start:
                continue
            grid = np.arange(start, end) * STEP
            columns = [np.interp(grid, times[lo:hi], g[lo:hi, axis]) for axis in range(3)]
            stretches.append(Stretch(start, np.stack(columns, axis=1)))
            self._next = end
        return stretches
