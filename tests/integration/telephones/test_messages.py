"""A program writes to people through Twilio's own client; they receive, write back or forbid it."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulators.telephones.person import OnMessage
from simulators.telephones.running import RunningTelephones

from .conftest import DAUGHTER, SON, STATION, Program


def test_a_message_is_delivered_and_the_program_is_told_of_every_step_but_the_first(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    message = twilio.messages.create(
        to=DAUGHTER, from_=STATION, body="王秀英的报警已解除", status_callback=program.url + "/status"
    )
    assert (message.status, message.num_segments) == ("queued", "1")

    program.wait(lambda: "delivered" in program.statuses())

    assert program.statuses() == ["sending", "sent", "delivered"]
    validator = RequestValidator(telephones.auth_token)
    for each in program.at("/status"):
        assert validator.validate(each.url, each.fields, each.signature)
    fetched = twilio.messages(message.sid or "").fetch()
    assert (fetched.status, fetched.error_code) == ("delivered", None)
    assert fetched.date_sent is not None


def test_a_messaging_service_accepts_first_and_chooses_the_sender(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    message = twilio.messages.create(
        to=DAUGHTER,
        messaging_service_sid="MG" + "0" * 32,
        body="All is well",
        status_callback=program.url + "/status",
    )
    assert message.status == "accepted"
    program.wait(lambda: "delivered" in program.statuses())
    assert program.statuses() == ["queued", "sending", "sent", "delivered"]
    assert twilio.messages(message.sid or "").fetch().from_


@pytest.mark.parametrize(
    ("on_message", "steps", "code"),
    [
        (OnMessage(outcome="undelivered", error_code=30005), ["sending", "sent", "undelivered"], 30005),
        (OnMessage(outcome="failed", error_code=30007), ["failed"], 30007),
        (OnMessage(outcome="sent"), ["sending", "sent"], None),
    ],
    ids=lambda value: value.outcome if isinstance(value, OnMessage) else None,
)
def test_a_message_that_does_not_arrive_says_why(
    telephones: RunningTelephones,
    twilio: Client,
    program: Program,
    on_message: OnMessage,
    steps: list[str],
    code: int | None,
) -> None:
    telephones.person(SON, "王伟", messages=[on_message])
    message = twilio.messages.create(
        to=SON, from_=STATION, body="Fall", status_callback=program.url + "/status"
    )
    program.wait(lambda: program.statuses() == steps)
    assert program.at("/status")[-1].fields.get("ErrorCode") == (str(code) if code else None)
    assert twilio.messages(message.sid or "").fetch().error_code == code


def test_a_person_writes_back_and_the_program_answers(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.person(DAUGHTER, "王芳", messages=[OnMessage(reply="1", reply_after=4)])
    telephones.sms_url(program.says("/inbound", "<Message>You have taken the alert</Message>"))
    twilio.messages.create(to=DAUGHTER, from_=STATION, body="Fall. Reply 1 to take it.")

    program.wait(lambda: bool(program.at("/inbound")))
    inbound = program.at("/inbound")[0]
    assert RequestValidator(telephones.auth_token).validate(inbound.url, inbound.fields, inbound.signature)
    assert (inbound.fields["From"], inbound.fields["To"], inbound.fields["Body"]) == (DAUGHTER, STATION, "1")
    first = telephones.wait_for(lambda entry: entry.what == "delivered")
    telephones.wait_for(lambda entry: entry.what == "delivered", after=first.n)
    thread = [(each.direction, each.body, each.status) for each in telephones.messages()]
    assert thread == [
        ("outbound-api", "Fall. Reply 1 to take it.", "delivered"),
        ("inbound", "1", "received"),
        ("outbound-reply", "You have taken the alert", "delivered"),
    ]  # and the person does not answer the answer
    listed = twilio.messages.list(to=STATION)
    assert [(each.direction, each.body) for each in listed] == [("inbound", "1")]


def test_after_stop_nothing_more_is_taken_until_start(
    telephones: RunningTelephones, twilio: Client, program: Program
) -> None:
    telephones.write(DAUGHTER, STATION, " stop ")
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=DAUGHTER, from_=STATION, body="Fall")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    twilio.messages.create(to=SON, from_=STATION, body="Fall")  # who has said nothing

    telephones.write(DAUGHTER, STATION, "START")
    twilio.messages.create(to=DAUGHTER, from_=STATION, body="Fall")


def test_a_landline_takes_no_messages(telephones: RunningTelephones, twilio: Client) -> None:
    telephones.person(STATION, "Village station", landline=True)
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=STATION, from_="+8657185559999", body="Fall")
    assert refused.value.code == 21635


def test_an_inbound_address_that_is_down_is_written_down_and_nothing_more_happens(
    telephones: RunningTelephones,
) -> None:
    telephones.sms_url("http://127.0.0.1:9/inbound")
    telephones.write(DAUGHTER, STATION, "1")
    entry = telephones.wait_for(lambda entry: entry.what == "error")
    assert entry.facts["code"] == 11205
