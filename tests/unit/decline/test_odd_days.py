"""Odd days are ranked for the screen, the same every time, and each says what is odd about it."""

from __future__ import annotations

from models.detection.decline.odd_days import odd_days
from models.detection.decline.weeks import Decline
from tests.unit.decline.test_weeks import FIRST, day, life


def lived(days: int) -> Decline:
    """A home with a day in bed and a night on foot among its last four weeks."""
    home = Decline()
    for number, values in enumerate(life(days)):
        if number == days - 10:
            values[[0, 1, 2]] *= 0.2
        if number == days - 4:
            values[5] += 6.0
        home.take(day(number, values))
    return home


def test_the_day_in_bed_and_the_restless_night_come_first() -> None:
    found = odd_days(lived(80).past)
    assert len(found) == 28
    assert {one.ordinal - FIRST for one in found[:3]} >= {70, 76}
    in_bed = next(one for one in found if one.ordinal == FIRST + 70)
    assert {name for name, _ in in_bed.unlike} <= {"activity", "room_changes", "kitchen"}
    assert all(spreads < 0 for _, spreads in in_bed.unlike)
    restless = next(one for one in found if one.ordinal == FIRST + 76)
    assert restless.unlike[0][0] == "night_toilet"
    assert restless.unlike[0][1] > 3


def test_ranks_are_the_same_every_time() -> None:
    assert odd_days(lived(60).past) == odd_days(lived(60).past)


def test_nothing_is_ranked_before_four_weeks_are_known() -> None:
    assert odd_days(lived(20).past) == []
