"""Which artefacts are loaded: those that were reviewed, known by their SHA-256, and no others.

The list is code on purpose: a new artefact needs a change that somebody reads. The files hold arrays only;
nothing in them is executed.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import numpy as np

from models.detection.falls.classifier import Classifier, from_arrays
from models.detection.falls.errors import ArtefactError
from models.detection.falls.position import Position

REVIEWED: Final[Mapping[Position, str]] = {
    "waist": "8265c244f97a018abd7a9341084c05e709b3313613eebeb8dd68b8c7257bb2a9",
    "wrist": "4acccf56abe7f15d667924d51dab2f0e2e9d16cd3302e3177b2f36047c7acab6",
}


def shipped(position: Position) -> bytes:
    """Return the file that the product ships for `position`."""
    return (files("models") / "artefacts" / f"falls-{position}.npz").read_bytes()


def load(position: Position, content: bytes | None = None) -> Classifier:
    """Return the reviewed classifier for `position`, from `content` or as shipped.

    Raises ArtefactError unless every byte is as it was reviewed.
    """
    content = shipped(position) if content is None else content
    digest = hashlib.sha256(content).hexdigest()
    if digest != REVIEWED.get(position):
        raise ArtefactError(f"falls-{position}.npz is not the file that was reviewed (SHA-256 {digest}).")
    return read(content)


def read(content: bytes) -> Classifier:
    """Return the classifier in `content`, reviewed or not: for training and evaluation on one's own machine.

    Raises ArtefactError.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return from_arrays({name: arrays[name] for name in arrays.files})
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ArtefactError("It is no file of arrays.") from error
