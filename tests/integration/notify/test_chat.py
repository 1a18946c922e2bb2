"""Chat messages against a real HTTP server: what is posted, and what every answer leads to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot

from hub.notify.channels.chat.channel import ChatChannel
from hub.notify.channels.chat.robots import WECOM_BYTES, cut
from hub.notify.channels.port import Accepted, Outgoing, Refused, SendResult, Unknown
from hub.settings import Settings
from tests.http_rig import HttpServer, http_server

FALL = Outgoing(
    attempt_id="a1b2c3",
    channel="chat",
    address="wecombot://693a91f6-secret",
    text="【安居】王秀英：摔倒，浴室，03:12。",
    subject="王秀英：摔倒",
    link="https://anju.example.org/a/x",
    urgent=True,
)


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    """A server that stands where the robots' services are."""
    with http_server() as server:
        base = f"http://{server.host}"
        monkeypatch.setattr(NotifyWeComBot, "notify_url", base + "/cgi-bin/webhook/send?key={key}")
        monkeypatch.setattr(NotifyDingTalk, "notify_url", base + "/robot/send?access_token={token}")
        monkeypatch.setattr(NotifyFeishu, "notify_url", base + "/open-apis/bot/v2/hook/{token}/")
        monkeypatch.setattr(NotifyLark, "notify_url", base + "/open-apis/bot/v2/hook/")
        server.says(200, {"errcode": 0, "errmsg": "ok"})
        yield server


def sent(address: str = FALL.address, *, outgoing: Outgoing = FALL, timeout_s: float = 5.0) -> SendResult:
    channel = ChatChannel(Settings(chat_hosts="ntfy.example.org, 127.0.0.1"), timeout_s=timeout_s)
    return channel.send(replace(outgoing, address=address))


def test_a_wecom_robot_says_it_with_the_link_to_look(chat: HttpServer) -> None:
    assert sent() == Accepted("a1b2c3")
    (request,) = chat.came
    assert request.path == "/cgi-bin/webhook/send?key=693a91f6-secret"
    assert request.json == {
        "msgtype": "text",
        "text": {"content": f"{FALL.text}\n{FALL.link}"},
    }


def test_a_dingtalk_robot_gets_its_signature(chat: HttpServer) -> None:
    assert isinstance(sent("dingtalk://SECab@66ab12"), Accepted)
    (request,) = chat.came
    query = parse_qs(urlsplit(request.path).query)
    assert query["access_token"] == ["66ab12"]
    said = f"{query['timestamp'][0]}\nSECab".encode()
    assert query["sign"] == [base64.b64encode(hmac.digest(b"SECab", said, hashlib.sha256)).decode()]
    assert request.json["text"]["content"] == f"{FALL.text}\n{FALL.link}"


@pytest.mark.parametrize("scheme", ["feishu", "lark"])
def test_a_feishu_or_lark_robot_says_it(chat: HttpServer, scheme: str) -> None:
    chat.says(200, {"code": 0, "msg": "success", "data": {}})
    assert isinstance(sent(f"{scheme}://9f-ab12"), Accepted)
    (request,) = chat.came
    assert request.path == "/open-apis/bot/v2/hook/9f-ab12"
    assert request.json == {"msg_type": "text", "content": {"text": f"{FALL.text}\n{FALL.link}"}}


@pytest.mark.parametrize(
    ("address", "status", "answer", "code", "then"),
    [
        ("wecombot://k", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, "93000", "method"),
        ("wecombot://k", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, "45009", "method"),
        ("wecombot://k", 200, {"errcode": -1, "errmsg": "system busy"}, "-1", "again"),
        ("dingtalk://t", 200, {"errcode": 130101, "errmsg": "send too fast"}, "130101", "method"),
        ("dingtalk://t", 200, {"errcode": 310000, "errmsg": "keywords not in content"}, "310000", "method"),
        ("feishu://t", 200, {"code": 9499, "msg": "Bad Request"}, "9499", "method"),
        ("feishu://t", 200, "gateway page", "no_answer", "method"),
        ("wecombot://k", 502, {}, "502", "again"),
        ("wecombot://k", 429, {}, "429", "again"),
        ("wecombot://k", 403, {}, "403", "method"),
        ("wecombot://k", 302, {}, "302", "method"),
        ("ntfy://127.0.0.1:{port}/wang", 403, {"code": 40301, "error": "forbidden"}, "403", "method"),
        ("ntfy://127.0.0.1:{port}/wang", 429, {"code": 42901, "error": "limit"}, "429", "again"),
        ("ntfy://127.0.0.1:{port}/wang", 503, {}, "503", "again"),
    ],
)
def test_what_the_service_does_not_take_says_what_may_help(
    chat: HttpServer, address: str, status: int, answer: object, code: str, then: str
) -> None:
    """Robots answer 200 to everything: only the number in their answer says whether it was taken."""
    chat.says(status, answer)
    result = sent(address.format(port=chat.port))
    assert isinstance(result, Refused)
    assert (result.code, result.then) == (code, then)
    assert len(chat.came) == 1


def test_ntfy_says_it_loudly_and_fetches_nothing_from_elsewhere(chat: HttpServer) -> None:
    assert isinstance(sent(f"ntfy://127.0.0.1:{chat.port}/wang"), Accepted)
    (request,) = chat.came
    assert request.json == {"topic": "wang", "title": "王秀英：摔倒", "message": f"{FALL.text}\n{FALL.link}"}
    assert request.headers["x-priority"] == "max"
    assert "x-icon" not in request.headers


@pytest.mark.parametrize(
    "address", ["ntfy://10.0.0.1/wang", "workflows://10.0.0.1/abc/def", "ntfys://example.org/x"]
)
def test_a_server_that_nobody_allowed_is_never_asked(address: str) -> None:
    result = sent(address)
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("host_not_allowed", "method")


def test_an_answer_that_does_not_come_leaves_the_fate_open(chat: HttpServer) -> None:
    chat.wait = threading.Event()
    assert isinstance(sent(timeout_s=0.2), Unknown)
    chat.wait.set()
    chat.wait, chat.status = None, 0
    assert isinstance(sent(), Unknown)


@pytest.mark.parametrize("address", ["wecombot://693a91f6-secret", "ntfy://127.0.0.1:{port}/topic-secret"])
def test_a_service_that_is_not_there_is_tried_again_and_no_secret_is_said(
    chat: HttpServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    with http_server() as gone:
        base = f"http://{gone.host}"
    monkeypatch.setattr(NotifyWeComBot, "notify_url", base + "/cgi-bin/webhook/send?key={key}")
    with caplog.at_level(logging.INFO):
        result = sent(address.format(port=gone.port))
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("no_connection", "again")
    assert "secret" not in result.text + caplog.text


def test_a_long_text_is_cut_to_what_a_robot_takes_within_a_character(chat: HttpServer) -> None:
    sent(outgoing=replace(FALL, text="浴室" * 1000, subject="", link=""))
    content = chat.came[0].json["text"]["content"]
    assert WECOM_BYTES - 3 < len(content.encode()) <= WECOM_BYTES
    assert content == "浴室" * 340 + "浴…"
    assert cut("short", WECOM_BYTES) == "short"
