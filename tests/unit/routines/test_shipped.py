"""The shipped artefact: read as it was written, and refused when anything about it was changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import models
from models.detection.routines.shipped import ArtefactError, read, shipped, write
from models.training.routines.rolling import Home
from models.training.routines.ship import ship
from tests.unit.routines.life import grandmother

FOLDER = Path(models.__file__).parent / "artefacts"


def test_the_shipped_one_can_be_used() -> None:
    population = shipped()
    assert np.isfinite(population.weights.mean).all()
    assert len(population.tail.days) >= 28


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    homes = [Home(grandmother(days=12, seed=seed, name=f"home-{seed}")) for seed in (1, 2)]
    ship(homes, tmp_path, figures={})
    arrays = (tmp_path / "routines.npz").read_bytes()
    population = read(arrays, (tmp_path / "routines.json").read_bytes())
    again = read(write(population), json.dumps(_card(write(population), tmp_path)).encode())
    assert np.array_equal(again.weights.certainty, population.weights.certainty)
    assert np.array_equal(again.tail.scores(), population.tail.scores())
    assert len(again.tail.days) == len(population.tail.days)


def _card(arrays: bytes, folder: Path) -> dict[str, object]:
    card: dict[str, object] = json.loads((folder / "routines.json").read_bytes())
    return card | {"sha256": hashlib.sha256(arrays).hexdigest()}


def test_a_changed_file_is_refused() -> None:
    arrays, card = (FOLDER / "routines.npz").read_bytes(), (FOLDER / "routines.json").read_bytes()
    with pytest.raises(ArtefactError, match="not the file"):
        read(arrays[:-1] + bytes([arrays[-1] ^ 1]), card)


def test_one_for_other_features_is_refused() -> None:
    arrays, card = (FOLDER / "routines.npz").read_bytes(), json.loads((FOLDER / "routines.json").read_bytes())
    with pytest.raises(ArtefactError, match="another version"):
        read(arrays, json.dumps(card | {"features": ["one"]}).encode())
