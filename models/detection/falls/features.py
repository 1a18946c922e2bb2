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
_FALLING: Final = slice(_at(-0.5), _at(-0.06))
_BURST: Final = slice(_at(-0.5), _at(1.0))
_ABOUT: Final = slice(_at(-0.5), _at(0.5))
#: Begin and end of each phase, of all before and all after the knock, for one call of `reduceat`.
_EXTREMES: Final = np.array(
    [
        *(bound for pair in zip(_STARTS.tolist(), _ENDS.tolist(), strict=True) for bound in pair),
        *(0, _at(-0.4), _at(0.4), LENGTH),
    ]
)
_STEPS: Final = np.array([_at(-0.3), _at(0.3), _at(-1.0), _at(-0.3)])

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
    """Return the features, shape (n, 89), of windows in g, shape (n, 250, 3). The order is `FEATURES`."""
    count = len(windows)
    # One window costs what its calls of numpy cost, so there are few of them, each over many numbers.
    rows = np.empty((count, 12, LENGTH + 1))  # one place more: `reduceat` wants every end to exist
    rows[:, :, LENGTH] = 0.0
    axes = rows[:, 0:3, :LENGTH]
    axes[...] = windows.transpose(0, 2, 1)
    norm, square, step = rows[:, 3, :LENGTH], rows[:, 4, :LENGTH], rows[:, 5, :LENGTH]
    (axes * axes).sum(axis=1, out=square)
    np.sqrt(square, out=norm)
    change = axes[:, :, 1:] - axes[:, :, :-1]
    np.sqrt((change * change).sum(axis=1), out=step[:, :-1])
    step[:, -1] = 0.0
    off = norm - 1.0
    np.maximum(off, 0.0, out=rows[:, 6, :LENGTH])
    np.subtract(rows[:, 6, :LENGTH], off, out=rows[:, 7, :LENGTH])
    rows[:, 8, :LENGTH], rows[:, 9, :LENGTH] = norm < 0.6, norm < 0.8
    rows[:, 10, :LENGTH], rows[:, 11, :LENGTH] = norm > 1.5, np.abs(off) < 0.1
    means = rows[:, :, :LENGTH] @ _WEIGHTS  # (n, 12, phases and spans)

    phases = len(_NAMES)
    directions = means[:, 0:3, :].transpose(0, 2, 1)
    lengths = np.sqrt((directions * directions).sum(axis=2)) + _TINY
    mean_square = means[:, 4, :phases]
    sd = np.sqrt(np.maximum(mean_square - means[:, 3, :phases] ** 2, 0.0))
    spread = np.sqrt(np.maximum(mean_square - lengths[:, :phases] ** 2, 0.0))
    unit = directions / lengths[:, :, None]
    cosine = (unit[:, _LEFT] * unit[:, _RIGHT]).sum(axis=2)
    turns = np.degrees(np.arccos(np.minimum(np.maximum(cosine, -1.0), 1.0)))

    summed = norm.cumsum(axis=1)
    most, least = [], []
    for width in _SMOOTH:
        run = (summed[:, width:] - summed[:, :-width]) / width  # run[j] covers j + 1 .. j + width
        most.append(run[:, BEFORE - width - 10 : BEFORE + 15].max(axis=1))
        least.append(run[:, BEFORE - RATE - 1 : BEFORE - width].min(axis=1))

    lowest = np.minimum.reduceat(rows[:, 3], _EXTREMES, axis=1)[:, ::2]
    highest = np.maximum.reduceat(rows[:, 3], _EXTREMES, axis=1)[:, ::2]
    steps = np.maximum.reduceat(rows[:, 5], _STEPS, axis=1)[:, ::2]
    # Along the direction of gravity before the fall, and along that of the rest after it.
    parts = unit[:, (0, phases - 1)] @ axes
    along = parts[:, 0]
    across = np.sqrt(np.maximum(square - along * along, 0.0))
    hits = parts[:, :, _HIT].max(axis=2)
    sink = (along[:, _at(-1.0) : _at(0.3)] - 1.0).cumsum(axis=1)
    about = axes[:, :, _ABOUT] - axes[:, :, _ABOUT].mean(axis=2, keepdims=True)
    shape = np.linalg.eigvalsh(about @ about.transpose(0, 2, 1))
    whole = shape.sum(axis=1) + _TINY
    burst = norm[:, _BURST]
    over = burst > 1.0

    def span(row: int, name: str) -> Array:
        return np.asarray(means[:, row, _PLACE[name]])

    falling = directions[:, _PLACE["falling"]]
    columns = [
        means[:, 3, :phases],
        sd,
        spread,
        means[:, 5, :phases],
        lowest[:, :phases],
        highest[:, :phases],
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
        (burst > 2.0).sum(axis=1) / RATE,
        steps,
        highest[:, phases:],
        span(5, "prelude"),
        span(5, "sequel"),
        span(11, "prelude"),
        span(11, "sequel"),
        turns,
        sink.min(axis=1) / RATE,
        sink.max(axis=1) / RATE,
        along[:, _DROP].min(axis=1),
        hits[:, 0],
        across[:, _HIT].max(axis=1),
        across[:, _FALLING].mean(axis=1),
        (falling * unit[:, 0]).sum(axis=1),
        hits[:, 1],
        (directions[:, 0] * unit[:, phases - 1]).sum(axis=1),
        (falling * unit[:, phases - 1]).sum(axis=1),
        shape[:, 2] / whole,
        shape[:, 0] / whole,
        (over[:, 1:] != over[:, :-1]).sum(axis=1),
        span(5, "shake") / (span(6, "shake") + span(7, "shake") + _TINY),
    ]
    if count == 1:
        return np.concatenate([column.ravel() for column in columns])[None, :]
    return np.concatenate([column if column.ndim == 2 else column[:, None] for column in columns], axis=1)
