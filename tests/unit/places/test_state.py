"""How a home is, in one word: no data is never taken for calm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.addresses import AddressError, telephone
from hub.places.state import HomeFacts, device_is_silent, state_of

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)
JUST_NOW = NOW - timedelta(seconds=30)
LONG_AGO = NOW - timedelta(minutes=26)


def kind(
    status: str = "live", heard: datetime | None = JUST_NOW, worst: str | None = None, lost: bool = False
) -> str:
    facts = HomeFacts(
        status=status,
        supervision=timedelta(minutes=3),
        heard_at=heard,
        worst_alert=worst,
        alert_since=NOW if worst else None,
        edge_lost=lost,
    )
    return state_of(facts, NOW).kind


def test_a_home_that_was_just_heard_is_calm_and_one_that_was_not_is_unknown() -> None:
    assert kind() == "calm"
    assert kind(heard=LONG_AGO) == "unknown"
    assert kind(heard=None) == "unknown"
    assert kind(lost=True) == "unknown"


def test_unknown_outranks_calm_and_advice_and_an_emergency_outranks_unknown() -> None:
    assert kind(heard=LONG_AGO, worst="advice") == "unknown"
    assert kind(heard=LONG_AGO, worst="warning") == "warning"
    assert kind(heard=LONG_AGO, worst="emergency") == "emergency"


def test_a_home_that_is_being_commissioned_says_so_whether_it_is_heard_or_not() -> None:
    for heard in (None, LONG_AGO, JUST_NOW):
        assert kind("commissioning", heard=heard) == "commissioning"
    assert kind("commissioning", worst="warning") == "warning"


def test_pausing_hides_everything_but_an_emergency() -> None:
    assert kind("paused", heard=LONG_AGO) == "paused"
    assert kind("paused", worst="emergency") == "emergency"


@given(st.timedeltas(timedelta(minutes=3, seconds=1), timedelta(days=900)))
def test_a_live_home_that_is_overdue_is_unknown(silent: timedelta) -> None:
    assert kind(heard=NOW - silent) == "unknown"


@given(
    st.sampled_from(["commissioning", "paused"]),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=900)),
    st.sampled_from([None, "advice", "warning", "emergency"]),
    st.booleans(),
)
def test_a_home_that_is_not_live_is_never_calm(
    status: str, silent: timedelta | None, worst: str | None, lost: bool
) -> None:
    assert kind(status, None if silent is None else NOW - silent, worst, lost) != "calm"


def test_a_device_is_silent_after_its_own_heartbeat_or_a_day() -> None:
    assert device_is_silent(None, None, NOW)
    assert device_is_silent(LONG_AGO, timedelta(minutes=5), NOW)
    assert not device_is_silent(LONG_AGO, timedelta(hours=5), NOW)
    assert not device_is_silent(LONG_AGO, None, NOW)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+86 138 0013 8000", "+8613800138000"),
        ("0044 (7700) 900-001", "+447700900001"),
        ("+44.7700.900001", "+447700900001"),
    ],
)
def test_a_telephone_number_is_understood_as_people_write_it(written: str, number: str) -> None:
    assert telephone(written) == number


@pytest.mark.parametrize(
    "written", ["120", "110", "13800138000", "+0123456789", "+86", "", "+86 call me", "+" + "9" * 16]
)
def test_what_no_carrier_can_dial_is_refused_with_what_to_do(written: str) -> None:
    with pytest.raises(AddressError, match=r"country code|by a human"):
        telephone(written)
