"""Numbers, signatures, opting out, faults and filters: the small rules, each by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from twilio.request_validator import RequestValidator

from simulators.telephones.errors import RefusalError
from simulators.telephones.faults import CreateFault, Faults, carrier_takes
from simulators.telephones.numbers import e164, segments, sender, shown
from simulators.telephones.optout import wish
from simulators.telephones.person import Keys, OnCall, OnMessage, Person
from simulators.telephones.resources import in_time
from simulators.telephones.settings import Settings
from simulators.telephones.signature import signature

NIGHT = datetime(2026, 3, 1, 3, 12, 30, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="), ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")],
)
def test_the_signature_is_the_published_one(caller: str, expected: str) -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": caller,
        "Digits": "1234",
        "From": caller,
        "To": "+18005551212",
    }
    assert signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields) == expected


@given(st.text(min_size=1), st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=40)))
def test_twilios_own_validator_accepts_every_signature(token: str, fields: dict[str, str]) -> None:
    url = "https://hub.example/voice?alert=17"
    assert RequestValidator(token).validate(url, fields, signature(token, url, fields))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+8613800000001", "+8613800000001"),
        ("+1 (415) 555-0101", "+14155550101"),
        ("13800000001", None),
        ("120", None),
        ("+86120", None),
        ("+0123456789", None),
        ("", None),
    ],
)
def test_a_number_is_international_or_none(text: str, number: str | None) -> None:
    assert e164(text) == number


def test_a_message_may_also_come_from_a_short_code_or_a_name() -> None:
    assert [sender(text) for text in ("12345", "Anju", "123456789012345", "#")] == [
        "12345",
        "Anju",
        None,
        None,
    ]


def test_only_north_american_numbers_are_shown_with_brackets() -> None:
    assert shown("+14155550101") == "(415) 555-0101"
    assert shown("+8613800000001") == "+8613800000001"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("跌" * 70, 1),
        ("跌" * 71, 2),
        ("跌" * 135, 3),
        ("👵" * 35, 1),
        ("👵" * 36, 2),
    ],
)
def test_a_text_takes_as_many_messages_as_its_characters_need(body: str, count: int) -> None:
    assert segments(body) == count


def test_only_a_bare_word_opts_out_or_in() -> None:
    assert [wish(body) for body in ("STOP", " quit\n", "start", "stop calling", "1")] == [
        "stop",
        "stop",
        "start",
        None,
        None,
    ]


def test_a_carrier_counts_the_last_minute_of_one_number() -> None:
    dialled = [NIGHT - timedelta(seconds=61), NIGHT - timedelta(seconds=59)]
    assert carrier_takes(dialled, NIGHT, None)
    assert carrier_takes(dialled, NIGHT, 2)
    assert not carrier_takes(dialled, NIGHT, 1)
    assert carrier_takes(dialled, NIGHT, 1, minute=6.0)  # ten times as fast


def test_a_fault_is_met_as_often_as_it_was_set_and_by_whom_it_was_set_for() -> None:
    fault = CreateFault(answer="500", times=2, of="calls", to="+8613800000001")
    faults = Faults(create=[fault])
    assert faults.next_create("messages", "+8613800000001") is None
    assert faults.next_create("calls", "+8613800000002") is None
    assert faults.next_create("calls", "+8613800000001") is fault
    assert faults.next_create("calls", "+8613800000001") is fault
    assert faults.next_create("calls", "+8613800000001") is None


def test_what_is_refused_as_too_many_is_never_accepted() -> None:
    with pytest.raises(ValidationError):
        CreateFault(answer="429", accepted=True)


def test_a_person_does_the_first_thing_first_and_the_last_for_ever() -> None:
    voicemail, answer = OnCall(does="voicemail"), OnCall(does="answer", keys=(Keys(2, "1"),))
    daughter = Person(number="+86 138 0000 0001", calls=(voicemail, answer))
    assert daughter.number == "+8613800000001"
    assert [daughter.on_call(before) for before in range(4)] == [voicemail, answer, answer, answer]
    assert Person(number="+8613800000002", calls=(), messages=()).on_call(0).does == "manual"
    assert daughter.on_message(9) == OnMessage()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "110"},
        {"number": "+8613800000001", "calls": [{"does": "sing"}]},
        {"number": "+8613800000001", "calls": [{"does": "answer", "after": -1}]},
        {"number": "+8613800000001", "calls": [{"does": "answer", "keys": [[2, "x"]]}]},
    ],
)
def test_a_person_who_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Person.model_validate(wrong)


def test_two_runs_have_accounts_of_their_own_and_hide_their_tokens() -> None:
    one, other = Settings(), Settings()
    assert one.account_sid != other.account_sid
    assert one.auth_token != other.auth_token
    assert one.auth_token.get_secret_value() not in repr(one)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ({}, True),
        ({"StartTime": "2026-03-01"}, True),
        ({"StartTime": "2026-03-02"}, False),
        ({"StartTime>": "2026-03-01T03:12:30Z"}, True),
        ({"StartTime>": "2026-03-01T03:12:31Z"}, False),
        ({"StartTime>=": "2026-03-01T03:12:30Z"}, True),
        ({"StartTime<": "2026-03-01T03:12:30Z"}, True),
        ({"StartTime<": "2026-03-01T03:12:29Z"}, False),
        ({"StartTime<=": "2026-02-28"}, False),
        ({"StartTime>": "2026-03-01T11:12:00+08:00", "StartTime<": "2026-03-01"}, True),
    ],
)
def test_a_list_is_filtered_by_day_or_second_with_the_moment_itself(
    query: dict[str, str], passes: bool
) -> None:
    assert in_time(NIGHT, query, "StartTime") is passes


def test_a_filter_that_is_no_date_is_refused() -> None:
    with pytest.raises(RefusalError):
        in_time(NIGHT, {"StartTime": "yesterday"}, "StartTime")
