"""A program calls people through Twilio's own client, and is told what became of it."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulators.telephones.person import Keys, OnCall
from simulators.telephones.running import RunningTelephones

from .conftest import DAUGHTER, SON, STATION, Program

ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
QUESTION = (
    '<Gather numDigits="1" timeout="5" action="/pressed"><Say>王秀英 has fallen. Press 1.</Say></Gather>'
    "<Say>Goodbye</Say>"
)


def test_a_daughter_who_presses_1_is_heard_and_thanked(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(DAUGHTER, "王芳", [OnCall(does="answer", after=3, keys=(Keys(2, "1"),))])
    program.says("/pressed", "<Say>Thank you</Say>")
    call = twilio.calls.create(
        to=DAUGHTER,
        from_=STATION,
        url=program.says("/voice", QUESTION),
        status_callback=program.url + "/status",
        status_callback_event=ALL_EVENTS,
        machine_detection="Enable",
    )
    assert call.status == "queued"

    ended = telephones.wait_for_call(DAUGHTER, "completed")

    assert ended.said == ["王秀英 has fallen. Press 1.", "Thank you"]
    assert ended.keys == "1"
    program.wait(lambda: len(program.at("/status")) == 4)
    assert program.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    assert [each.fields["SequenceNumber"] for each in program.at("/status")] == ["0", "1", "2", "3"]
    last = program.at("/status")[-1].fields
    assert last["AnsweredBy"] == "human"
    assert int(last["CallDuration"]) >= 3
    assert program.at("/voice")[0].fields["AnsweredBy"] == "human"
    assert program.at("/pressed")[0].fields["Digits"] == "1"
    fetched = twilio.calls(call.sid or "").fetch()
    assert (fetched.status, fetched.answered_by) == ("completed", "human")


def test_everything_that_is_sent_carries_twilios_signature_and_a_token_of_its_own(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(DAUGHTER, "王芳", [OnCall(does="answer", keys=(Keys(1, "1"),))])
    twilio.calls.create(
        to=DAUGHTER,
        from_=STATION,
        url=program.says("/voice", QUESTION) + "?alert=17&home=王",
        status_callback=program.url + "/status",
        status_callback_method="GET",
        status_callback_event=ALL_EVENTS,
    )
    telephones.wait_for_call(DAUGHTER, "completed")
    program.wait(lambda: len(program.at("/status")) == 4)

    validator = RequestValidator(telephones.auth_token)
    for each in program.received:
        assert validator.validate(each.url, each.fields if each.method == "POST" else {}, each.signature)
    tokens = [each.token for each in program.received]
    assert all(tokens)
    assert len(set(tokens)) == len(tokens)


@pytest.mark.parametrize(
    ("on_call", "status"),
    [
        (OnCall(does="busy"), "busy"),
        (OnCall(does="reject", after=1), "busy"),
        (OnCall(does="no_answer"), "no-answer"),
        (OnCall(does="unreachable"), "failed"),
        (OnCall(does="hangs_up", after=1, hang_up_after=0.5), "completed"),
    ],
    ids=lambda value: value.does if isinstance(value, OnCall) else value,
)
def test_a_call_that_reaches_nobody_says_how_it_ended(
    telephones: RunningTelephones, twilio: Client, program: Program, on_call: OnCall, status: str
) -> None:
    telephones.person(SON, "王伟", [on_call])
    twilio.calls.create(
        to=SON,
        from_=STATION,
        url=program.says("/voice", QUESTION),
        timeout=20,
        status_callback=program.url + "/status",
    )
    ended = telephones.wait_for_call(SON, status)
    assert ended.keys == ""
    program.wait(lambda: program.statuses() == [status])  # only the end was asked for


def test_a_machine_is_told_apart_and_the_second_call_finds_the_person(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(
        SON, "王伟", [OnCall(does="voicemail", after=4), OnCall(does="answer", keys=(Keys(1, "1"),))]
    )
    url = program.says("/voice", QUESTION)
    heard = []
    for _ in range(2):
        seen = telephones.log()[-1].n
        twilio.calls.create(to=SON, from_=STATION, url=url, machine_detection="Enable")
        heard.append(telephones.wait_for_call(SON, "completed", after=seen).answered_by)
    assert heard == ["machine_start", "human"]


def test_hands_may_answer_press_and_hang_up(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    program.says("/pressed", '<Pause length="60"/>')
    call = twilio.calls.create(to=SON, from_=STATION, url=program.says("/voice", QUESTION))
    sid = call.sid or ""
    telephones.wait_for_call(SON, "ringing")
    telephones.answer(sid)
    telephones.wait_for_call(SON, "listens")
    telephones.press(sid, "1")
    program.wait(lambda: bool(program.at("/pressed")))
    telephones.hang_up(sid)
    assert telephones.wait_for_call(SON, "completed").keys == "1"


def test_a_call_that_rings_can_be_withdrawn_and_one_that_talks_can_be_ended_or_redirected(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    url = program.says("/long", '<Pause length="600"/>')
    ringing = twilio.calls.create(to=SON, from_=STATION, url=url)
    telephones.wait_for_call(SON, "ringing")
    with pytest.raises(TwilioRestException) as refused:
        ringing.update(twiml="<Response/>")
    assert refused.value.code == 21220
    assert ringing.update(status="canceled").status == "canceled"

    telephones.person(DAUGHTER, "王芳", [OnCall(does="answer")])
    talking = twilio.calls.create(to=DAUGHTER, from_=STATION, url=url)
    telephones.wait_for_call(DAUGHTER, "in-progress")
    assert talking.update(status="canceled").status == "in-progress"
    talking.update(twiml='<Response><Say>Your brother is there now</Say><Pause length="600"/></Response>')
    telephones.wait_for(lambda entry: entry.facts.get("text") == "Your brother is there now")
    assert talking.update(status="completed").status == "completed"
    assert talking.update(status="completed").status == "completed"


def test_a_document_that_cannot_be_had_goes_to_the_fallback(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    broken = program.breaks("/broken")
    twilio.calls.create(
        to=SON, from_=STATION, url=broken, fallback_url=program.says("/fallback", "<Say>Fallback</Say>")
    )
    assert telephones.wait_for_call(SON, "completed").said == ["Fallback"]
    told = program.at("/fallback")[0].fields
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("11200", broken)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/xml", "<Response><Dance/></Response>"), 12200),
        ((200, "text/xml", "<Response><Say>"), 12100),
        ((200, "text/xml", "<Answer/>"), 12102),
        ((200, "application/json", "{}"), 12300),
        ((404, "text/plain", ""), 11200),
    ],
    ids=["unknown verb", "no XML", "no Response", "no TwiML", "not found"],
)
def test_a_program_that_answers_nonsense_ends_the_call_with_an_apology_and_twilios_number(
    telephones: RunningTelephones, twilio: Client, program: Program, answer: tuple[int, str, str], code: int
) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    program.answers["/voice"] = lambda _: answer
    twilio.calls.create(to=SON, from_=STATION, url=program.url + "/voice")
    ended = telephones.wait_for_call(SON, "completed")
    assert [entry.facts["code"] for entry in ended.timeline if entry.what == "error"] == [code]
    assert "application error" in ended.said[0]


def test_a_callback_target_that_is_down_is_written_down_and_stops_nothing(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    twilio.calls.create(
        to=SON,
        from_=STATION,
        url=program.says("/voice", "<Say>Hello</Say>"),
        status_callback="http://127.0.0.1:9/status",
        status_callback_event=ALL_EVENTS,
    )
    telephones.wait_for(
        lambda entry: entry.what == "callback failed" and entry.facts["status"] == "completed"
    )
    (call,) = telephones.calls()
    failed = [entry.facts["status"] for entry in call.timeline if entry.what == "callback failed"]
    assert failed == ["initiated", "ringing", "in-progress", "completed"]
    assert call.status == "completed"
