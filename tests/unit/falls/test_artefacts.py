"""Only what was reviewed is loaded, byte for byte."""

from __future__ import annotations

import io
import time
from importlib.resources import files

import numpy as np
import pytest

from models.detection.falls.artefacts import REVIEWED, load, read, shipped
from models.detection.falls.errors import ArtefactError
from models.detection.falls.features import features
from models.detection.falls.position import POSITIONS, Position
from models.detection.falls.window import LENGTH

positions = pytest.mark.parametrize("position", POSITIONS)


@positions
def test_what_is_shipped_is_what_was_reviewed_and_small(position: Position) -> None:
    classifier = load(position)
    assert classifier.position == position
    assert len(shipped(position)) <= 500_000
    assert set(classifier.limits) == {"0.95", "0.98", "0.99", "0.995"}
    ordered = [classifier.limits[level] for level in sorted(classifier.limits)]
    assert ordered == sorted(ordered)


@positions
@pytest.mark.parametrize("place", [0, 1000, -1])
def test_one_changed_byte_is_refused(position: Position, place: int) -> None:
    content = bytearray(shipped(position))
    content[place] ^= 1
    with pytest.raises(ArtefactError, match="not the file that was reviewed"):
        load(position, bytes(content))


def test_the_wrist_is_not_judged_by_the_waist() -> None:
    with pytest.raises(ArtefactError):
        load("wrist", shipped("waist"))


def test_a_file_that_wants_to_be_executed_is_not_even_opened() -> None:
    file = io.BytesIO()
    np.savez(file, about=np.array([{"format": "anju-falls-1"}], dtype=object))
    with pytest.raises(ArtefactError):
        read(file.getvalue())
    with pytest.raises(ArtefactError):
        read(b"nothing of the kind")


def test_a_tree_that_leads_nowhere_is_refused() -> None:
    with np.load(io.BytesIO(shipped("wrist"))) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    parts["tree_left"] = parts["tree_left"] + 10**6
    file = io.BytesIO()
    np.savez(file, **parts)
    with pytest.raises(ArtefactError, match="leads nowhere"):
        read(file.getvalue())


@positions
def test_each_has_a_card_that_names_the_file_its_data_and_what_it_is_not_for(position: Position) -> None:
    card = (files("models") / "artefacts" / f"falls-{position}.md").read_text("utf-8")
    assert REVIEWED[position] in card
    for said in ("licence", "acted", "What it is not for", "95 % intervals"):
        assert said in card


@positions
def test_a_window_is_judged_within_a_few_milliseconds_on_any_machine(position: Position) -> None:
    classifier = load(position)
    window = np.random.default_rng(3).normal((0.0, 1.0, 0.0), 0.4, size=(1, LENGTH, 3))
    best = min(_spent(lambda: classifier.score(features(window))) for _ in range(50))
    assert best < 0.004


def _spent(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begin


@positions
def test_one_by_one_and_all_at_once_give_the_same_likelihood(position: Position) -> None:
    classifier = load(position)
    windows = np.random.default_rng(4).normal((0.0, 1.0, 0.0), 0.6, size=(40, LENGTH, 3))
    table = features(windows)
    together = classifier.score(table)
    alone = np.concatenate([classifier.score(row[None]) for row in table])
    np.testing.assert_allclose(alone, together, atol=1e-12)
    assert ((together >= 0) & (together <= 1)).all()
    parts = classifier.weighs(table[0])
    assert 1 / (1 + np.exp(-(sum(parts.values()) + classifier.twin_bias))) == pytest.approx(
        float(classifier.twin(table[:1])[0])
    )
