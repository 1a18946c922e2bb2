"""A program that uses the telephones: the real Twilio client, and a small web server that is called back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings

STATION = "+8657185550000"
DAUGHTER = "+14155550101"
SON = "+447700900123"


class RewritingClient(TwilioHttpClient):
    """Twilio's own client, with its host exchanged and nothing else."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **kwargs)

    def close(self) -> None:
        assert self.session is not None
        self.session.close()


@dataclass
class Received:
    """One request that the program got."""

    method: str
    url: str
    path: str
    fields: dict[str, str]
    signature: str
    token: str


@dataclass
class Program:
    """A web server on a real port that keeps what it gets and answers each path as it was told to."""

    url: str = ""
    answers: dict[str, Callable[[Received], tuple[int, str, str]]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def says(self, path: str, twiml: str) -> str:
        """Answer a path with a TwiML document; return its address."""
        document = f"<Response>{twiml}</Response>"
        self.answers[path] = lambda _: (200, "text/xml", document)
        return self.url + path

    def breaks(self, path: str, status: int = 500) -> str:
        """Answer a path with an error; return its address."""
        self.answers[path] = lambda _: (status, "text/plain", "broken")
        return self.url + path

    def at(self, path: str) -> list[Received]:
        """What a path has got so far."""
        return [each for each in list(self.received) if each.path == path]

    def statuses(self, path: str = "/status") -> list[str]:
        """The statuses that a path was told of, in the order of arrival."""
        return [each.fields.get("CallStatus") or each.fields["MessageStatus"] for each in self.at(path)]

    def wait(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Return as soon as the condition holds."""
        with self.changed:
            assert self.changed.wait_for(condition, seconds), [
                (each.path, each.fields) for each in self.received
            ]


@pytest.fixture
def program() -> Iterator[Program]:
    program = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            path, _, query = self.path.partition("?")
            received = Received(
                method=self.command,
                url=program.url + self.path,
                path=path,
                fields=dict(parse_qsl(body if self.command == "POST" else query, keep_blank_values=True)),
                signature=self.headers.get("X-Twilio-Signature", ""),
                token=self.headers.get("I-Twilio-Idempotency-Token", ""),
            )
            answer = program.answers.get(path, lambda _: (204, "text/xml", ""))
            status, kind, text = answer(received)
            with program.changed:
                program.received.append(received)
                program.changed.notify_all()
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    program.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield program
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def running() -> Iterator[RunningTelephones]:
    with RunningTelephones(Settings(speed=50)) as running:
        yield running


@pytest.fixture
def telephones(running: RunningTelephones) -> RunningTelephones:
    """The telephones as at their start."""
    running.reset()
    return running


@pytest.fixture
def twilio(telephones: RunningTelephones) -> Iterator[Client]:
    http = RewritingClient(telephones.url)
    yield Client(telephones.account_sid, telephones.auth_token, http_client=http)
    http.close()


@pytest.fixture(autouse=True)
def no_mistakes_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A call or message that stops by a mistake is only logged, so that the others go on: a test fails."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
