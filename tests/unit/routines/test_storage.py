"""What was learnt and what is remembered survives a restart, and stays small."""

from __future__ import annotations

import numpy as np
import pytest

from models.detection.routines.model import HomeModel, Population
from models.detection.routines.shipped import shipped
from models.detection.routines.spells import Walk
from models.detection.routines.storage import UnreadableModelError, pack, unpack
from models.training.routines.rolling import Home
from tests.unit.routines.life import grandmother


@pytest.fixture(scope="module")
def home() -> Home:
    return Home(grandmother(days=70))


@pytest.fixture(scope="module")
def model(home: Home) -> HomeModel:
    model = HomeModel.fresh(shipped())
    for day in home.days:
        model.learn(shipped(), day)
    return model


def test_a_home_comes_back_as_it_was_learnt(home: Home, model: HomeModel) -> None:
    again = unpack(pack(model))
    for spell in home.spells[-50:]:
        course, same = model.course(shipped(), spell), again.course(shipped(), spell)
        assert np.allclose(course, same, rtol=1e-5)
    assert again.days == model.days
    assert again.longest_at(9) == model.longest_at(9)


def test_it_goes_on_learning_as_if_nothing_had_been(home: Home, model: HomeModel) -> None:
    again, before = unpack(pack(model)), unpack(pack(model))
    again.learn(shipped(), home.days[10])
    before.learn(shipped(), home.days[10])
    assert np.array_equal(again.weights.mean, before.weights.mean)


def test_ten_weeks_of_a_home_fit_into_sixteen_kilobytes(model: HomeModel) -> None:
    assert len(pack(model)) < 16 * 1024


def test_a_home_of_which_nothing_is_known_can_be_kept_too() -> None:
    assert unpack(pack(HomeModel.fresh(Population()))).days == 0


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY"])
def test_what_is_broken_is_refused(broken: bytes) -> None:
    with pytest.raises(UnreadableModelError):
        unpack(broken)


def test_a_cut_one_is_refused(model: HomeModel) -> None:
    with pytest.raises(UnreadableModelError):
        unpack(pack(model)[:-100])


def test_a_walk_that_was_interrupted_goes_on_the_same_way(home: Home) -> None:
    straight, interrupted = Walk(), Walk()
    for number, sign in enumerate(home.signs[:600]):
        straight.take(sign)
        if number % 7 == 0:
            interrupted = Walk.restored(interrupted.saved())
        interrupted.take(sign)
        assert interrupted.spell(lambda at: 0) == straight.spell(lambda at: 0)
