"""A forest of decision trees as flat arrays, judged without the library that grew it.

Thresholds are kept as the next smaller 4-byte number: a 4-byte feature is at most the threshold exactly when
it is at most that number, so nothing is lost by the smaller file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Forest:
    """Nodes of all trees in one row. A leaf points to itself."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    share: NDArray[np.float64]  #: of falls among what ended here in training
    roots: NDArray[np.int32]
    depth: int

    def score(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean share of falls over the trees, shape (n,), for features of shape (n, f)."""
        small = table.astype(np.float32)
        if len(small) == 1:
            return np.array([self._one(small[0])])
        node = np.broadcast_to(self.roots, (len(small), len(self.roots)))
        rows = np.arange(len(small))[:, None]
        for _ in range(self.depth):
            goes_left = small[rows, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return np.asarray(self.share[node].mean(axis=1))

    def _one(self, row: NDArray[np.float32]) -> float:
        # `take` without bounds checks: half the time of an index expression. Trees were checked on loading.
        node = self.roots
        feature, threshold, left, right = self.feature, self.threshold, self.left, self.right
        for _ in range(self.depth):
            goes_left = row.take(feature.take(node)) <= threshold.take(node)
            node = np.where(goes_left, left.take(node), right.take(node))
        return float(self.share.take(node).mean())
