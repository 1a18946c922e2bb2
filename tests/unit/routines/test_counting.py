"""Intervals and counts are those of the books."""

from __future__ import annotations

import math

import pytest

from models.training.rates import poisson
from models.training.routines.counting import delays, merged, wilson


def test_nothing_in_a_month_may_still_be_three_or_four() -> None:
    low, high = poisson(0, 1.0)
    assert low == 0.0
    assert high == pytest.approx(3.689, abs=0.001)


def test_the_interval_of_ten_is_the_exact_one() -> None:
    assert poisson(10, 2.0) == pytest.approx((4.795 / 2, 18.390 / 2), abs=0.001)


def test_a_share_of_everything_is_not_certain() -> None:
    low, high = wilson(21, 21)
    assert low == pytest.approx(0.845, abs=0.001)
    assert high == pytest.approx(1.0)


def test_alarms_close_together_are_one() -> None:
    assert merged([0, 50, 90, 300, 350, 1000], within=100) == 3


def test_a_miss_is_infinitely_late_and_homes_weigh_the_same() -> None:
    found = delays([[10.0] * 90, [math.inf] * 10])
    assert found["injected"] == 100
    assert found["recall"] == pytest.approx(0.5)
    assert found["delay_p90_min"] is None
    assert delays([]) == {"injected": 0}
