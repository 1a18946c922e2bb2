"""Makes the artefacts that are shipped: one file of arrays per place.

The same recordings give the same bytes on one machine with the same number of threads; with another number,
sums are rounded otherwise in the last digit, and so is the file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import sklearn  # type: ignore[import-untyped]

from models.detection.falls.classifier import Classifier
from models.detection.falls.position import Position
from models.detection.falls.trigger import KNOCK_G
from models.training.falls.course import Learnt, learn
from models.training.falls.evaluation import views_of
from models.training.falls.trials import Trial


def learn_all(trials: Sequence[Trial], position: Position, sources: Sequence[str]) -> Learnt:
    """Learn from every trial; the limits still come from people whom the inner round had not seen."""
    about: dict[str, Any] = {
        "sources": sorted(sources),
        "people": len({trial.subject for trial in trials}),
        "falls": sum(trial.is_fall for trial in trials),
        "everyday_trials": sum(not trial.is_fall for trial in trials),
        "knock_g": KNOCK_G,
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    }
    everybody = np.ones(len(trials), dtype=bool)
    return learn(views_of(trials), everybody, position, about=about)


def packed(classifier: Classifier) -> bytes:
    """Return the file of `classifier`."""
    file = io.BytesIO()
    arrays: dict[str, Any] = classifier.arrays()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 that the reviewed list knows a file by."""
    return hashlib.sha256(content).hexdigest()
