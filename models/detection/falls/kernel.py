"""A kernel machine as plain arrays: how near a window is to remembered falls and to what was none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Kernel:
    """Remembered examples in scaled features, with their weights."""

    examples: NDArray[np.float64]  #: (k, f), as 4-byte numbers in the file
    weights: NDArray[np.float64]  #: (k,)
    bias: float
    gamma: float
    _squares: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_squares", (self.examples * self.examples).sum(axis=1))

    def score(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the distance from the border, falls positive, shape (n,), for scaled features (n, f)."""
        apart = self._squares - 2.0 * (scaled @ self.examples.T)
        apart += (scaled * scaled).sum(axis=1)[:, None]
        np.multiply(apart, -self.gamma, out=apart)
        return np.asarray(np.exp(apart, out=apart) @ self.weights + self.bias)
