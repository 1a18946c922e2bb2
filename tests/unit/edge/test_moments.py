"""Moments that no recorded sequence has: clocks that go back, people who lie still."""

from __future__ import annotations

from tests.unit.edge.home import Home, listed, play


def test_a_press_is_heard_even_if_the_clock_went_back() -> None:
    """The first press seems to lie in the future: the second is not held off until then."""
    home = Home(listed("Tuya", "TS0215A_sos"))
    home.say("sensor", {"action": "emergency"}, at_s=5000)
    home.say("sensor", {"action": "emergency"}, at_s=100)
    assert [event[1:] for event in home.told()] == [("sos", 1), ("sos", 1)]


def test_smoke_is_told_again_even_if_the_clock_went_back() -> None:
    """Rather once too often."""
    home = Home(listed("Heiman", "HS1SA-E"))
    home.say("sensor", {"smoke": True}, at_s=5000)
    home.say("sensor", {"smoke": True}, at_s=100)
    assert len(home.told()) == 2


def test_somebody_who_fell_and_is_seen_lying_low_an_hour_later_has_not_fallen_again() -> None:
    """Only the word for a fall says it again."""
    home = play("OWON", "FDS315", [(0, {"status": "falling"}), (4000, {"status": "low_posture"})])
    assert home.told() == [(0, "fall", 1)]


def test_what_is_said_again_says_that_it_is_a_repetition() -> None:
    """So that the hub adds it to the alert that it has."""
    alarms = [(0, {"gas": True}), (1000, {"gas": True})]
    home = play("Heiman", "HS1CG", alarms)
    assert [happening.attributes for happening in home.happenings] == [{}, {"repeat": True}]


def test_the_way_a_button_was_pressed_travels_along() -> None:
    """Single, double or long."""
    home = play("Heiman", "HS1EB-HS1EB-E", [(0, {"action": "hold"})])
    assert home.happenings[0].attributes == {"action": "hold"}
