"""The telephones' Aliyun as a program sees it: hands on the page, receipts, and a program that is ill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.notify.channels.port import Accepted, Medium, Outgoing
from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.faults import Faults
from simulators.telephones.person import Keys, OnCall, OnMessage
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings
from tests.aliyun_rig import aliyun_channel
from tests.http_rig import HttpServer, http_server

FANG = "+8613800000001"
KINDS = ("call", "progress", "message", "reply")


@pytest.fixture(scope="module")
def street() -> Iterator[RunningTelephones]:
    with RunningTelephones(Settings(speed=60)) as telephones:
        yield telephones


@pytest.fixture
def program(street: RunningTelephones) -> Iterator[HttpServer]:
    """A program that takes receipts."""
    with http_server() as server:
        server.says(200, {"code": 0, "msg": "OK"})
        street.reset()
        street.aliyun_pushes(Pushes(**{kind: f"http://{server.host}/{kind}" for kind in KINDS}))
        yield server


@pytest.fixture
def channel(street: RunningTelephones, program: HttpServer) -> AliyunChannel:
    return aliyun_channel(street)


def send(channel: AliyunChannel, medium: Medium = "voice") -> str:
    result = channel.send(Outgoing(attempt_id="f" * 32, channel=medium, address=FANG, text=""))
    assert isinstance(result, Accepted), result
    return result.provider_id


def until(wanted: Callable[[], Any]) -> Any:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.01)
    raise AssertionError("not within 10 s")


def came(program: HttpServer, kind: str) -> list[dict[str, Any]]:
    """What was told of a kind, in order; every push is a list."""
    return [item for request in program.came if request.path == f"/{kind}" for item in request.json]


def test_a_hand_on_the_page_answers_and_presses(
    street: RunningTelephones, channel: AliyunChannel, program: HttpServer
) -> None:
    call_id = send(channel)
    street.wait_for_call(FANG, "ringing")
    street.answer(call_id)
    street.wait_for(lambda entry: entry.what == "listens")
    street.press(call_id, "2")
    (report,) = until(lambda: came(program, "call"))
    assert (report["call_id"], report["out_id"], report["dtmf"]) == (call_id, "f" * 15, "2")
    assert (report["status_code"], report["callee"]) == ("200000", "13800000001")
    assert [item["status_code"] for item in came(program, "progress")] == ["200103", "300000"]


@pytest.mark.parametrize(
    ("does", "code"), [("busy", "200002"), ("no_answer", "200003"), ("hangs_up", "200001")]
)
def test_a_receipt_says_how_a_call_ended(
    street: RunningTelephones, channel: AliyunChannel, program: HttpServer, does: str, code: str
) -> None:
    street.person(FANG, calls=[OnCall(does=does)])  # type: ignore[arg-type]
    send(channel)
    (report,) = until(lambda: came(program, "call"))
    assert report["status_code"] == code
    assert "dtmf" not in report


def test_what_a_person_writes_back_goes_where_their_message_came_from(
    street: RunningTelephones, channel: AliyunChannel, program: HttpServer
) -> None:
    street.person(FANG, messages=[OnMessage(reply="1", reply_after=1)])
    send(channel, "sms")
    (reply,) = until(lambda: came(program, "reply"))
    assert (reply["phone_number"], reply["content"]) == ("13800000001", "1")
    (report,) = came(program, "message")
    assert (report["success"], report["err_code"], report["out_id"]) == (True, "DELIVERED", "f" * 15)


def test_a_program_that_is_ill_is_told_again_a_minute_later(
    street: RunningTelephones, channel: AliyunChannel, program: HttpServer
) -> None:
    program.says(500)
    street.person(FANG, calls=[OnCall(does="busy")])
    send(channel)
    until(lambda: came(program, "call"))
    program.says(200, {"code": 0})
    first, second = until(lambda: came(program, "call") if len(came(program, "call")) == 2 else None)
    assert first == second
    street.wait_for(lambda entry: entry.what == "callback")


def test_receipts_are_withheld_or_told_twice_as_the_faults_say(
    street: RunningTelephones, channel: AliyunChannel, program: HttpServer
) -> None:
    street.person(FANG, calls=[OnCall(does="busy")])
    street.faults(Faults(callbacks="never"))
    send(channel)
    street.wait_for(lambda entry: entry.what == "callback withheld")
    assert program.came == []
    street.faults(Faults(callbacks="twice"))
    until(lambda: isinstance(channel.send(_again()), Accepted))
    first, second = until(lambda: came(program, "call") if len(came(program, "call")) == 2 else None)
    assert first == second


def test_a_minute_later_the_number_takes_a_call_again(
    street: RunningTelephones, channel: AliyunChannel
) -> None:
    street.person(FANG, calls=[OnCall(does="answer", keys=(Keys(0, "1"),))])
    send(channel)
    assert not isinstance(channel.send(_again()), Accepted)
    until(lambda: isinstance(channel.send(_again()), Accepted))
    assert len(street.calls(FANG)) == 2


def test_what_is_dropped_is_only_in_the_log(street: RunningTelephones, channel: AliyunChannel) -> None:
    street.faults(Faults(dropped=frozenset({FANG})))
    call_id = send(channel)
    entry = street.wait_for(lambda entry: entry.what == "accepted and dropped")
    assert (entry.number, entry.facts["id"]) == (FANG, call_id)
    assert street.calls() == []


def _again() -> Outgoing:
    return Outgoing(attempt_id="e" * 32, channel="voice", address=FANG, text="")
