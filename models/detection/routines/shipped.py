"""What is shipped with the product: what the recorded homes have shown, as arrays in a file.

The file is loaded only when it is the one that its card names: by its SHA-256. Nothing in it is code.
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


class ArtefactError(Exception):
    """The artefact of the routines is not the one that its card describes."""


@cache
def shipped() -> Population:
    """Return what every home starts from. Raises ArtefactError for a file that was changed."""
    folder = files("models") / "artefacts"
    return read((folder / f"{NAME}.npz").read_bytes(), (folder / f"{NAME}.json").read_bytes())


def read(arrays: bytes, card: bytes) -> Population:
    """Return the population in `arrays`, which must be the file that `card` describes."""
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
