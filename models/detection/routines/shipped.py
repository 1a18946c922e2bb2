"""What is shipped with the product: what the recorded homes have shown, as arrays in a file.

Only the file that was reviewed is loaded, known by its SHA-256. The list is code on purpose: a new artefact
needs a change that somebody reads. The file holds arrays only; nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from models.detection.routines.budget import Tail
from models.detection.routines.habits import Habits
from models.detection.routines.hazard import NAMES, Weights
from models.detection.routines.model import Population

NAME: Final = "routines"
VERSION: Final = 1
REVIEWED: Final = frozenset({"28b41b9645705d4191843edd04bc84f18578cb06b086d8da7265b08d3c6667d5"})


class ArtefactError(Exception):
    """The artefact of the routines is not the one that was reviewed, or not what its card describes."""


@cache
def shipped() -> Population:
    """Return what every home starts from. Raises ArtefactError for a file that was changed."""
    folder = files("models") / "artefacts"
    return load((folder / f"{NAME}.npz").read_bytes(), (folder / f"{NAME}.json").read_bytes())


def load(arrays: bytes, card: bytes) -> Population:
    """Return the population in `arrays`. Raises ArtefactError unless every byte is as it was reviewed."""
    digest = hashlib.sha256(arrays).hexdigest()
    if digest not in REVIEWED:
        raise ArtefactError(f"{NAME}.npz is not a file that was reviewed (SHA-256 {digest}).")
    return read(arrays, card)


def read(arrays: bytes, card: bytes) -> Population:
    """Return the population in `arrays`, reviewed or not, which must be the file that `card` describes.

    For training and evaluation on one's own machine; the product takes `load`.
    """
    described = json.loads(card)
    if hashlib.sha256(arrays).hexdigest() != described.get("sha256"):
        raise ArtefactError("The routines' artefact is not the file that its card describes.")
    if described.get("version") != VERSION or tuple(described.get("features", ())) != NAMES:
        raise ArtefactError("The routines' artefact belongs to another version.")
    with np.load(io.BytesIO(arrays), allow_pickle=False) as held:
        ends = held["tail_ends"][:-1]
        return Population(
            Habits(held["clock"], held["place"], held["slot"]),
            Weights(held["mean"], held["certainty"]),
            Tail(list(np.split(held["tail"], ends))),
        )


def write(population: Population) -> bytes:
    """Return a population as the bytes of the artefact."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        clock=population.habits.clock,
        place=population.habits.place,
        slot=population.habits.slot,
        mean=population.weights.mean,
        certainty=population.weights.certainty,
        tail=population.tail.scores(),
        tail_ends=np.cumsum([len(day) for day in population.tail.days], dtype=np.int64),
    )
    return out.getvalue()
