"""Makes the shipped artefact of the routines and its card out of recorded homes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.detection.routines.hazard import NAMES
from models.detection.routines.shipped import NAME, VERSION, write
from models.training.routines.cards import card
from models.training.routines.rolling import Home, Populations


def ship(homes: Sequence[Home], folder: Path, figures: dict[str, Any]) -> str:
    """Write `routines.npz` and its card into `folder`; return the SHA-256 that the reviewed list asks for."""
    arrays = write(Populations(homes).without())
    about = {
        "name": NAME,
        "version": VERSION,
        "sha256": hashlib.sha256(arrays).hexdigest(),
        "bytes": len(arrays),
        "features": list(NAMES),
        "numpy": np.__version__,
        "data": [
            {
                "home": home.recording.name,
                "days": len(home.usable),
                "sensors": len(home.recording.sensors),
                "set": home.recording.sensor_set,
            }
            for home in homes
        ],
        "figures": figures,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.npz").write_bytes(arrays)
    (folder / f"{NAME}.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    if figures:
        (folder / f"{NAME}.md").write_text(card(about), "utf-8")
    return str(about["sha256"])
