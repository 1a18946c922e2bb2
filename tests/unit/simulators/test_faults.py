"""Faults made to order: the same seed spoils the same messages."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.faults.messages import lost, out_of_order, repeated

MESSAGES = list(range(2000))


def test_about_the_asked_share_is_lost_and_the_rest_keeps_its_order() -> None:
    left = list(lost(MESSAGES, 0.2, 1))
    assert 1500 < len(left) < 1700
    assert left == sorted(left) == list(lost(MESSAGES, 0.2, 1))
    assert list(lost(MESSAGES, 0, 1)) == MESSAGES
    assert list(lost(MESSAGES, 1, 1)) == []


def test_about_the_asked_share_comes_twice_in_a_row() -> None:
    said = list(repeated(MESSAGES, 0.1, 1))
    assert said == sorted(said)
    assert set(Counter(said).values()) == {1, 2}
    assert 2120 < len(said) < 2280


@given(st.integers(1, 20), st.integers(0, 300), st.integers())
def test_nothing_is_lost_by_overtaking_and_nothing_strays_far(within: int, number: int, seed: int) -> None:
    said = list(out_of_order(range(number), within, seed))
    assert sorted(said) == list(range(number))
    assert all(abs(place - message) <= within for place, message in enumerate(said))


def test_to_overtake_takes_at_least_one_place() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        list(out_of_order(MESSAGES, 0, 1))
