"""Learns one classifier: kernel machine and forest side by side, their common scale, and the logistic twin.

The two parts are joined, and the joint score turned into a likelihood, by what they say of people whom they
were not taught with: an inner round over groups of subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]
from sklearn.svm import SVC  # type: ignore[import-untyped]

from models.detection.falls.classifier import Classifier
from models.detection.falls.forest import Forest
from models.detection.falls.kernel import Kernel
from models.detection.falls.position import Position
from models.training.errors import DataError

Array = NDArray[np.float64]
#: Everyday moments kept of one trial: a minute of jogging must not outweigh a hundred ways to sit down.
MOST_OF_A_TRIAL: Final = 6
INNER: Final = 5
#: How much the twin counts beside the kernel machine and the forest.
TWIN_VOICE: Final = 0.5
LEVELS: Final = (0.95, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What is learnt from: features (n, f), whether a fall, of whom."""

    table: Array
    is_fall: NDArray[np.bool_]
    subject: NDArray[np.str_]

    def only(self, keep: NDArray[np.bool_]) -> Lessons:
        """Return some of them."""
        return Lessons(table=self.table[keep], is_fall=self.is_fall[keep], subject=self.subject[keep])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The fitted parts, as the library made them: kept for the test that ours say the same."""

    centre: Array
    scale: Array
    svc: Any
    forest: Any
    twin: Any

    def scaled(self, table: Array) -> Array:
        """As `Classifier.scaled`."""
        scaled = np.clip((table - self.centre) / self.scale, -12.0, 12.0)
        return np.asarray(scaled.astype(np.float32).astype(np.float64))


def fit_parts(lessons: Lessons, *, trees: int = 100, seed: int = 0) -> Parts:
    """Fit all parts to all lessons. Raises DataError without falls or without everyday moments."""
    if lessons.is_fall.all() or not lessons.is_fall.any():
        raise DataError("There is nothing to tell apart: falls and everyday moments are needed.")
    centre, scale = lessons.table.mean(axis=0), lessons.table.std(axis=0)
    scale[scale < 1e-9] = 1.0
    bare = Parts(centre=centre, scale=scale, svc=None, forest=None, twin=None)
    scaled = bare.scaled(lessons.table)
    svc = SVC(C=2.0, gamma=1.0 / scaled.shape[1], class_weight="balanced", cache_size=400)
    forest = ExtraTreesClassifier(
        trees, min_samples_leaf=2, max_depth=12, class_weight="balanced", random_state=seed
    )
    twin = LogisticRegression(C=0.01, max_iter=3000, class_weight="balanced")
    return Parts(
        centre=centre,
        scale=scale,
        svc=svc.fit(scaled, lessons.is_fall),
        forest=forest.fit(lessons.table.astype(np.float32), lessons.is_fall),
        twin=twin.fit(scaled, lessons.is_fall),
    )


def flat_forest(forest: Any) -> Forest:
    """Return the library's forest as flat arrays."""
    feature, threshold, left, right, share, roots = [], [], [], [], [], []
    first, depth = 0, 0
    for estimator in forest.estimators_:
        tree = estimator.tree_
        own = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        feature.append(np.where(leaf, 0, tree.feature))
        threshold.append(_below(tree.threshold))
        left.append(np.where(leaf, own, tree.children_left) + first)
        right.append(np.where(leaf, own, tree.children_right) + first)
        value = tree.value[:, 0, :]
        share.append(np.where(leaf, value[:, 1] / value.sum(axis=1), 0.0))
        roots.append(first)
        first += tree.node_count
        depth = max(depth, tree.max_depth)
    return Forest(
        np.concatenate(feature).astype(np.int16),
        np.concatenate(threshold),
        np.concatenate(left).astype(np.int32),
        np.concatenate(right).astype(np.int32),
        np.concatenate(share),
        np.array(roots, dtype=np.int32),
        depth,
    )


def _below(threshold: Array) -> NDArray[np.float32]:
    """Return the largest 4-byte numbers that are not above `threshold`."""
    small = threshold.astype(np.float32)
    return np.where(small > threshold, np.nextafter(small, np.float32(-np.inf)), small).astype(np.float32)


def plain(
    parts: Parts,
    position: Position,
    *,
    units: tuple[float, float, float] = (1.0, 1.0, 1.0),
    likelihood: tuple[float, float] = (1.0, 0.0),
    limits: Mapping[str, float] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Classifier:
    """Return the parts as the arrays that the product judges with."""
    svc = parts.svc
    return Classifier(
        position=position,
        centre=parts.centre,
        scale=parts.scale,
        kernel=Kernel(
            np.asarray(svc.support_vectors_),
            np.asarray(svc.dual_coef_[0]),
            float(svc.intercept_[0]),
            1.0 / len(parts.centre),
        ),
        forest=flat_forest(parts.forest),
        kernel_unit=units[0],
        forest_unit=units[1],
        twin_unit=units[2],
        slope=likelihood[0],
        offset=likelihood[1],
        twin_weights=np.asarray(parts.twin.coef_[0]),
        twin_bias=float(parts.twin.intercept_[0]),
        limits=limits or {},
        about=about or {},
    )


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the inner round said of everybody's moments, by classifiers that did not know the person."""

    kernel: Array
    forest: Array  #: log-odds
    twin: Array  #: log-odds

    def joint(self, units: tuple[float, float, float]) -> Array:
        """Return the sum of the parts, as `Classifier.score` forms it."""
        return self.kernel / units[0] + self.forest / units[1] + self.twin / units[2]


def unseen(
    lessons: Lessons, table: Array, subject: NDArray[np.str_], position: Position, seed: int, inner: int
) -> Unseen:
    """Score `table` group of subjects by group, each by what the lessons of the others teach."""
    people = np.unique(subject)
    said = [np.zeros(len(table)) for _ in range(3)]
    splitter = GroupKFold(min(inner, len(people)), shuffle=True, random_state=seed)
    for _, away in splitter.split(people, groups=people):
        judged = np.isin(subject, people[away])
        parts = fit_parts(lessons.only(~np.isin(lessons.subject, people[away])), seed=seed)
        one = plain(parts, position)
        share = np.clip(one.forest.score(table[judged]), 1e-3, 1 - 1e-3)
        said[0][judged] = one.kernel.score(one.scaled(table[judged]))
        said[1][judged] = np.log(share / (1 - share))
        said[2][judged] = one.log_odds(one.scaled(table[judged]))
    return Unseen(*said)


def join(said: Unseen, is_fall: NDArray[np.bool_], sure: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the units of the parts and the line from their sum to a likelihood.

    `sure` marks the moments that are known to be a fall or an everyday moment.
    """
    kernel, forest, twin = (float(part[sure].std()) + 1e-9 for part in (said.kernel, said.forest, said.twin))
    units = (kernel, forest, twin / TWIN_VOICE)
    joint = said.joint(units)
    line = LogisticRegression(C=1e6, max_iter=1000).fit(joint[sure, None], is_fall[sure])
    return {"units": units, "likelihood": (float(line.coef_[0, 0]), float(line.intercept_[0]))}


def limits(everyday: Array) -> dict[str, float]:
    """Return, for each level, the score that at most the rest of the everyday trials exceed."""
    ordered = np.sort(everyday)
    return {
        f"{level:g}": float(ordered[len(ordered) - 1 - int((1 - level) * len(ordered) + 1e-9)])
        for level in LEVELS
    }
