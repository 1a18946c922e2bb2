"""What the five seconds of a fall look like in numbers: the phases of a fall, each with a few.

Nothing depends on how the sensor is turned on the body: norms, angles between directions, and parts along
the body's own direction of gravity. Works on many windows at once for training and on one for judging; the
sums of all phases are one matrix product, so that one window costs little on a small computer.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.intake import RATE
from models.detection.falls.window import BEFORE, LENGTH

Array = NDArray[np.float64]

#: The phases one after another, with the second, counted from the knock, at which each begins.
PHASES: Final = (
    ("early", -2.0),
    ("before", -1.0),
    ("falling", -0.5),
    ("impact", -0.06),
    ("settling", 0.3),
    ("after", 1.0),
    ("rest", 2.0),
)
#: Wider spans, in seconds, over which sums are taken too.
_SPANS: Final = {
    "prelude": (-2.0, -0.6),
    "drop": (-1.0, 0.0),
    "half": (-0.5, 0.0),
    "blow": (-0.2, 0.5),
    "burst": (-0.5, 1.0),
    "shake": (-0.3, 0.6),
    "sequel": (1.0, 3.0),
}
#: Which directions of gravity are compared.
_TURNS: Final = (
    ("early", "before"),
    ("early", "impact"),
    ("early", "after"),
    ("early", "rest"),
    ("before", "settling"),
    ("before", "rest"),
    ("falling", "impact"),
    ("impact", "after"),
    ("settling", "rest"),
    ("after", "rest"),
)
_SMOOTH: Final = (5, 10, 25)  #: grid samples: 0.1, 0.2 and 0.5 s
_TINY: Final = 1e-9


def _at(seconds: float) -> int:
    return BEFORE + round(seconds * RATE)


_STARTS: Final = np.array([_at(begin) for _, begin in PHASES])
_ENDS: Final = np.append(_STARTS[1:], LENGTH)
_NAMES: Final = tuple(name for name, _ in PHASES)
_PLACE: Final = {name: place for place, name in enumerate((*_NAMES, *_SPANS))}
_LEFT: Final = np.array([_PLACE[a] for a, _ in _TURNS])
_RIGHT: Final = np.array([_PLACE[b] for _, b in _TURNS])


def _weights() -> Array:
    """Columns that turn a sum over the window into the mean over each phase and span."""
    bounds = [*zip(_STARTS.tolist(), _ENDS.tolist(), strict=True)]
    bounds += [(_at(lo), _at(hi)) for lo, hi in _SPANS.values()]
    table = np.zeros((LENGTH, len(bounds)))
    for column, (lo, hi) in enumerate(bounds):
        table[lo:hi, column] = 1 / (hi - lo)
    return table


_WEIGHTS: Final = _weights()
_DROP: Final = slice(_at(-1.0), _at(0.0))
_HIT: Final = slice(_at(-0.1), _at(0.2))

FEATURES: Final[tuple[str, ...]] = (
    *(f"{name}_mean_g" for name in _NAMES),
    *(f"{name}_sd_g" for name in _NAMES),
    *(f"{name}_spread_g" for name in _NAMES),
    *(f"{name}_step_g" for name in _NAMES),
    *(f"{name}_least_g" for name in _NAMES),
    *(f"{name}_most_g" for name in _NAMES),
    "impact_g",
    *(f"most_over_{width}" for width in _SMOOTH),
    *(f"least_over_{width}" for width in _SMOOTH),
    "blow_gs",
    "drop_gs",
    "half_drop_gs",
    "below_06_s",
    "below_08_s",
    "lowest_before_s",
    "above_15_s",
    "above_2_s",
    "hardest_step_g",
    "earlier_step_g",
    "other_before_g",
    "other_after_g",
    "active_before_g",
    "active_after_g",
    "calm_before",
    "calm_after",
    *(f"turn_{a}_{b}_deg" for a, b in _TURNS),
    "sink_least",
    "sink_most",
    "along_least_g",
    "along_hit_g",
    "across_hit_g",
    "across_falling_g",
    "along_falling_g",
    "rest_along_hit_g",
    "rest_along_early_g",
    "rest_along_falling_g",
    "one_way",
    "no_way",
    "crossings",
    "roughness",
)


def features(windows: Array) -> Array:
    """Return the features, shape (n, 88), of windows in g, shape (n, 250, 3). The order is `FEATURES`."""
    count = len(windows)
    axes = windows.transpose(0, 2, 1)
    square = np.einsum("nit,nit->nt", axes, axes)
    norm = np.sqrt(square)
    change = np.diff(axes, axis=2, append=axes[:, :, -1:])
    step = np.sqrt(np.einsum("nit,nit->nt", change, change))
    off = norm - 1.0
    away = np.abs(off)

    rows = np.empty((count, 12, LENGTH))
    rows[:, 0:3] = axes
    rows[:, 3], rows[:, 4], rows[:, 5] = norm, square, step
    rows[:, 6] = np.maximum(off, 0.0)
    rows[:, 7] = np.maximum(-off, 0.0)
    rows[:, 8], rows[:, 9] = norm < 0.6, norm < 0.8
    rows[:, 10], rows[:, 11] = norm > 1.5, away < 0.1
    means = rows @ _WEIGHTS  # (n, 12, phases and spans)

    phases = len(_NAMES)
    directions = means[:, 0:3, :].transpose(0, 2, 1)
    lengths = np.sqrt((directions * directions).sum(axis=2)) + _TINY
    mean_square = means[:, 4, :phases]
    sd = np.sqrt(np.maximum(mean_square - means[:, 3, :phases] ** 2, 0.0))
    spread = np.sqrt(np.maximum(mean_square - lengths[:, :phases] ** 2, 0.0))
    unit = directions / lengths[:, :, None]
    cosine = (unit[:, _LEFT] * unit[:, _RIGHT]).sum(axis=2)
    turns = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))

    summed = norm.cumsum(axis=1)
    most, least = [], []
    for width in _SMOOTH:
        run = (summed[:, width:] - summed[:, :-width]) / width  # run[j] covers j + 1 .. j + width
        most.append(run[:, BEFORE - width - 10 : BEFORE + 15].max(axis=1))
        least.append(run[:, BEFORE - RATE - 1 : BEFORE - width].min(axis=1))

    def span(row: int, name: str) -> Array:
        return np.asarray(means[:, row, _PLACE[name]])

    along = np.einsum("nit,ni->nt", axes, unit[:, 0])
    across = np.sqrt(np.maximum(square - along * along, 0.0))
    rest = np.einsum("nit,ni->nt", axes, unit[:, phases - 1])
    sink = (along[:, _at(-1.0) : _at(0.3)] - 1.0).cumsum(axis=1) / RATE
    burst = slice(_at(-0.5), _at(0.5))
    about = axes[:, :, burst] - axes[:, :, burst].mean(axis=2, keepdims=True)
    shape = np.linalg.eigvalsh(about @ about.transpose(0, 2, 1))
    over = norm[:, _at(-0.5) : _at(1.0)] > 1.0
    falling = slice(_at(-0.5), _at(-0.06))
    columns = [
        means[:, 3, :phases],
        sd,
        spread,
        means[:, 5, :phases],
        np.minimum.reduceat(norm, _STARTS, axis=1),
        np.maximum.reduceat(norm, _STARTS, axis=1),
        norm[:, BEFORE],
        *most,
        *least,
        span(6, "blow") * 0.7,
        span(7, "drop"),
        span(7, "half") * 0.5,
        span(8, "drop"),
        span(9, "drop"),
        (RATE - norm[:, _DROP].argmin(axis=1)) / RATE,
        span(10, "blow") * 0.7,
        (norm[:, _at(-0.5) : _at(1.0)] > 2.0).sum(axis=1) / RATE,
        step[:, _at(-0.3) : _at(0.3)].max(axis=1),
        step[:, _at(-1.0) : _at(-0.3)].max(axis=1),
        norm[:, : _at(-0.4)].max(axis=1),
        norm[:, _at(0.4) :].max(axis=1),
        span(5, "prelude"),
        span(5, "sequel"),
        span(11, "prelude"),
        span(11, "sequel"),
        turns,
        sink.min(axis=1),
        sink.max(axis=1),
        along[:, _DROP].min(axis=1),
        along[:, _HIT].max(axis=1),
        across[:, _HIT].max(axis=1),
        across[:, falling].mean(axis=1),
        along[:, falling].mean(axis=1),
        rest[:, _HIT].max(axis=1),
        rest[:, : _at(-1.0)].mean(axis=1),
        rest[:, falling].mean(axis=1),
        shape[:, 2] / (shape.sum(axis=1) + _TINY),
        shape[:, 0] / (shape.sum(axis=1) + _TINY),
        (over[:, 1:] != over[:, :-1]).sum(axis=1),
        span(5, "shake") / ((span(6, "shake") + span(7, "shake")) + _TINY),
    ]
    table = np.empty((count, len(FEATURES)))
    place = 0
    for column in columns:
        width = column.shape[1] if column.ndim == 2 else 1
        table[:, place : place + width] = column if column.ndim == 2 else column[:, None]
        place += width
    return table
