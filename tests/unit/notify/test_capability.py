"""What providers say that they can carry where."""

from __future__ import annotations

import pytest

from hub.notify.capability import Capability, country_of, covering, is_landline
from hub.notify.channels.twilio.capabilities import capabilities

TWILIO = capabilities("twilio", "https://api.twilio.com")
TELEPHONES = capabilities("twilio", "http://127.0.0.1:9000")
BEIJING_MOBILE, HANGZHOU_LANDLINE, LONDON_MOBILE = "+8613800138000", "+8657187654321", "+447700900001"


@pytest.mark.parametrize(
    ("number", "country"),
    [
        (BEIJING_MOBILE, "86"),
        ("+85298765432", "852"),
        ("+14155550101", "1"),
        (LONDON_MOBILE, "44"),
        ("+9991234567", ""),
        ("fang@example.org", ""),
        ("", ""),
    ],
)
def test_the_country_of_a_number_is_its_calling_code(number: str, country: str) -> None:
    assert country_of(number) == country


def test_a_number_that_may_be_a_mobile_telephone_is_no_landline() -> None:
    assert is_landline(HANGZHOU_LANDLINE)
    assert not any(is_landline(number) for number in (BEIJING_MOBILE, LONDON_MOBILE, "+14155550101", "no"))


def test_twilio_calls_the_whole_world_but_mainland_china() -> None:
    assert covering(TWILIO, "voice", BEIJING_MOBILE) is None
    london = covering(TWILIO, "voice", LONDON_MOBILE)
    assert london is not None
    assert london.keys


def test_a_message_to_mainland_china_holds_no_link_and_is_not_answered() -> None:
    china, abroad = (covering(TWILIO, "sms", number) for number in (BEIJING_MOBILE, LONDON_MOBILE))
    assert china is not None
    assert abroad is not None
    assert (china.links, china.replies) == (False, False)
    assert (abroad.links, abroad.replies) == (True, True)


def test_a_message_does_not_reach_a_landline() -> None:
    row = covering(TWILIO, "sms", HANGZHOU_LANDLINE)
    assert row is not None
    assert not row.reaches("sms", HANGZHOU_LANDLINE)
    assert row.reaches("sms", BEIJING_MOBILE)


def test_whoever_stands_behind_another_address_than_twilios_carries_everything() -> None:
    row = covering(TELEPHONES, "voice", BEIJING_MOBILE)
    assert row is not None
    assert row.keys
    assert covering(capabilities("twilio", "https://twilio.com.example"), "voice", BEIJING_MOBILE) is not None


def test_an_address_that_is_no_number_has_no_country() -> None:
    row = Capability(provider="smtp", medium="email", links=True)
    assert row.reaches("email", "fang@example.org")
    assert not row.covers("sms", LONDON_MOBILE)
