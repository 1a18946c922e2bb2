"""Limits spend a budget: not more exceedings than asked, and what two scores exceed together only once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.detection.routines.budget import A_DAY, DAYS, Tail, limits


def days(count: int, columns: int = 1, seed: int = 3) -> Tail:
    """Days of a home with four spells each, their scores exponential."""
    chance = np.random.default_rng(seed)
    tail = Tail(columns=columns)
    for _ in range(count):
        tail.add(chance.exponential(size=(4, columns)))
    return tail


def test_a_limit_is_exceeded_as_often_as_asked() -> None:
    known, later = days(56), days(2000, seed=4)
    [limit] = limits(known, Tail(), a_day=0.5)
    assert later.days[0].shape == (4, 1)
    rate = (later.rows() > limit).sum() / len(later.days)
    assert rate == pytest.approx(0.5, rel=0.3)


def test_a_rare_limit_is_drawn_out_beyond_what_has_happened() -> None:
    """Of four exponential spells a day, one in 300 days is above 7.1."""
    found = [float(limits(days(56, seed=seed), Tail(), a_day=1 / 300)[0]) for seed in range(40)]
    assert np.median(found) == pytest.approx(math.log(4 * 300), rel=0.15)


def test_other_homes_fill_in_for_a_home_without_days() -> None:
    [alone] = limits(Tail(), days(30), a_day=0.5)
    assert math.isfinite(alone)
    assert np.isinf(limits(Tail(), Tail(), a_day=0.5)).all()


def test_what_two_scores_exceed_together_is_spent_once() -> None:
    """Two scores that are the same thing get the whole budget each, two strangers half of it."""
    same, strangers = Tail(columns=2), days(56, columns=2)
    for day in days(56).days:
        same.add(np.repeat(day, 2, axis=1))
    wanted = 0.5
    for tail in (same, strangers):
        crossed = (tail.rows() > limits(tail, Tail(columns=2), wanted)).any(axis=1).sum() / len(tail.days)
        assert crossed == pytest.approx(wanted, rel=0.1)


def test_only_the_highest_of_a_day_and_the_last_days_are_kept() -> None:
    tail = Tail(columns=2)
    for day in range(DAYS + 3):
        tail.add(np.column_stack([np.arange(100.0) + day, -np.arange(100.0)]))
    assert len(tail.days) == DAYS
    kept = tail.days[-1]
    assert len(kept) == A_DAY
    assert kept[:, 0].max() == 99.0 + DAYS + 2
    assert kept[:, 1].max() == 0.0
