"""What is made of the minute after a knock."""

from __future__ import annotations

import pytest

from models.detection.falls.confirmation import LOOKS_S, NEXT, Aftermath, look
from models.detection.falls.position import POSITIONS, Position


def after(**seen: float) -> Aftermath:
    usual = {"watched_s": 30, "seen_s": 28, "still_s": 0, "moving_s": 0, "steps": 0, "turned_deg": 90.0}
    return Aftermath(**{**usual, **seen})  # type: ignore[arg-type]


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("last", [False, True])
def test_who_lies_still_is_asked_at_any_look(position: Position, last: bool) -> None:
    assert look(after(still_s=27), position, last) == "lies"


@pytest.mark.parametrize("position", POSITIONS)
def test_who_moves_on_the_floor_is_watched_until_the_last_look(position: Position) -> None:
    crawls = after(still_s=10, moving_s=6)
    assert look(crawls, position, last=False) is None
    assert look(crawls, position, last=True) == "lies"


def test_steps_count_at_the_waist_only_upright() -> None:
    assert look(after(steps=12, turned_deg=10.0), "waist", last=False) == "recovered"
    assert look(after(steps=12, turned_deg=80.0, moving_s=10), "waist", last=True) == "lies"
    assert look(after(steps=12), "wrist", last=False) == "recovered"


def test_who_is_upright_and_busy_for_most_of_the_minute_has_recovered() -> None:
    assert look(after(moving_s=20, turned_deg=12.0), "waist", last=True) == "recovered"
    assert look(after(moving_s=20, turned_deg=80.0), "waist", last=True) == "lies"


def test_who_stands_still_upright_at_the_waist_is_not_asked_before_the_last_look() -> None:
    assert look(after(still_s=27, turned_deg=8.0), "waist", last=False) is None


@pytest.mark.parametrize("position", POSITIONS)
def test_silence_of_the_sensor_is_taken_for_the_worse(position: Position) -> None:
    assert look(after(seen_s=5, moving_s=5, turned_deg=None), position, last=False) == "lies"


def test_every_sign_ends_or_moves_a_case_and_only_a_likeness_begins_one() -> None:
    assert {sign for state, sign in NEXT if state == "watching"} == {"likely"}
    assert all((NEXT[state, "well"] == "watching") for state, sign in NEXT if sign == "well")
    reached = {"watching"}
    for _ in NEXT:
        reached |= {target for (state, _), target in NEXT.items() if state in reached}
    assert reached == {"watching", "suspected", "asking", "raised"}
    assert LOOKS_S == (10, 30, 60)
