"""Every request that goes to Twilio, as it leaves, against Twilio's own description of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from hub.notify.channels.port import Outgoing, Refused, Unknown
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.settings import Settings

ACCOUNT = "AC" + "0" * 32
CALL = "CA" + "1" * 32


class Listener(BaseHTTPRequestHandler):
    """Writes down what it is asked and answers that it is ill."""

    asked: ClassVar[list[tuple[str, str, dict[str, list[str]]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.asked.append(("post", self.path, parse_qs(body, keep_blank_values=True)))
        self._answer()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.asked.append(("get", parts.path, parse_qs(parts.query, keep_blank_values=True)))
        self._answer()

    def _answer(self) -> None:
        body = b'{"code": 20500, "message": "Internal Server Error", "status": 500}'
        self.send_response(500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def channel() -> Iterator[TwilioChannel]:
    Listener.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield TwilioChannel(
        Settings(
            twilio_url=f"http://127.0.0.1:{server.server_port}",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token="secret",  # type: ignore[arg-type]
            twilio_from="+15005550006",
            public_url="https://anju.example",
        )
    )
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def description(shared: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(
        (shared / "twilio" / "twilio_subset_messages_calls.json").read_text("utf-8")
    )
    return described


def operation(description: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """Return Twilio's description of a request."""
    known = path.replace(ACCOUNT, "{AccountSid}").replace(CALL, "{Sid}")
    found: dict[str, Any] = description["paths"][known][method]
    return found


def holds(description: dict[str, Any]) -> None:
    """Compare all that was asked."""
    assert Listener.asked
    for method, path, said in Listener.asked:
        described = operation(description, method, path)
        if method == "get":
            known = {parameter["name"] for parameter in described["parameters"]}
            assert set(said) <= known, (path, set(said) - known)
            continue
        schema = described["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        assert set(said) <= set(schema["properties"]), (path, set(said) - set(schema["properties"]))
        typed = {name: _typed(schema["properties"][name], values) for name, values in said.items()}
        jsonschema.validate(typed, {**schema, "components": description.get("components", {})})


def _typed(schema: dict[str, Any], values: list[str]) -> Any:
    kind = schema.get("type")
    if kind == "array":
        return values
    if kind == "integer":
        return int(values[0])
    if kind == "boolean":
        return values[0].lower() == "true"
    return values[0]


def test_calls_and_messages_are_asked_for_as_twilio_describes(
    channel: TwilioChannel, description: dict[str, Any]
) -> None:
    for kind in ("voice", "sms"):
        asked = Outgoing(attempt_id="a1", channel=kind, address="+447700900001", text="跌倒，浴室。")
        assert isinstance(channel.send(asked), Unknown), "an error of the server says nothing about the call"
    holds(description)
    call, message = (said for _, _, said in Listener.asked)
    assert call["MachineDetection"] == ["Enable"]
    assert call["Url"] == ["https://anju.example/twilio/voice/a1"]
    assert message["Body"] == ["跌倒，浴室。"]


def test_looking_and_hanging_up_are_asked_for_as_twilio_describes(
    channel: TwilioChannel, description: dict[str, Any]
) -> None:
    since = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)
    assert channel.ask("voice", CALL) is None
    assert channel.find("voice", "+447700900001", since) is None
    assert channel.find("sms", "+447700900001", since) is None
    assert not channel.hang_up(CALL)
    holds(description)


def test_a_provider_that_is_not_there_may_be_tried_again() -> None:
    nowhere = TwilioChannel(
        Settings(
            twilio_url="http://127.0.0.1:9",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token="secret",  # type: ignore[arg-type]
            twilio_from="+15005550006",
        )
    )
    result = nowhere.send(Outgoing(attempt_id="a1", channel="voice", address="+447700900001", text=""))
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("no_connection", "again")
