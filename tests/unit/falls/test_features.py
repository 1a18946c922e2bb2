"""The numbers of a window mean what their names say."""

from __future__ import annotations

import numpy as np
import pytest

from models.detection.falls.features import FEATURES, features
from models.detection.falls.intake import Intake
from models.detection.falls.window import AFTER, BEFORE, LENGTH, cut
from tests.unit.falls.bodies import at_rate, fall, sit_down


def window_of(movement: np.ndarray, rate: float = 200.0) -> np.ndarray:
    intake = Intake()
    stretches = intake.take(at_rate(movement, rate)) + intake.flush()
    xyz = np.concatenate([one.xyz for one in stretches])
    return cut(xyz, int(np.linalg.norm(xyz, axis=1).argmax()))


def told(window: np.ndarray) -> dict[str, float]:
    return dict(zip(FEATURES, features(window[None])[0].tolist(), strict=True))


def test_a_fall_has_a_drop_an_impact_a_turn_and_stillness() -> None:
    one = told(window_of(fall()))
    assert one["impact_g"] > 2.5
    assert 0.15 < one["below_06_s"] < 0.6
    assert 70 < one["turn_early_rest_deg"] < 110
    assert one["calm_after"] > 0.9


def test_sitting_down_has_neither_a_drop_nor_a_turn() -> None:
    one = told(window_of(sit_down()))
    assert one["below_06_s"] < 0.1
    assert one["turn_early_rest_deg"] < 25


def test_how_the_sensor_is_turned_on_the_body_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    window = window_of(fall())
    for _ in range(5):
        turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        np.testing.assert_allclose(features((window @ turn)[None]), features(window[None]), atol=1e-5)


def test_many_windows_at_once_give_what_each_gives_alone() -> None:
    windows = np.stack([window_of(fall(seed=seed)) for seed in (1, 2, 3)])
    together = features(windows)
    for row, window in zip(together, windows, strict=True):
        np.testing.assert_allclose(features(window[None])[0], row, atol=1e-9)


@pytest.mark.parametrize("window", [np.zeros((LENGTH, 3)), np.ones((LENGTH, 3)) * 5.0])
def test_a_sensor_that_says_the_same_for_ever_gives_finite_numbers(window: np.ndarray) -> None:
    assert np.isfinite(features(window[None])).all()


def test_names_and_numbers_are_as_many_and_no_name_is_there_twice() -> None:
    assert features(np.ones((2, LENGTH, 3))).shape == (2, len(FEATURES))
    assert len(set(FEATURES)) == len(FEATURES)


def test_what_was_not_seen_is_filled_with_the_mirror_and_not_with_stillness() -> None:
    xyz = np.cumsum(np.random.default_rng(1).normal(size=(180, 3)), axis=0)
    window = cut(xyz, 120)
    np.testing.assert_array_equal(window[: BEFORE + 60], xyz[20:])
    np.testing.assert_array_equal(window[BEFORE + 60], xyz[-2])
    assert len(cut(xyz[:1], 0)) == BEFORE + AFTER
    assert len(cut(xyz[:5], 2)) == LENGTH
