"""The comparison as a picture: the day's course, the gaps, the stays, and the distances.

Needs matplotlib, which comes with the training extra; it is loaded here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulators.errors import SimulatorError
from simulators.likeness.comparison import Comparison
from simulators.likeness.figures import Portrait

_REAL = ("#1b4965", "#2f7f9f", "#62b6cb", "#8fb8c9")
_MADE = ("#d1495b", "#e58f3c", "#a23b72", "#edae49")


class NoPictureError(SimulatorError):
    """For a picture matplotlib is needed: pip install 'anju[training]'."""


def draw(comparison: Comparison, path: Path) -> None:
    """Write the picture to `path` (PNG by its name). Raises NoPictureError."""
    try:
        import matplotlib
    except ImportError as error:
        raise NoPictureError from error
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, ((hours, gaps), (stays, distances)) = plt.subplots(2, 2, figsize=(13, 9), layout="constrained")
    homes = _coloured(comparison)
    for one, colour, width in homes:
        hours.plot(range(24), one.by_hour, color=colour, linewidth=width, label=one.name)
        _share_longer(gaps, one.gaps, colour, width)
        _share_longer(stays, one.stays, colour, width)
    hours.set(title="The day's course", xlabel="hour, local", ylabel="minutes with movement in the hour")
    hours.legend(fontsize=8)
    gaps.set(title="Gaps between minutes with movement", xlabel="longer than … min", ylabel="share")
    stays.set(title="Stays in one kind of room", xlabel="longer than … min", ylabel="share")
    for axes in (gaps, stays):
        axes.set(xscale="log", yscale="log", ylim=(1e-3, 1.1))
    _bars(distances, comparison)
    figure.suptitle("Recorded homes (blue) and simulated ones (red)")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _coloured(comparison: Comparison) -> list[tuple[Portrait, str, float]]:
    real = [(one, _REAL[place % 4], 2.4) for place, one in enumerate(comparison.recorded)]
    return real + [(one, _MADE[place % 4], 1.4) for place, one in enumerate(comparison.simulated)]


def _share_longer(axes: Any, values: tuple[float, ...], colour: str, width: float) -> None:
    ordered = sorted(max(value, 0.5) for value in values)
    shares = [1 - place / len(ordered) for place in range(len(ordered))]
    axes.plot(ordered, shares, color=colour, linewidth=width, drawstyle="steps-post")


def _bars(axes: Any, comparison: Comparison) -> None:
    rows = [
        *((one, "#1b4965") for one in comparison.halves),
        *((one, "#62b6cb") for one in comparison.recorded_to_recorded),
        *((one, "#d1495b") for one in comparison.simulated_to_recorded),
    ]
    rows.reverse()
    axes.barh(range(len(rows)), [one.together for one, _ in rows], color=[colour for _, colour in rows])
    axes.set_yticks(range(len(rows)), [f"{one.one} – {one.two}" for one, _ in rows], fontsize=7)
    axes.set(title="How far apart, 0 to 1 (mean of five distances)", xlabel="nearer ← → further")
