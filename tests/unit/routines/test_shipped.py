"""The shipped artefact: read as it was written, and refused when anything about it was changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import models
from models.detection.routines.shipped import REVIEWED, ArtefactError, load, read, shipped, write
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


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_one_changed_byte_is_refused_even_where_its_card_was_changed_with_it(place: int) -> None:
    arrays = bytearray((FOLDER / "routines.npz").read_bytes())
    arrays[place] ^= 1
    card = json.loads((FOLDER / "routines.json").read_bytes())
    card["sha256"] = hashlib.sha256(arrays).hexdigest()
    with pytest.raises(ArtefactError, match="not a file that was reviewed"):
        load(bytes(arrays), json.dumps(card).encode())


def test_the_card_names_the_file_its_data_what_is_missed_and_what_it_is_not_for() -> None:
    card = (FOLDER / "routines.md").read_text("utf-8")
    about = json.loads((FOLDER / "routines.json").read_bytes())
    assert about["sha256"] in REVIEWED
    assert about["sha256"] in card
    assert about["numpy"] in card
    for one in about["data"]:
        assert f"`{one['home']}`: {one['days']} days" in card
    for said in ("**missed**", "aim reached", "What was set by hand", "What it is not for", "CASAS"):
        assert said in card


def test_a_changed_file_is_refused() -> None:
    arrays, card = (FOLDER / "routines.npz").read_bytes(), (FOLDER / "routines.json").read_bytes()
    with pytest.raises(ArtefactError, match="not the file"):
        read(arrays[:-1] + bytes([arrays[-1] ^ 1]), card)


def test_one_for_other_features_is_refused() -> None:
    arrays, card = (FOLDER / "routines.npz").read_bytes(), json.loads((FOLDER / "routines.json").read_bytes())
    with pytest.raises(ArtefactError, match="another version"):
        read(arrays, json.dumps(card | {"features": ["one"]}).encode())
