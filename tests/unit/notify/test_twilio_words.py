"""What Twilio says, in our words: status callbacks, errors, machines."""

from __future__ import annotations

import pytest

from hub.notify.channels.port import Refused, Unknown
from hub.notify.channels.twilio.errors import of_news, of_refusal
from hub.notify.channels.twilio.status import of_callback
from hub.notify.lifecycle import NEXT, may_become


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ({"CallStatus": "ringing"}, "ringing"),
        ({"CallStatus": "in-progress"}, "talking"),
        ({"CallStatus": "in-progress", "AnsweredBy": "machine_start"}, "voicemail"),
        ({"CallStatus": "completed", "AnsweredBy": "machine_end_beep"}, "voicemail"),
        ({"CallStatus": "completed", "AnsweredBy": "human"}, "unanswered"),
        ({"CallStatus": "completed"}, "unanswered"),
        ({"CallStatus": "no-answer"}, "unanswered"),
        ({"CallStatus": "busy"}, "busy"),
        ({"CallStatus": "failed"}, "failed"),
    ],
)
def test_a_call_counts_only_by_a_key(said: dict[str, str], means: str) -> None:
    receipt = of_callback({"CallSid": "CA1", "SequenceNumber": "2"} | said)
    assert receipt is not None
    assert (receipt.status, receipt.seq) == (means, 2)


def test_an_undelivered_message_has_failed() -> None:
    receipt = of_callback({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"})
    assert receipt is not None
    assert (receipt.status, receipt.error_code) == ("failed", "30003")


@pytest.mark.parametrize("fields", [{}, {"CallSid": "CA1"}, {"CallSid": "CA1", "CallStatus": "teleported"}])
def test_what_we_do_not_know_says_nothing(fields: dict[str, str]) -> None:
    assert of_callback(fields) is None


def test_a_strange_sequence_number_is_no_number() -> None:
    receipt = of_callback({"CallSid": "CA1", "CallStatus": "ringing", "SequenceNumber": "９9999999999"})
    assert receipt is not None
    assert receipt.seq == -1


def test_after_a_server_error_nobody_knows_whether_it_rings() -> None:
    assert isinstance(of_refusal(500, 20500, "Internal Server Error"), Unknown)


def test_too_many_requests_may_be_tried_again_and_a_wrong_number_not() -> None:
    busy, wrong = of_refusal(429, 20429, "Too Many"), of_refusal(400, 21211, "Invalid To")
    assert isinstance(busy, Refused)
    assert isinstance(wrong, Refused)
    assert (busy.then, wrong.then) == ("again", "method")


@pytest.mark.parametrize(
    ("status", "code", "then"),
    [
        (429, 20429, "again"),
        (429, None, "again"),
        (400, 21408, "provider"),
        (400, 21215, "provider"),
        (400, 60220, "provider"),
        (401, 20003, "provider"),
        (403, None, "provider"),
        (400, 21211, "method"),
        (400, 21610, "method"),
        (400, 21635, "method"),
        (400, 29999, "method"),
    ],
)
def test_each_refusal_says_what_may_help(status: int, code: int | None, then: str) -> None:
    result = of_refusal(status, code, "no")
    assert isinstance(result, Refused)
    assert result.then == then


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("30003", "again"),
        ("30008", "again"),
        ("30007", "provider"),
        ("30034", "provider"),
        ("30006", "method"),
    ],
)
def test_the_news_of_a_failed_message_says_what_may_help(code: str, then: str) -> None:
    receipt = of_callback({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": code})
    assert receipt is not None
    assert receipt.then == then


@pytest.mark.parametrize("code", [None, "", "３０００７", "thirty", "9" * 30])
def test_news_with_a_code_that_is_none_says_nothing_good_of_the_address(code: str | None) -> None:
    assert of_news(code) == "method"


def test_a_key_outranks_an_end_that_was_reported_first() -> None:
    """Callbacks overtake each other: `completed` may come before the key that was pressed."""
    assert may_become("unanswered", "answered")
    assert may_become("voicemail", "answered")
    assert not may_become("answered", "unanswered")


def test_every_status_that_can_be_reached_is_in_the_table() -> None:
    assert {there for reach in NEXT.values() for there in reach} <= set(NEXT)
