"""How much a window is like a fall: a kernel machine and a forest together, and a logistic twin.

One classifier per place on the body. The two are unlike enough that each repairs the other's blunders. The
twin is linear, so what weighs in it can be said in words; it has half a voice, because far from all that was
ever recorded a straight line errs least. Knows arrays only, and not where they lie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.errors import ArtefactError
from models.detection.falls.features import FEATURES
from models.detection.falls.forest import Forest
from models.detection.falls.kernel import Kernel
from models.detection.falls.position import Position

FORMAT: Final = "anju-falls-1"
#: A share of all or no trees would be an infinite logarithm.
_SURE: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """What was learnt for one place on the body."""

    position: Position
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    kernel: Kernel
    forest: Forest
    kernel_unit: float  #: spread of each part's score on people unknown to it; twice that for the twin
    forest_unit: float
    twin_unit: float
    slope: float  #: from the joint score to a likelihood
    offset: float
    twin_weights: NDArray[np.float64]
    twin_bias: float
    limits: Mapping[str, float]  #: share of everyday activities kept quiet, as "0.99" → likelihood
    about: Mapping[str, Any]  #: data, versions, figures

    def score(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the likelihood of a fall, 0 to 1, shape (n,), for features of shape (n, f)."""
        scaled = self.scaled(table)
        share = np.clip(self.forest.score(table), _SURE, 1 - _SURE)
        joint = self.kernel.score(scaled) / self.kernel_unit
        joint += np.log(share / (1 - share)) / self.forest_unit
        joint += self.log_odds(scaled) / self.twin_unit
        return np.asarray(1 / (1 + np.exp(-(self.slope * joint + self.offset))))

    def scaled(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return features as the kernel and the twin know them: 4-byte numbers around 0, none beyond 12."""
        scaled = np.clip((table - self.centre) / self.scale, -12.0, 12.0)
        return scaled.astype(np.float32).astype(np.float64)

    def twin(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the twin's likelihood, shape (n,)."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds(self.scaled(table)))))

    def log_odds(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the twin's log-odds of a fall, shape (n,), for scaled features."""
        return np.asarray(scaled @ self.twin_weights + self.twin_bias)

    def weighs(self, row: NDArray[np.float64]) -> dict[str, float]:
        """Return what each feature of one window, shape (f,), adds to the twin's log-odds of a fall."""
        parts = self.scaled(row[None, :])[0] * self.twin_weights
        return dict(zip(FEATURES, parts.tolist(), strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all as plain arrays, as they are written to a file."""
        forest, kernel = self.forest, self.kernel
        about = {"format": FORMAT, "position": self.position, "limits": dict(self.limits), **self.about}
        return {
            "about": np.array(json.dumps(about, sort_keys=True)),
            "features": np.array(FEATURES),
            "centre": self.centre,
            "scale": self.scale,
            "kernel_examples": kernel.examples.astype(np.float32),
            "kernel_weights": kernel.weights,
            "kernel": np.array([kernel.bias, kernel.gamma, self.kernel_unit]),
            "tree_feature": forest.feature,
            "tree_threshold": forest.threshold,
            "tree_left": forest.left,
            "tree_right": forest.right,
            "tree_share": forest.share,
            "tree_roots": forest.roots,
            "forest": np.array([float(forest.depth), self.forest_unit]),
            "likelihood": np.array([self.slope, self.offset]),
            "twin_weights": self.twin_weights,
            "twin": np.array([self.twin_bias, self.twin_unit]),
        }


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Classifier:
    """Return the classifier of what `Classifier.arrays` gave. Raises ArtefactError when it does not fit."""
    try:
        about = json.loads(str(arrays["about"]))
        if about.pop("format") != FORMAT:
            raise ArtefactError("Its format is another one.")
        if tuple(arrays["features"].tolist()) != FEATURES:
            raise ArtefactError("It was made for other features.")
        bias, gamma, kernel_unit = arrays["kernel"].tolist()
        depth, forest_unit = arrays["forest"].tolist()
        slope, offset = arrays["likelihood"].tolist()
        twin_bias, twin_unit = arrays["twin"].tolist()
        return Classifier(
            position=cast(Position, about.pop("position")),
            centre=arrays["centre"],
            scale=arrays["scale"],
            kernel=Kernel(
                arrays["kernel_examples"].astype(np.float64), arrays["kernel_weights"], bias, gamma
            ),
            forest=_whole(
                Forest(
                    arrays["tree_feature"],
                    arrays["tree_threshold"],
                    arrays["tree_left"],
                    arrays["tree_right"],
                    arrays["tree_share"],
                    arrays["tree_roots"],
                    int(depth),
                )
            ),
            kernel_unit=kernel_unit,
            forest_unit=forest_unit,
            slope=slope,
            offset=offset,
            twin_weights=arrays["twin_weights"],
            twin_bias=twin_bias,
            twin_unit=twin_unit,
            limits=about.pop("limits"),
            about=about,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ArtefactError("It is not whole.") from error


def _whole(forest: Forest) -> Forest:
    """Return the forest if every node leads to one that exists."""
    nodes = len(forest.share)
    for places in (forest.left, forest.right, forest.roots):
        if len(places) and not (int(places.min()) >= 0 and int(places.max()) < nodes):
            raise ArtefactError("A tree leads nowhere.")
    if int(forest.feature.min()) < 0 or int(forest.feature.max()) >= len(FEATURES):
        raise ArtefactError("A tree asks for a feature that does not exist.")
    return forest
