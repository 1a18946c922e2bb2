"""The provider and the carriers fail as they do in life, when they are told to."""

from __future__ import annotations

import time

import pytest
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import OnCall
from simulators.telephones.running import RunningTelephones

from .conftest import DAUGHTER, SON, STATION, Program, RewritingClient

ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
IN_ORDER = ["initiated", "ringing", "in-progress", "completed"]


def call(twilio: Client, program: Program, to: str = SON) -> str:
    created = twilio.calls.create(
        to=to,
        from_=STATION,
        url=program.says("/voice", "<Say>Hello</Say>"),
        status_callback=program.url + "/status",
        status_callback_event=ALL_EVENTS,
    )
    return created.sid or ""


def test_callbacks_come_in_reverse(telephones: RunningTelephones, twilio: Client, program: Program) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    telephones.faults(Faults(callbacks="reversed"))
    call(twilio, program)
    program.wait(lambda: len(program.statuses()) == 4)
    assert program.statuses() == IN_ORDER[::-1]
    assert [each.fields["SequenceNumber"] for each in program.at("/status")] == ["3", "2", "1", "0"]


def test_callbacks_come_twice_with_one_token_each(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    telephones.faults(Faults(callbacks="twice"))
    call(twilio, program)
    program.wait(lambda: len(program.statuses()) == 8)
    assert program.statuses() == [status for status in IN_ORDER for _ in range(2)]
    assert len({each.token for each in program.at("/status")}) == 4


def test_callbacks_never_come(telephones: RunningTelephones, twilio: Client, program: Program) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    telephones.faults(Faults(callbacks="never"))
    call(twilio, program)
    telephones.wait_for(
        lambda entry: entry.what == "callback withheld" and entry.facts["status"] == "completed"
    )
    assert program.statuses() == []


def test_a_call_that_was_answered_500_rings_all_the_same_and_can_be_found(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    telephones.faults(Faults(create=[CreateFault(answer="500", accepted=True)]))
    with pytest.raises(TwilioRestException) as failed:
        call(twilio, program)
    assert (failed.value.status, failed.value.code) == (500, 20500)
    ended = telephones.wait_for_call(SON, "completed")
    assert [each.sid for each in twilio.calls.list(to=SON)] == [ended.sid]
    call(twilio, program)  # the fault was for one request


@pytest.mark.parametrize(("answer", "status", "code"), [("500", 500, 20500), ("429", 429, 20429)])
def test_a_request_that_was_not_accepted_leaves_nothing(
    telephones: RunningTelephones, twilio: Client, program: Program, answer: str, status: int, code: int
) -> None:
    telephones.faults(Faults(create=[CreateFault.model_validate({"answer": answer})]))
    with pytest.raises(TwilioRestException) as failed:
        call(twilio, program)
    assert (failed.value.status, failed.value.code) == (status, code)
    assert telephones.calls() == []


def test_a_connection_is_held_while_the_call_rings(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.faults(Faults(create=[CreateFault(answer="hold", accepted=True, hold=2)]))
    impatient = RewritingClient(telephones.url)
    impatient.timeout = 0.3
    began = time.monotonic()
    with pytest.raises(ReadTimeout):
        call(Client(telephones.account_sid, telephones.auth_token, http_client=impatient), program)
    impatient.close()
    assert time.monotonic() - began < 2
    telephones.wait_for_call(SON, "ringing")


def test_a_fault_can_be_for_one_number_and_one_kind_of_request(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.faults(Faults(create=[CreateFault(answer="500", times=2, of="calls", to=SON)]))
    call(twilio, program, DAUGHTER)
    twilio.messages.create(to=SON, from_=STATION, body="Fall")
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            call(twilio, program)
    call(twilio, program)


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_is_refused(telephones: RunningTelephones, twilio: Client, code: int) -> None:
    telephones.faults(Faults(refused={SON: code}))
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=SON, from_=STATION, body="Fall")
    assert (refused.value.status, refused.value.code) == (400, code)
    assert str(code) in refused.value.msg or SON in refused.value.msg or "unsubscribed" in refused.value.msg


def test_a_carrier_takes_so_many_calls_a_minute_to_a_number(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.faults(Faults(calls_per_minute=1))
    call(twilio, program)
    telephones.wait_for_call(SON, "ringing")
    second = call(twilio, program)
    telephones.wait_for(lambda entry: entry.sid == second and entry.what == "failed")
    call(twilio, program, DAUGHTER)
    telephones.wait_for_call(DAUGHTER, "ringing")  # the limit is a number's own
    program.wait(lambda: "failed" in program.statuses())
    (failed,) = [each for each in program.at("/status") if each.fields["CallStatus"] == "failed"]
    assert failed.fields["SipResponseCode"] == "503"
