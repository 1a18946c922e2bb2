"""Calls and messages over time: the clock is moved by hand and nothing sleeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulators.telephones.faults import Faults
from simulators.telephones.message import MessageStatus
from simulators.telephones.orders import CALLBACK_EVENTS, CallOrder, MessageOrder
from simulators.telephones.person import Keys, OnCall, OnMessage, Person
from simulators.telephones.signals import PickUp, Press

from .conftest import Street, settle

Tell = Callable[..., None]
STATION, DAUGHTER = "+8657185550000", "+8613800000001"
QUESTION = '<Gather numDigits="1" timeout="5" action="/pressed"><Say>Press 1</Say></Gather>'


def order(**more: Any) -> CallOrder:
    usual = {"url": "http://hub/voice"} if "twiml" not in more else {}
    return CallOrder(to=DAUGHTER, from_=STATION, **usual, **more)


def daughter(*calls: OnCall, messages: tuple[OnMessage, ...] = (OnMessage(),)) -> tuple[Person, ...]:
    return (Person(number=DAUGHTER, name="王芳", calls=calls, messages=messages),)


def test_it_rings_for_exactly_as_long_as_was_asked(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        call = street.exchange.place_call(order(timeout=25))
        await street.clock.move(0.4)
        assert call.status == "ringing"
        await street.clock.move(24.9)
        assert call.status == "ringing"
        await street.clock.move(0.1)
        assert call.status == "no-answer"

    on_the_street(tale)


def test_a_question_is_repeated_until_a_slow_person_presses(on_the_street: Tell) -> None:
    """The person presses 12 s after the first question: in the third round of 5 s each."""

    async def tale(street: Street) -> None:
        street.program.answers |= {"/voice": QUESTION * 3, "/pressed": "<Say>Thank you</Say>"}
        call = street.exchange.place_call(order())
        await street.clock.move(60)
        assert call.said == ["Press 1", "Press 1", "Press 1", "Thank you"]
        assert call.status == "completed"

    on_the_street(tale, people=daughter(OnCall(does="answer", keys=(Keys(12, "1"),))))


def test_a_key_cuts_the_sentence_short(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers["/voice"] = (
            f'<Gather numDigits="1" action="/pressed"><Say>{"x" * 900}</Say><Say>Never said</Say></Gather>'
        )
        call = street.exchange.place_call(order())
        await street.clock.move(10)
        assert ("/pressed", "1") in [(path, fields.get("Digits")) for path, fields in street.program.received]
        assert "Never said" not in call.said

    on_the_street(tale, people=daughter(OnCall(does="answer", after=1, keys=(Keys(3, "1"),))))


def test_keys_are_lost_while_nobody_listens(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        call = street.exchange.place_call(order(twiml='<Response><Pause length="30"/></Response>'))
        await street.clock.move(1)
        street.exchange.tell(call.sid, PickUp())
        await street.clock.move(1)
        street.exchange.tell(call.sid, Press("1"))
        await street.clock.move(1)
        assert call.keys == ""
        assert "pressed, nobody listens" in street.happened()

    on_the_street(tale)


def test_nobody_presses_and_the_program_is_asked_only_if_it_wanted_to_be(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers |= {"/voice": QUESTION, "/empty": ""}
        street.exchange.place_call(order())
        await street.clock.move(60)
        assert [path for path, _ in street.program.received] == ["/voice"]
        street.program.answers["/voice"] = (
            '<Gather timeout="5" actionOnEmptyResult="true" action="/empty"/><Say>Never said</Say>'
        )
        street.exchange.place_call(order())
        await street.clock.move(60)
        assert street.program.received[-1][0] == "/empty"
        assert street.program.received[-1][1]["Digits"] == ""

    on_the_street(tale, people=daughter(OnCall(does="answer")))


def test_several_digits_end_with_the_finishing_key_or_with_silence(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers["/voice"] = '<Gather timeout="5" action="/pressed"/>'
        for _ in range(2):
            street.exchange.place_call(order())
            await street.clock.move(60)
        got = [fields for path, fields in street.program.received if path == "/pressed"]
        assert [(each["Digits"], each.get("FinishedOnKey")) for each in got] == [("42", "#"), ("42", None)]

    people = daughter(
        OnCall(does="answer", keys=(Keys(1, "42#"),)), OnCall(does="answer", keys=(Keys(1, "42"),))
    )
    on_the_street(tale, people=people)


@pytest.mark.parametrize(
    ("on_call", "detection", "heard"),
    [
        (OnCall(does="answer"), "Enable", "human"),
        (OnCall(does="voicemail"), "Enable", "machine_start"),
        (OnCall(does="voicemail"), "DetectMessageEnd", "machine_end_beep"),
        (OnCall(does="answer", heard_as="machine_start"), "Enable", "machine_start"),
        (OnCall(does="answer"), None, None),
    ],
)
def test_machine_detection_tells_people_from_machines_when_asked_to(
    on_the_street: Tell, on_call: OnCall, detection: str | None, heard: str | None
) -> None:
    async def tale(street: Street) -> None:
        street.exchange.place_call(order(machine_detection=detection, status_callback="http://hub/status"))
        await street.clock.move(60)
        assert [fields.get("AnsweredBy") for _, fields in street.program.received] == [heard, heard]

    on_the_street(tale, people=daughter(on_call))


def test_detection_beside_the_call_does_not_delay_it_and_is_told_afterwards(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers["/voice"] = '<Pause length="30"/>'
        street.exchange.place_call(
            order(machine_detection="Enable", async_amd=True, async_amd_callback="http://hub/amd")
        )
        await street.clock.move(2.4)
        assert [path for path, _ in street.program.received] == ["/voice"]
        await street.clock.move(1)
        path, fields = street.program.received[-1]
        assert (path, fields["AnsweredBy"], fields["MachineDetectionDuration"]) == ("/amd", "human", "1000")

    on_the_street(tale, people=daughter(OnCall(does="answer")))


def test_callbacks_are_late_by_exactly_the_delay_and_stay_in_order(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.exchange.set_faults(Faults(callbacks="delayed", callback_delay=30))
        street.exchange.place_call(
            order(
                timeout=20,
                status_callback="http://hub/status",
                status_callback_events=frozenset(CALLBACK_EVENTS),
            )
        )
        await street.clock.move(30)
        assert street.program.statuses() == []
        await street.clock.move(0.4)
        assert street.program.statuses() == ["initiated", "ringing"]
        await street.clock.move(20)
        assert street.program.statuses() == ["initiated", "ringing", "no-answer"]

    on_the_street(tale)


def test_a_call_ends_at_its_time_limit(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        call = street.exchange.place_call(
            order(twiml='<Response><Pause length="9000"/></Response>', time_limit=120)
        )
        await street.clock.move(122.5)
        assert call.status == "completed"
        assert call.answered_at is not None
        assert call.ended_at is not None
        assert (call.ended_at - call.answered_at).total_seconds() == 120

    on_the_street(tale, people=daughter(OnCall(does="answer")))


def test_a_program_that_sends_a_call_round_in_circles_is_stopped(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers["/voice"] = "<Redirect>/voice</Redirect>"
        call = street.exchange.place_call(order())
        for _ in range(30):
            await street.clock.move(2)
            await settle()
        for _ in range(200):
            await settle()
        await street.clock.move(60)
        assert call.status == "completed"
        assert len(street.program.received) == 300
        assert [entry.facts["code"] for entry in call.timeline if entry.what == "error"] == [11215]

    on_the_street(tale, people=daughter(OnCall(does="answer")))


def test_an_account_that_dials_once_a_second_keeps_the_others_waiting(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.exchange.set_faults(Faults(calls_per_second=1))
        calls = [
            street.exchange.place_call(
                CallOrder(to=f"+861380000000{home}", from_=STATION, twiml="<Response/>")
            )
            for home in range(3)
        ]
        assert [call.queue_ms for call in calls] == [0, 1000, 2000]
        await street.clock.move(1.5)
        assert [call.status for call in calls] == ["ringing", "ringing", "queued"]

    on_the_street(tale)


def test_a_reply_comes_when_the_person_has_thought(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.exchange.send_message(MessageOrder(to=DAUGHTER, from_=STATION, body="Fall"))
        await street.clock.move(10.7)
        assert street.program.received == []
        await street.clock.move(0.2)
        assert [fields["Body"] for _, fields in street.program.received] == ["1"]

    people = daughter(messages=(OnMessage(after=0.5, reply="1", reply_after=10),))
    on_the_street(tale, people=people, sms_url="http://hub/inbound")


def test_two_machines_that_write_to_each_other_are_stopped_after_thirty(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.program.answers["/inbound"] = "<Message>Taken</Message>"
        for _ in range(40):
            street.exchange.write(DAUGHTER, STATION, "1")
            await street.clock.move(0.5)
        sent = [each for each in street.exchange.messages.values() if each.direction == "outbound-reply"]
        assert len(sent) == 30
        assert "error" in street.happened()

    on_the_street(tale, sms_url="http://hub/inbound")


def test_a_message_can_be_withdrawn_only_while_it_waits(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        early = street.exchange.send_message(MessageOrder(to=DAUGHTER, from_=STATION, body="Fall"))
        street.exchange.cancel_message(early.sid)
        await street.clock.move(10)
        assert early.status is MessageStatus.CANCELED

    on_the_street(tale)


def test_after_a_reset_nothing_goes_on_and_nobody_is_told(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        street.exchange.set_faults(Faults(callbacks="never"))
        street.exchange.set_person(Person(number=STATION, name="Village station"))
        street.exchange.place_call(order(status_callback="http://hub/status"))
        await street.clock.move(1)
        before = street.exchange.around.log.last
        await street.exchange.reset()
        await street.clock.move(600)
        assert street.program.received == []
        assert list(street.exchange.people) == [DAUGHTER]
        assert street.exchange.around.faults == Faults()
        assert street.happened() == ["reset"]
        assert street.exchange.around.log.last == before + 1

    on_the_street(tale, people=daughter())


def test_old_calls_are_forgotten_but_never_one_that_goes_on(on_the_street: Tell) -> None:
    async def tale(street: Street) -> None:
        first = street.exchange.place_call(order(timeout=600))
        await street.clock.move(1)
        for home in range(15):
            street.exchange.place_call(
                CallOrder(to=f"+86138000000{home:02}", from_=STATION, twiml="<Response/>", timeout=1)
            )
            await street.clock.move(5)
        assert len(street.exchange.calls) == 10
        assert first.sid in street.exchange.calls

    on_the_street(tale, kept=10)
