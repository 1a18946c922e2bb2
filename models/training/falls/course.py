"""One whole course of learning, from moments to a classifier with its limits, as it is done for shipping.

The protocol runs this very course inside every fold, so its figures are those of what is shipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.classifier import Classifier
from models.detection.falls.position import Position
from models.training.falls.fitting import (
    INNER,
    MOST_OF_A_TRIAL,
    Lessons,
    Parts,
    fit_parts,
    join,
    limits,
    plain,
    unseen,
)
from models.training.falls.moments import BESIDE, EVERYDAY, FALL, Moments
from models.training.falls.trials import Trial

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A classifier, the library's parts behind it, and the limits of the simpler methods beside it."""

    classifier: Classifier
    parts: Parts
    norm_limits: Mapping[str, float]
    twin_limits: Mapping[str, float]


def lessons(views: Sequence[Moments], of: NDArray[np.bool_], seed: int) -> Lessons:
    """Return what the trials marked by `of` teach: each view shows the same trials, some worsened."""
    rng = np.random.default_rng(seed)
    tables, falls, subjects = [], [], []
    for view in views:
        keep = of[view.trial] & (view.role != BESIDE)
        kept = np.flatnonzero(keep & (view.role == FALL)).tolist()
        everyday = np.flatnonzero(keep & (view.role == EVERYDAY))
        for group in np.split(everyday, np.flatnonzero(np.diff(view.trial[everyday])) + 1):
            many = len(group) > MOST_OF_A_TRIAL
            kept += (rng.choice(group, MOST_OF_A_TRIAL, replace=False) if many else group).tolist()
        tables.append(view.table[kept])
        falls.append(view.role[kept] == FALL)
        subjects.append(view.subject[view.trial[kept]])
    return Lessons(
        table=np.concatenate(tables), is_fall=np.concatenate(falls), subject=np.concatenate(subjects)
    )


def learn(
    views: Sequence[Moments],
    of: NDArray[np.bool_],
    position: Position,
    *,
    seed: int = 0,
    inner: int = INNER,
    trees: int = 100,
    about: Mapping[str, Any] | None = None,
) -> Learnt:
    """Learn from the trials marked by `of`; the first view sets the limits. Nothing else is looked at."""
    own = views[0]
    taught = lessons(views, of, seed)
    mine = of[own.trial]
    said = unseen(taught, own.table[mine], own.subject[own.trial[mine]], position, seed, inner)
    is_fall, sure = own.role[mine] == FALL, own.role[mine] != BESIDE
    joined = join(said, is_fall, sure)
    slope, offset = joined["likelihood"]
    likelihood = 1 / (1 + np.exp(-(slope * said.joint(joined["units"]) + offset)))
    everyday = of & ~own.is_fall

    def quiet(score: Array, lowest: float) -> dict[str, float]:
        full = np.full(len(own.trial), lowest)
        full[mine] = score
        return limits(own.worst(full, lowest=lowest)[everyday])

    parts = fit_parts(taught, trees=trees, seed=seed)
    return Learnt(
        classifier=plain(parts, position, **joined, limits=quiet(likelihood, 0.0), about=about),
        parts=parts,
        norm_limits=quiet(own.knock_g[mine], 0.0),
        twin_limits=quiet(1 / (1 + np.exp(-said.twin)), 0.0),
    )


def marked(trials: Sequence[Trial], subjects: Sequence[str] | NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return which trials are of one of `subjects`."""
    known = set(subjects)
    return np.array([trial.subject in known for trial in trials], dtype=bool)
