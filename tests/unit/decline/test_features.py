"""A day in ten numbers: rates of the hours at home, and not a number where nothing can be known."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from models.detection.decline.features import NAMES, Day, day_of, steadiness
from models.detection.routines.places import BATHROOM, KITCHEN, place_of
from models.detection.routines.spells import Sign
from models.training.routines.recording import DAY, Recording
from tests.unit.routines.life import MONDAY, grandmother, signs_of

ALL = frozenset({BATHROOM, KITCHEN, place_of("bedroom"), place_of("living room")})


def counted(signs: list[Sign], watched: frozenset[int] = ALL) -> dict[str, float]:
    """The numbers of the first Monday of March, by name."""
    day = day_of(signs, MONDAY, lambda _: 0, watched)
    return dict(zip(NAMES, day.values.tolist(), strict=True))


def at_home() -> list[Sign]:
    """In the living room every ten minutes from seven to ten in the evening."""
    return signs_of(*((7 + n / 6, "living room") for n in range(90)))


def with_(*told: tuple[float, str]) -> list[Sign]:
    return sorted([*at_home(), *signs_of(*told)])


def test_activity_is_the_share_of_steps_in_which_somebody_was_seen() -> None:
    assert counted(at_home())["activity"] == pytest.approx(6.0)


def test_visits_to_the_kitchen_are_told_apart_by_a_quarter_of_an_hour() -> None:
    visits = counted(with_((8.0, "kitchen"), (8.1, "kitchen"), (12.0, "kitchen"), (18.0, "kitchen")))
    assert visits["kitchen"] == pytest.approx(3 / 15 * 10)


def test_what_absence_would_change_is_a_rate_of_the_hours_at_home() -> None:
    """Five hours out: fewer signs in all, as many in an hour at home."""
    home = with_((8.0, "kitchen"), (18.0, "kitchen"))
    left = [one for one in home if not MONDAY + 10 * DAY / 24 < one.at < MONDAY + 15 * DAY / 24]
    out = sorted([*left, *signs_of((10.01, "door"), (15.0, "door"))])
    assert counted(out)["out"] == pytest.approx(5.0, abs=0.2)
    assert counted(home)["out"] == 0
    assert counted(out)["activity"] == pytest.approx(counted(home)["activity"], rel=0.05)


def test_the_night_before_belongs_to_the_day() -> None:
    night = counted(with_((-1.5, "bathroom"), (-0.5, "bathroom"), (2.0, "bathroom"), (2.1, "bathroom")))
    assert night["night_toilet"] == 2
    evening = counted(with_((-3.0, "kitchen"), (-2.0, "living room")))
    assert evening["to_bed"] == 22 * 60
    assert evening["wake"] == 7 * 60


def test_what_no_sensor_sees_is_not_a_number() -> None:
    seen = counted(at_home(), watched=frozenset())
    assert math.isnan(seen["kitchen"])
    assert math.isnan(seen["night_toilet"])
    assert seen["activity"] > 0


def test_a_day_away_is_not_judged() -> None:
    day = day_of(signs_of((8.0, "hall"), (8.1, "door")), MONDAY, lambda _: 0, ALL)
    assert day.why == "away"
    assert math.isnan(day.values[0])
    assert day_of([], MONDAY, lambda _: 0, ALL).why == "away"
    assert day_of(at_home(), MONDAY, lambda _: 0, ALL, "visitors").why == "visitors"


def test_a_day_is_the_day_of_the_homes_own_clock() -> None:
    shanghai = 8 * 3_600_000
    day = day_of([], MONDAY - shanghai, lambda _: shanghai, ALL)
    assert date.fromordinal(day.ordinal) == date(2026, 3, 2)
    assert day.weekday == 0


def test_days_that_are_all_alike_are_steady_and_a_quiet_night_is_a_contrast() -> None:
    hours = np.concatenate([np.zeros(7), np.full(16, 60.0), [0.0]])
    assert steadiness(np.tile(hours, (7, 1))) == pytest.approx(100)
    chance = np.random.default_rng(1)
    mixed = np.array([chance.permutation(hours) for _ in range(7)])
    assert steadiness(mixed) < 40
    day = Day(1, np.zeros(len(NAMES)), hours)
    assert day.hours is hours
    assert counted(at_home())["contrast"] == pytest.approx(100)


def test_a_made_up_grandmother_has_all_numbers_every_day() -> None:
    home: Recording = grandmother(10)
    signs = home.signs()
    days = [day_of(signs, home.midnight(number), home.offset, ALL) for number in range(2, 9)]
    for day in days:
        assert day.why == ""
        unknown = [name for name, value in zip(NAMES, day.values, strict=True) if math.isnan(value)]
        assert unknown == ["steadiness"]
