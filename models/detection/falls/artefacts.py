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
    "waist": "7a5a9e88762314e7077b639b41e2844108046ec330793b2c31e8e4c73ea9632e",
    "wrist": "b3d586721ac743f1158a9966e8689f9b3aa7a44018c42e5791d79e0c524f3624",
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
