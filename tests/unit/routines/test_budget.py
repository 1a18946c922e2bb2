"""Limits spend a budget: not more exceedings than asked, also where few days are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.detection.routines.budget import A_DAY, DAYS, Tail, limit


def days(count: int, seed: int = 3) -> Tail:
    """Days of a home with four spells each, their scores exponential."""
    chance = np.random.default_rng(seed)
    return Tail([chance.exponential(size=4) for _ in range(count)])


def test_a_limit_is_exceeded_as_often_as_asked() -> None:
    rate = (days(2000, seed=4).scores() > limit(days(56), Tail(), a_day=0.5)).sum() / 2000
    assert rate == pytest.approx(0.5, rel=0.3)


def test_a_rare_limit_is_drawn_out_beyond_what_has_happened() -> None:
    """Of four exponential spells a day, one in 300 days is above 7.1."""
    found = [limit(days(56, seed=seed), Tail(), a_day=1 / 300) for seed in range(40)]
    assert np.median(found) == pytest.approx(math.log(4 * 300), rel=0.15)


def test_a_smaller_budget_never_has_a_lower_limit() -> None:
    found = [limit(days(30), days(30, seed=5), a_day) for a_day in (2, 1, 0.5, 0.2, 0.1, 0.03, 0.01)]
    assert found == sorted(found)


def test_other_homes_fill_in_for_a_home_without_days() -> None:
    assert math.isfinite(limit(Tail(), days(30), a_day=0.5))
    assert math.isinf(limit(Tail(), Tail(), a_day=0.5))


def test_other_homes_count_less_and_less_as_a_home_gets_days_of_its_own() -> None:
    """The others are ten times as restless: the limit comes down to the home's own."""
    others = Tail([10 * day for day in days(30, seed=5).days])
    found = [limit(days(count), others, a_day=0.5) for count in (1, 7, 28, 56)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.5 * found[0]


def test_only_the_highest_of_a_day_and_the_last_days_are_kept() -> None:
    tail = Tail()
    for day in range(DAYS + 3):
        tail.add(np.arange(100.0) + day)
    assert len(tail.days) == DAYS
    assert tail.days[-1].tolist() == [float(99 + DAYS + 2 - n) for n in range(A_DAY)]
