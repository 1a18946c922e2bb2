"""What was learnt of a home, as bytes for a database: arrays only, a few kilobytes.

Raises UnreadableModelError for what another version wrote or what is broken: the home then begins again with
what other homes have shown, and learns its stored events anew.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

import numpy as np

from models.detection.routines.budget import Tail
from models.detection.routines.habits import Habits
from models.detection.routines.hazard import SIZE, Weights
from models.detection.routines.model import HomeModel

VERSION: Final = 1


class UnreadableModelError(Exception):
    """What was learnt of a home cannot be read by this program."""


def pack(model: HomeModel) -> bytes:
    """Return what was learnt as bytes; half the precision is kept, which no limit feels."""
    out = io.BytesIO()
    small = np.float32
    np.savez_compressed(
        out,
        version=np.array([VERSION, model.days]),
        mean=model.weights.mean,
        certainty=model.weights.certainty.astype(small),
        clock=model.habits.clock.astype(small),
        place=model.habits.place.astype(small),
        slot=model.habits.slot.astype(small),
        tail=model.tail.scores().astype(small),
        tail_ends=np.cumsum([len(day) for day in model.tail.days], dtype=np.int64),
        longest=model.longest.astype(small),
    )
    return out.getvalue()


def unpack(packed: bytes) -> HomeModel:
    """Return what `pack` was given."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as held:
            if held["version"][0] != VERSION or held["mean"].shape != (SIZE,):
                raise UnreadableModelError(f"Its version is {held['version'][0]}, not {VERSION}.")
            arrays = {name: held[name].astype(np.float64) for name in held.files}
            days, ends = int(held["version"][1]), held["tail_ends"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableModelError(str(error)) from error
    return HomeModel(
        weights=Weights(arrays["mean"], arrays["certainty"]),
        habits=Habits(arrays["clock"], arrays["place"], arrays["slot"]),
        tail=Tail(list(np.split(arrays["tail"], ends[:-1])) if len(ends) else []),
        days=days,
        longest=arrays["longest"],
    )
