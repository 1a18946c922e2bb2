"""How often one person may be told of warnings; of emergencies always."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.noise.limits import (
    CALLS_A_NIGHT,
    CALLS_AN_HOUR,
    MESSAGES_AN_HOUR,
    History,
    Levels,
    night_since,
    spared,
)

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in China
THREE = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 03:00 in China
LEVELS = Levels()


@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["voice", "sms", "email"]))
def test_an_emergency_is_told_whatever_went_before(in_hour: int, tonight: int, channel: str) -> None:
    assert spared("emergency", channel, LEVELS, History(in_hour=in_hour, tonight=tonight), THREE) is None


def test_the_fifth_call_of_an_hour_is_spared_and_the_fourth_is_not() -> None:
    assert spared("warning", "voice", LEVELS, History(in_hour=CALLS_AN_HOUR - 1), NOON) is None
    why = spared("warning", "voice", LEVELS, History(in_hour=CALLS_AN_HOUR), NOON)
    assert why is not None
    assert why.values == {"n": CALLS_AN_HOUR}


def test_a_limit_never_leaves_an_alert_unknown() -> None:
    """Nobody has heard of it, and no list could tell this person: the telephone rings."""
    assert spared("warning", "voice", LEVELS, History(in_hour=99, tonight=99, known=False), THREE) is None


def test_a_night_has_its_own_limit_and_a_day_has_not() -> None:
    many = History(in_hour=0, tonight=CALLS_A_NIGHT)
    assert spared("warning", "voice", LEVELS, many, THREE) is not None
    assert spared("warning", "voice", LEVELS, many, NOON) is None


def test_messages_wake_nobody_and_have_twice_as_much_room() -> None:
    assert spared("warning", "sms", LEVELS, History(in_hour=MESSAGES_AN_HOUR - 1, tonight=99), THREE) is None
    assert spared("warning", "sms", LEVELS, History(in_hour=MESSAGES_AN_HOUR), NOON) is not None


def test_a_night_begins_on_the_evening_before() -> None:
    evening = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)  # 22:00 in China
    assert night_since(LEVELS, THREE) == evening
    assert night_since(LEVELS, evening) == evening
    assert night_since(LEVELS, evening - timedelta(seconds=1)) is None
    assert night_since(Levels(quiet_from=time(1), quiet_until=time(6)), THREE) == evening + timedelta(hours=3)
