"""The evaluation of falls: the nested protocol on known sets, or what is shipped on recordings as given."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.detection.falls.classifier import Classifier
from models.detection.falls.features import features
from models.detection.falls.position import POSITIONS, Position
from models.detection.falls.window import BEFORE, cut
from models.training.errors import DataError
from models.training.falls.moments import Moments, cheaper, moments, thinned
from models.training.falls.protocol import Judged, Progress, held_out, nested
from models.training.falls.report import figures, held_out_figures, short
from models.training.falls.sets import present, read_set
from models.training.falls.trials import Trial

SEED: Final = 20
#: Outer folds (0: everyone alone), folds of the held-out activities, inner folds, trees.
_FULL: Final[Mapping[Position, tuple[int, int, int, int]]] = {
    "waist": (10, 2, 5, 100),
    "wrist": (0, 4, 5, 100),
}
_QUICK: Final = (3, 2, 3, 30)
_QUICK_PEOPLE: Final[Mapping[Position, int]] = {"waist": 9, "wrist": 15}
_QUICK_ACTIVITIES: Final = 2


def read_positions(folder: Path) -> dict[Position, list[Trial]]:
    """Return the trials of all known sets in `folder`, by the place on the body. Raises DataError."""
    names = present(folder)
    if not names:
        raise DataError(f"{folder} holds none of the known sets.")
    found: dict[Position, list[Trial]] = {}
    for name in names:
        for trial in read_set(folder, name):
            found.setdefault(trial.position, []).append(trial)
    return found


def views_of(trials: Sequence[Trial]) -> list[Moments]:
    """Return what is learnt from: the trials as recorded, and as a cheaper sensor would have seen them."""
    return [moments(trials), moments(trials, cheaper(np.random.default_rng(SEED)))]


def evaluate_sets(
    folder: Path, shipped: Mapping[Position, Classifier], *, quick: bool, progress: Progress
) -> tuple[dict[str, Any], dict[str, Judged]]:
    """Run the nested protocol on the known sets. Returns the figures, and what was judged for drawing."""
    said: dict[str, Any] = {"protocol": "nested", "quick": quick}
    drawn: dict[str, Judged] = {}
    own: dict[Position, Moments] = {}
    for position, trials in read_positions(folder).items():
        folds, out_folds, inner, trees = _QUICK if quick else _FULL[position]
        used = _some(trials, _QUICK_PEOPLE[position]) if quick else trials
        progress(f"{position}: {len(used)} trials")
        views = views_of(used)
        own[position] = views[0]
        slow = moments(used, thinned(20.0, np.random.default_rng(SEED + 1)))
        found = nested(
            views,
            position,
            folds=folds,
            inner=inner,
            trees=trees,
            also={"at_20_hz": slow},
            progress=progress,
        )
        drawn[position] = found[""]
        said[position] = {**figures(found[""]), "at_20_hz": short(found["at_20_hz"])}
        everyday = sorted({trial.activity for trial in used if not trial.is_fall})
        chosen = everyday[-_QUICK_ACTIVITIES:] if quick else everyday
        away = held_out(
            views[:1],
            position,
            folds=out_folds,
            inner=inner if quick else 3,
            trees=trees,
            activities=chosen,
            progress=progress,
        )
        said[position]["held_out_activity"] = held_out_figures(away)
    said["cross_set"] = _cross(own, shipped)
    return said, drawn


def evaluate_as_is(
    trials: Sequence[Trial], classifiers: Mapping[Position, Classifier], progress: Progress
) -> tuple[dict[str, Any], dict[str, Judged]]:
    """Judge recordings by classifiers that nothing here changes: their weights and limits as they came."""
    said: dict[str, Any] = {"protocol": "as is"}
    drawn: dict[str, Judged] = {}
    for position in POSITIONS:
        mine = [trial for trial in trials if trial.position == position]
        if not mine:
            continue
        progress(f"{position}: {len(mine)} trials")
        judged = judge_as_is(moments(mine), classifiers[position])
        drawn[position] = judged
        said[position] = {**figures(judged), "held_out_activity": None}
    said["cross_set"] = {position: short(judged) for position, judged in drawn.items()}
    return said, drawn


def judge_as_is(own: Moments, classifier: Classifier) -> Judged:
    """Return what `classifier` says of every trial at its own limits."""
    score = classifier.score(own.table) if len(own.table) else np.zeros(0)
    worst = own.worst(score, lowest=0.0)
    limits = classifier.limits
    return Judged(
        moments=own,
        score=worst,
        plain_score={},
        alarm={"anju": {level: worst > limit for level, limit in limits.items()}},
        alarm_moment={level: score > limit for level, limit in limits.items()},
        judged=np.ones(len(own.trials), dtype=bool),
    )


def cost(classifiers: Mapping[Position, Classifier], runs: int = 1000) -> dict[str, float]:
    """Return the median microseconds of one core here for a window, from samples to likelihood."""
    rng = np.random.default_rng(0)
    xyz = rng.normal((0.0, 1.0, 0.0), 0.4, size=(1000, 3))
    said: dict[str, float] = {}
    for position, classifier in classifiers.items():
        spent = []
        for run in range(runs):
            begin = time.process_time()  # not the time that other programs took meanwhile
            classifier.score(features(cut(xyz, BEFORE + run % 700)[None]))
            spent.append(time.process_time() - begin)
        said[position] = round(float(np.median(spent)) * 1e6, 1)
    return said


def _some(trials: Sequence[Trial], count: int) -> list[Trial]:
    """Return the trials of a few people, two thirds of whom fell."""
    fell = sorted({trial.subject for trial in trials if trial.is_fall})
    others = sorted({trial.subject for trial in trials} - set(fell))
    kept = set(fell[: (2 * count + 2) // 3]) | set(others[: count // 3])
    return [trial for trial in trials if trial.subject in kept]


def _cross(own: Mapping[Position, Moments], shipped: Mapping[Position, Classifier]) -> dict[str, Any]:
    """Return what each shipped classifier says of the other place on the body: no second set of one place."""
    said: dict[str, Any] = {
        "same_position": None,
        "why": "one set per position is here; give another one with --csv",
    }
    for taught in shipped:
        for position, mine in own.items():
            if taught != position:
                said[f"{taught}_on_{position}"] = short(judge_as_is(mine, shipped[taught]))
    return said
