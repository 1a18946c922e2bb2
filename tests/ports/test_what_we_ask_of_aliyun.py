"""Calls and messages through Aliyun's own clients, against a carrier that checks them as Aliyun does.

It checks the signature, the templates and their words, the numbers and the limits; see simulators/telephones.
"""

from __future__ import annotations

import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from hub.errors import SettingsError
from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.notify.channels.aliyun.identity import message_id, out_id
from hub.notify.channels.port import Accepted, Medium, Outgoing, Refused, SendResult, Unknown
from hub.settings import Settings
from simulators.telephones.aliyun.account import AliyunAccount
from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import Keys, OnCall, OnMessage
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.aliyun_rig import aliyun_channel, aliyun_settings

DAUGHTER, STATION = "+8613800000001", "+8657185550001"
WORDS = {"who": "王秀英", "what": "跌倒", "where": "浴室", "when": "03:12", "address": "东街12号"}


@pytest.fixture(scope="module")
def street() -> Iterator[RunningTelephones]:
    settings = TelephoneSettings(speed=30, aliyun=AliyunAccount(record_after=0))
    with RunningTelephones(settings) as telephones:
        yield telephones


@pytest.fixture
def telephones(street: RunningTelephones) -> RunningTelephones:
    street.reset()
    return street


@pytest.fixture
def channel(telephones: RunningTelephones) -> AliyunChannel:
    return aliyun_channel(telephones)


def outgoing(address: str, medium: Medium = "voice", purpose: str = "answer") -> Outgoing:
    return Outgoing(
        attempt_id=uuid.uuid4().hex,
        channel=medium,
        address=address,
        text="",
        words=WORDS,
        purpose=purpose,
    )


def accepted(result: SendResult) -> str:
    assert isinstance(result, Accepted), result
    return result.provider_id


def test_a_call_says_the_approved_words_and_takes_a_key(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    telephones.person(DAUGHTER, "王芳", [OnCall(does="answer", after=1, keys=(Keys(1, "1"),))])
    call_id = accepted(channel.send(outgoing(DAUGHTER)))
    call = telephones.wait_for_call(DAUGHTER, "completed")
    assert call.sid == call_id
    assert call.keys == "1"
    assert call.from_number == "057188880000"
    assert call.said[0] == "这里是安居。王秀英，跌倒，浴室，03:12。您去看请按1，不能去请按2，再听详情请按3。"
    assert call.said[-1] == "谢谢，已收到。除非另有通知，请您现在就去看王秀英。"


def test_a_landline_is_called_but_not_written_to(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    telephones.person(STATION, "东街站", [OnCall(does="no_answer")], landline=True)
    assert accepted(channel.send(outgoing(STATION)))
    refused = channel.send(outgoing(STATION, "sms"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("landline", "method")
    assert telephones.messages() == []


def test_a_call_that_asks_nothing_only_speaks(telephones: RunningTelephones, channel: AliyunChannel) -> None:
    telephones.person(DAUGHTER, "王芳", [OnCall(does="answer", after=1)])
    accepted(channel.send(outgoing(DAUGHTER, purpose="news")))
    call = telephones.wait_for_call(DAUGHTER, "completed")
    assert call.said == ["安居通知。王秀英，跌倒，浴室，03:12。"] * 3


def test_the_resident_is_asked_by_a_menu_of_their_own(street: RunningTelephones) -> None:
    street.reset()
    street.person(DAUGHTER, "王秀英", [OnCall(does="answer", after=1, keys=(Keys(1, "1"),))])
    channel = aliyun_channel(
        street,
        aliyun_ask_template="TTS_5",
        aliyun_ask_fine_template="TTS_3",
        aliyun_ask_help_template="TTS_2",
    )
    accepted(channel.send(outgoing(DAUGHTER, purpose="ask")))
    call = street.wait_for_call(DAUGHTER, "completed")
    assert call.said == ["安居通知。王秀英，跌倒，浴室，03:12。", "谢谢，我们正在呼叫下一位。"]


def test_without_a_question_of_their_own_the_resident_is_not_rung(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    refused = channel.send(outgoing(DAUGHTER, purpose="ask"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("no_template", "provider")
    assert telephones.calls() == []


def test_a_message_is_delivered_and_found_again(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    sent = outgoing(DAUGHTER, "sms")
    known = accepted(channel.send(sent))
    assert known == message_id(out_id(sent.attempt_id), "13800000001")
    telephones.wait_for(lambda entry: entry.what == "delivered")
    assert telephones.messages(DAUGHTER)[0].body == (
        "【安居】王秀英：跌倒，浴室，03:12。您去看请回复1，不能去请回复2。"
    )
    receipt = channel.ask("sms", known)
    assert receipt is not None
    assert receipt.status == "delivered"
    found = channel.find("sms", DAUGHTER, since)
    assert found is not None
    assert [each.provider_id for each in found] == [known]
    assert channel.find("sms", DAUGHTER, datetime.now(UTC) + timedelta(minutes=1)) == []


def test_a_message_is_found_behind_a_page_of_others(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    """News go by a template of their own: both together may be more than one page."""
    since = datetime.now(UTC) - timedelta(seconds=1)
    first = accepted(channel.send(outgoing(DAUGHTER, "sms", purpose="news")))
    for _ in range(50):
        accepted(channel.send(outgoing(DAUGHTER, "sms")))
    refused = channel.send(outgoing(DAUGHTER, "sms"))
    assert isinstance(refused, Refused), "fifty a day by one template"
    assert refused.code == "isv.BUSINESS_LIMIT_CONTROL"
    found = channel.find("sms", DAUGHTER, since)
    assert found is not None
    assert len(found) == 51
    assert found[-1].provider_id == first


def test_a_message_that_did_not_arrive_is_told_apart(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    telephones.person(DAUGHTER, messages=[OnMessage(outcome="undelivered")])
    known = accepted(channel.send(outgoing(DAUGHTER, "sms")))
    telephones.wait_for(lambda entry: entry.what == "undelivered")
    receipt = channel.ask("sms", known)
    assert receipt is not None
    assert (receipt.status, receipt.error_code) == ("failed", "UNDELIV")


@pytest.mark.parametrize(
    ("does", "status"), [("no_answer", "unanswered"), ("busy", "busy"), ("unreachable", "failed")]
)
def test_a_calls_record_says_how_it_ended(
    telephones: RunningTelephones, channel: AliyunChannel, does: str, status: str
) -> None:
    telephones.person(DAUGHTER, calls=[OnCall(does=does)])  # type: ignore[arg-type]
    call_id = accepted(channel.send(outgoing(DAUGHTER)))
    telephones.wait_for(lambda entry: entry.what in ("no-answer", "busy", "failed"))
    receipt = channel.ask("voice", call_id)
    assert receipt is not None
    assert (receipt.provider_id, receipt.status) == (call_id, status)


def test_a_call_that_rings_has_no_record_yet(telephones: RunningTelephones, channel: AliyunChannel) -> None:
    call_id = accepted(channel.send(outgoing(DAUGHTER)))
    assert channel.ask("voice", call_id) is None


def test_one_number_takes_one_call_a_minute(telephones: RunningTelephones, channel: AliyunChannel) -> None:
    accepted(channel.send(outgoing(DAUGHTER)))
    refused = channel.send(outgoing(DAUGHTER))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("isv.BUSINESS_LIMIT_CONTROL", "provider")
    assert len(telephones.calls()) == 1
    assert accepted(channel.send(outgoing(STATION))), "another number is another count"


def test_after_a_lost_answer_a_second_try_never_rings_twice(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    """No call can be looked up by its number: the carrier's own limit tells whether it was taken."""
    telephones.faults(Faults(create=[CreateFault(answer="500", accepted=True)]))
    assert isinstance(channel.send(outgoing(DAUGHTER)), Unknown)
    assert channel.find("voice", DAUGHTER, datetime.now(UTC)) == []
    assert isinstance(channel.send(outgoing(DAUGHTER)), Refused)
    assert len(telephones.calls(DAUGHTER)) == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"aliyun_menu_template": "TTS_99"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"aliyun_show_number": "057199990000"}, "isv.DISPLAY_NUMBER_ILLEGAL"),
        ({"aliyun_access_key_secret": "wrong"}, "SignatureDoesNotMatch"),
        ({"aliyun_access_key_id": "LTAIwrong"}, "InvalidAccessKeyId.NotFound"),
    ],
)
def test_what_is_wrong_with_the_account_may_work_through_another_provider(
    telephones: RunningTelephones, settings: dict[str, str], code: str
) -> None:
    refused = aliyun_channel(telephones, **settings).send(outgoing(DAUGHTER))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == (code, "provider")
    assert telephones.calls() == []


def test_a_signature_that_is_not_approved_is_refused(telephones: RunningTelephones) -> None:
    refused = aliyun_channel(telephones, aliyun_sms_sign="别人").send(outgoing(DAUGHTER, "sms"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("isv.SMS_SIGNATURE_ILLEGAL", "provider")


@pytest.mark.parametrize("code", ["isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH"])
def test_an_account_without_money_is_told_apart(
    telephones: RunningTelephones, channel: AliyunChannel, code: str
) -> None:
    telephones.faults(Faults(refused_by_aliyun={DAUGHTER: code}))
    refused = channel.send(outgoing(DAUGHTER))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == (code, "provider")


def test_too_many_requests_may_be_tried_again(telephones: RunningTelephones, channel: AliyunChannel) -> None:
    telephones.faults(Faults(create=[CreateFault(answer="429")]))
    refused = channel.send(outgoing(DAUGHTER))
    assert isinstance(refused, Refused)
    assert refused.then == "again"
    assert accepted(channel.send(outgoing(DAUGHTER)))


def test_a_call_that_was_dropped_has_no_record_and_a_message_neither(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    telephones.faults(Faults(dropped=frozenset({DAUGHTER})))
    call_id = accepted(channel.send(outgoing(DAUGHTER)))
    message = accepted(channel.send(outgoing(DAUGHTER, "sms")))
    assert channel.ask("voice", call_id) is None, "it may still ring"
    assert channel.ask("sms", message) is None
    later = aliyun_channel(telephones)  # placed by an earlier run: it must have rung out
    receipt = later.ask("voice", call_id)
    assert receipt is not None
    assert (receipt.status, receipt.error_code) == ("unanswered", "no_record")
    assert telephones.calls() == []


def test_nobody_outside_the_mainland_is_reached(
    telephones: RunningTelephones, channel: AliyunChannel
) -> None:
    refused = channel.send(outgoing("+447700900001"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("not_mainland", "provider")
    assert telephones.calls() == []


def test_a_call_cannot_be_withdrawn(telephones: RunningTelephones, channel: AliyunChannel) -> None:
    call_id = accepted(channel.send(outgoing(DAUGHTER)))
    assert channel.hang_up(call_id) is False


def test_what_no_template_is_set_for_is_refused_before_anything_is_asked(
    telephones: RunningTelephones,
) -> None:
    channel = aliyun_channel(telephones, aliyun_voice_template="")
    refused = channel.send(outgoing(DAUGHTER, purpose="news"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == ("no_template", "provider")


class Ill(BaseHTTPRequestHandler):
    """A proxy that answers with a page, or cuts the line."""

    cuts: ClassVar[bool] = False

    def do_POST(self) -> None:
        if self.cuts:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(502)
        self.end_headers()
        self.wfile.write(b"<html>Bad Gateway</html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("cuts", [False, True])
def test_after_a_cut_line_or_a_strangers_answer_nobody_knows(
    telephones: RunningTelephones, cuts: bool
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Now", (Ill,), {"cuts": cuts}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    channel = aliyun_channel(telephones, aliyun_voice_url=address, aliyun_sms_url=address)
    try:
        assert isinstance(channel.send(outgoing(DAUGHTER)), Unknown)
        assert channel.ask("voice", "1^2") is None
        assert channel.find("sms", DAUGHTER, datetime.now(UTC)) is None
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_provider_that_is_not_there_may_be_tried_again(telephones: RunningTelephones) -> None:
    channel = aliyun_channel(telephones, aliyun_voice_url="http://127.0.0.1:9")
    refused = channel.send(outgoing(DAUGHTER))
    assert isinstance(refused, Refused)
    assert refused.then == "again"


def test_without_the_clients_the_hub_says_what_to_install(
    telephones: RunningTelephones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alibabacloud_dyvmsapi20170525.client", None)
    with pytest.raises(SettingsError, match="install the extra `aliyun`"):
        aliyun_channel(telephones)


def test_an_address_that_is_none_is_refused_at_the_start(telephones: RunningTelephones) -> None:
    with pytest.raises(SettingsError, match="is no address of Aliyun's"):
        aliyun_channel(telephones, aliyun_sms_url="dysmsapi.aliyuncs.com")


def test_only_what_is_set_is_offered(telephones: RunningTelephones) -> None:
    messages_only = {
        name: "" for name in aliyun_settings(telephones) if name.endswith("_template") and "sms" not in name
    }
    channel = AliyunChannel(Settings(**aliyun_settings(telephones, **messages_only, aliyun_show_number="")))
    assert [row.medium for row in channel.capabilities] == ["sms"]
