"""Telephone numbers at the door: an impossible one is refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.addresses import AddressError, telephone


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("+86 138 0013 800", "11 digits after"),
        ("+86 138 0013 8000 12", "too many digits for a number of \\+86"),
        ("+1 555 0100", "area code is missing"),
        ("+33 123 456", "too few digits for a number of \\+33"),
        ("+999 123 456 789", "No country has this code"),
        ("13800138000", "country code"),
    ],
)
def test_an_impossible_number_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(AddressError, match=reason):
        telephone(written)


@pytest.mark.parametrize(
    "written",
    ["+86 138 0013 8000", "0086 571 8765 4321", "+44 7700 900001", "+1 (500) 555-0006", "+852 9876 5432"],
)
def test_a_number_that_a_telephone_can_have_is_taken_as_it_is(written: str) -> None:
    assert telephone(written).lstrip("+").isdigit()


@given(st.text(max_size=24) | st.from_regex(r"\A\+?[0-9 ().-]{1,20}\Z"))
def test_whatever_is_written_is_a_number_or_refused(written: str) -> None:
    try:
        number = telephone(written)
    except AddressError:
        return
    assert telephone(number) == number
