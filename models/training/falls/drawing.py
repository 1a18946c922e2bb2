"""Pictures of an evaluation: sensitivity against false alarms, for each place on the body."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.training.falls.protocol import Judged

_LABELS = {"anju": "this classifier", "logistic": "logistic regression", "norm": "threshold on the norm"}


def draw(judged: Mapping[str, Judged], folder: Path) -> list[Path]:
    """Write `falls-<place>.png` into `folder` and return the paths. Needs no screen."""
    matplotlib.use("agg")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for position, one in judged.items():
        figure = Figure(figsize=(6, 4.2), layout="constrained")
        axes = figure.subplots()
        seen = one.judged
        is_fall = one.moments.is_fall[seen]
        if is_fall.all() or not is_fall.any():
            continue
        for name, score in {"anju": one.score, **one.plain_score}.items():
            false, found = curve(score[seen], is_fall)
            axes.step(100 * false, 100 * found, where="post", label=_LABELS[name])
        for level, alarm in one.alarm["anju"].items():
            share = 100 * alarm[seen][~is_fall].mean(), 100 * alarm[seen][is_fall].mean()
            axes.plot(*share, "k.")
            axes.annotate(f"{100 * float(level):g} %", share, textcoords="offset points", xytext=(6, -10))
        axes.set(
            title=f"Falls, {position}: people not seen in learning",
            xlabel="everyday trials with a false alarm, %",
            ylabel="falls found, %",
            xlim=(0, 10),
            ylim=(0, 100.5),
        )
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right")
        path = folder / f"falls-{position}.png"
        figure.savefig(path, dpi=110)
        written.append(path)
    return written


def curve(
    score: NDArray[np.float64], is_fall: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of false alarms and of found falls as the limit sinks."""
    order = np.argsort(-score, kind="stable")
    falls = is_fall[order]
    found = np.concatenate([[0.0], np.cumsum(falls) / falls.sum()])
    false = np.concatenate([[0.0], np.cumsum(~falls) / (~falls).sum()])
    return false, found
