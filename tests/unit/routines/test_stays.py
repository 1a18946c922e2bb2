"""Bathroom, bed and morning: state machines whose limits are learnt between two fixed ones."""

from __future__ import annotations

import pytest

from models.detection.limits import HOUR, MINUTE
from models.detection.routines import bed
from models.detection.routines.bathroom import Bathroom, bathroom_stays
from models.detection.routines.lengths import (
    BATHROOM_ASK,
    BATHROOM_ASK_NIGHT,
    BATHROOM_HELP,
    BED_ASK,
    BED_HELP,
    Bounds,
    Lengths,
    Stay,
)
from models.detection.routines.spells import spells
from models.detection.routines.wake import AGREED, GRACE, LATEST, Morning, Mornings, morning_of
from tests.unit.routines.life import MONDAY, signs_of

ALL = (BATHROOM_ASK, BATHROOM_ASK_NIGHT, BATHROOM_HELP, BED_ASK, BED_HELP)


def known(days: int, minutes: float) -> Lengths:
    lengths = Lengths()
    for _ in range(days):
        lengths.learn([Stay(MONDAY, MONDAY + round(minutes * MINUTE)), Stay(MONDAY, MONDAY + 4 * MINUTE)])
    return lengths


def test_a_stay_lasts_until_somebody_is_seen_elsewhere() -> None:
    told = signs_of((7, "bedroom"), (7.1, "bathroom"), (7.2, "bathroom"), (7.5, "kitchen"), (8, "kitchen"))
    [stay] = bathroom_stays(told)
    assert stay.minutes == pytest.approx(24, abs=0.01)


def test_using_the_front_door_ends_a_stay() -> None:
    [stay] = bathroom_stays(signs_of((7, "bathroom"), (7.25, "door")))
    assert stay.minutes == pytest.approx(15)


def test_a_stay_is_due_from_its_beginning_and_nobody_inside_is_never_due() -> None:
    machine = Bathroom()
    assert machine.due(Lengths(), BATHROOM_ASK) is None
    for sign in signs_of((7, "bathroom"), (7.3, "bathroom")):
        assert machine.take(sign) is None
    assert machine.due(Lengths(), BATHROOM_ASK) == MONDAY + 7 * HOUR + 45 * MINUTE
    assert machine.take(signs_of((7.4, "hall"))[0]) is not None
    assert machine.due(Lengths(), BATHROOM_ASK) is None


@pytest.mark.parametrize("bounds", ALL)
@pytest.mark.parametrize("minutes", [1, 30, 55, 400])
@pytest.mark.parametrize("days", [0, 3, 14, 28, 56])
def test_whatever_is_learnt_the_limit_stays_between_its_bounds(
    bounds: Bounds, minutes: float, days: int
) -> None:
    assert bounds.lower <= known(days, minutes).limit(bounds) <= bounds.upper


def test_a_home_of_short_stays_comes_down_to_the_lower_limit_in_four_weeks() -> None:
    found = [known(days, 6).limit(BATHROOM_ASK) for days in (0, 7, 14, 28)]
    assert found == sorted(found, reverse=True)
    assert found[0] == BATHROOM_ASK.upper
    assert found[-1] == BATHROOM_ASK.lower


def test_a_long_night_out_of_bed_is_due_and_one_in_bed_is_not() -> None:
    [spell] = spells(signs_of((25, "living room"), (31, "kitchen")), lambda at: 0)
    assert bed.due(spell, Lengths(), BED_HELP, in_bed=False) == MONDAY + 26 * HOUR + 30 * MINUTE
    assert bed.due(spell, Lengths(), BED_HELP, in_bed=True) is None


def test_by_day_and_while_somebody_is_out_the_bed_says_nothing() -> None:
    [by_day] = spells(signs_of((10, "kitchen"), (14, "kitchen")), lambda at: 0)
    [out] = spells(signs_of((24, "kitchen"), (24.02, "door"), (26, "kitchen")), lambda at: 0)
    assert bed.due(by_day, Lengths(), BED_ASK, in_bed=False) is None
    assert bed.due(out, Lengths(), BED_ASK, in_bed=False) is None


def test_the_night_is_the_homes_own() -> None:
    [spell] = spells(signs_of((16, "kitchen"), (22, "kitchen")), lambda at: 8 * HOUR)
    assert bed.applies(spell, in_bed=False)


def test_up_is_who_is_seen_twice_about_the_home_and_not_on_the_way_to_the_bathroom() -> None:
    told = signs_of(
        (5, "bathroom"), (5.1, "bathroom"), (5.5, "kitchen"), (7, "kitchen"), (7.2, "living room")
    )
    assert morning_of(told, MONDAY, lambda at: 0).up == pytest.approx(7 * 60)


def test_who_goes_out_is_up() -> None:
    assert morning_of(signs_of((6, "bathroom"), (8, "door")), MONDAY, lambda at: 0).up == pytest.approx(480)


def test_the_evening_before_goes_on_counting_after_midnight() -> None:
    told = signs_of((-3, "living room"), (1.5, "living room"), (3, "bathroom"), (8, "kitchen"))
    morning = morning_of(told, MONDAY, lambda at: 0)
    assert morning.up is None
    assert morning.to_bed == pytest.approx(25.5 * 60)


def test_the_first_week_goes_by_what_was_agreed() -> None:
    mornings = Mornings(agreed=8 * 60)
    assert mornings.limit(None) == 9 * 60
    for _ in range(6):
        mornings.learn(Morning(up=10 * 60, to_bed=23 * 60))
    assert mornings.limit(None) == 9 * 60


def test_then_it_is_an_hour_after_the_latest_usual_time_and_later_after_a_late_evening() -> None:
    mornings = Mornings()
    for number in range(20):
        mornings.learn(Morning(up=7 * 60 + number, to_bed=22 * 60))
    usual = mornings.limit(22 * 60)
    assert usual == pytest.approx(mornings.latest_usual() + GRACE)
    assert mornings.limit(22 * 60 + 50) == pytest.approx(usual + 50)
    assert mornings.limit(22 * 60 + 500) == pytest.approx(usual + 120)
    assert usual < AGREED + GRACE


def test_nobody_sleeps_beyond_one_oclock_unasked() -> None:
    mornings = Mornings()
    for _ in range(20):
        mornings.learn(Morning(up=12.5 * 60, to_bed=28 * 60))
    assert mornings.limit(30 * 60) == LATEST


def test_a_morning_on_which_nobody_got_up_teaches_nothing() -> None:
    mornings = Mornings()
    mornings.learn(Morning(up=None, to_bed=22 * 60))
    assert mornings.known == []
