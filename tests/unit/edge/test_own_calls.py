"""The agent's own calls: by a modem's programs and by Twilio; a key counts, an emergency service never."""

from __future__ import annotations

import base64
import json
import os
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge_agent.core.spot import Outcome
from edge_agent.settings import SettingsError, load
from edge_agent.spot.modem import Modem
from edge_agent.spot.numbers import NotAPersonError, checked
from edge_agent.spot.twilio import Twilio
from tests.modem_programs import install

DAUGHTER = "+8613800000001"
NEVER = [
    "120", "110", "119", "112", "911", "999", "122", "+86120", "+86 110", "0086119", "+86571120", "+86010120",
    "+8610119", "+86010 120", "+8601012000", "+1911", "+44999", "+49112", "13800000001", "", "+86", "*99#",
    "+8613800000001;120", "tel:110",
]  # fmt: skip
PEOPLE = [DAUGHTER, "+861012345120", "+8657187654110", "+447700900119", "+33112345678", "+12025550119"]


@pytest.fixture
def modem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds what the modem does, with its programs on the path."""
    install(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def call(folder: Path, *states: str, reason: str = "") -> Outcome:
    """Let the modem call; the story goes a state further at every look."""
    (folder / "story").write_text("\n".join(states) + "\n", "utf-8")
    if reason:
        (folder / "reason").write_text(reason, "utf-8")
    said = folder / "said"
    pause = threading.Event()
    made = Modem(lambda text: ["sh", "-c", f"echo '{text}' >> {said}"], wait=lambda _: bool(pause.wait(0.05)))
    return made.call(DAUGHTER, "A fall.", "en-GB")


RINGS = ("dialing", "ringing-out", "ringing-out")


def test_a_key_on_the_modems_call_counts(modem: Path) -> None:
    (modem / "key").touch()
    assert call(modem, *RINGS, *["active"] * 60) == "key"
    assert "A fall." in (modem / "said").read_text("utf-8")
    orders = (modem / "orders").read_text("utf-8").splitlines()
    assert orders[0] == f"-m any --voice-create-call=number={DAUGHTER}"
    assert orders[1] == "-o 7 --start"
    assert orders[-2:] == ["-o 7 --hangup", "-m any --voice-delete-call=7"]


def test_an_answer_without_a_key_is_no_answer(modem: Path) -> None:
    """Voicemail picks up too."""
    assert call(modem, *RINGS, "active", "active", "terminated") == "no_key"


@pytest.mark.parametrize(
    ("reason", "outcome"), [("refused-or-busy", "busy"), ("terminated", "no_answer"), ("error", "no_answer")]
)
def test_a_call_that_nobody_takes(modem: Path, reason: str, outcome: str) -> None:
    assert call(modem, *RINGS, "terminated", reason=reason) == outcome


def test_a_modem_that_cannot_call_and_one_that_is_not_there(
    modem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (modem / "cannot-start").touch()
    assert call(modem, "unknown") == "failed"
    monkeypatch.setenv("PATH", str(modem / "nowhere"))
    assert call(modem, "unknown") == "failed"


class Exchange(ThreadingHTTPServer):
    """Twilio's side as far as the agent uses it: calls, their status, conferences."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.orders: list[dict[str, str]] = []
        self.secrets: set[str] = set()
        self.story: list[str] = []
        self.presses_at = ""
        self.conference = False


class _Answers(BaseHTTPRequestHandler):
    server: Exchange

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.orders.append(dict(urllib.parse.parse_qsl(body)))
        self.server.secrets.add(self.headers["Authorization"])
        self._say(201, {"sid": "CA1", "status": "queued"})

    def do_GET(self) -> None:
        if "/Conferences.json?FriendlyName=anju-CA1" in self.path:
            self._say(200, {"conferences": [{"sid": "CF1"}] if self.server.conference else []})
        elif self.path.endswith("/Calls/CA1.json"):
            status = self.server.story.pop(0) if len(self.server.story) > 1 else self.server.story[0]
            self.server.conference |= status == self.server.presses_at
            self._say(200, {"sid": "CA1", "status": status})
        else:
            self._say(404, {"code": 20404})

    def _say(self, status: int, document: object) -> None:
        raw = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    made = Exchange()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


KEY_URL = "https://handler.example/twiml/EH1"


def twilio(exchange: Exchange, key_url: str = KEY_URL) -> Twilio:
    url = f"http://127.0.0.1:{exchange.server_port}"
    return Twilio("AC1", "secret", "+15005550006", key_url=key_url, url=url, wait=lambda _: None)


def test_a_key_on_twilios_call_counts_and_is_seen_without_an_address_of_our_own(exchange: Exchange) -> None:
    exchange.story = ["queued", "ringing", "in-progress", "in-progress"]
    exchange.presses_at = "in-progress"
    assert twilio(exchange).call(DAUGHTER, "A fall & no answer.", "en-GB") == "key"
    (order,) = exchange.orders
    assert (order["To"], order["From"]) == (DAUGHTER, "+15005550006")
    assert "A fall &amp; no answer." in order["Twiml"]
    assert f'action="{KEY_URL}"' in order["Twiml"]
    assert "Url" not in order
    assert exchange.secrets == {"Basic " + base64.b64encode(b"AC1:secret").decode()}


@pytest.mark.parametrize(
    ("end", "outcome"),
    [("completed", "no_key"), ("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed")],
)
def test_twilios_other_ends(exchange: Exchange, end: str, outcome: str) -> None:
    exchange.story = ["queued", "ringing", end]
    assert twilio(exchange).call(DAUGHTER, "A fall.", "en-GB") == outcome


def test_without_a_document_for_the_key_an_answered_call_proves_nothing(exchange: Exchange) -> None:
    exchange.story, exchange.presses_at = ["in-progress", "completed"], "in-progress"
    assert twilio(exchange, "").call(DAUGHTER, "A fall.", "en-GB") == "no_key"
    assert "Gather" not in exchange.orders[0]["Twiml"]


def test_a_provider_that_is_not_there_has_failed() -> None:
    away = Twilio("AC1", "secret", "+15005550006", url="http://127.0.0.1:9", wait=lambda _: None)
    assert away.call(DAUGHTER, "A fall.", "en-GB") == "failed"


@pytest.mark.parametrize("number", NEVER)
def test_no_way_leads_to_an_emergency_service(number: str, modem: Path, exchange: Exchange) -> None:
    """Neither the check, nor the settings, nor either way to call."""
    with pytest.raises(NotAPersonError):
        checked(number)
    exchange.story = ["completed"]
    assert twilio(exchange).call(number, "Help.", "en-GB") == "failed"
    assert exchange.orders == []
    assert Modem(lambda _: ["true"], wait=lambda _: None).call(number, "Help.", "en-GB") == "failed"
    assert not (modem / "orders").exists()
    settings = modem / "agent.toml"
    settings.write_text(f'home = "home-1"\nedge = "edge-1"\n[spot]\nnumbers = ["{number}"]\n', "utf-8")
    with pytest.raises(SettingsError, match="emergency service"):
        load(settings, {})


@pytest.mark.parametrize("number", PEOPLE)
def test_people_can_be_called(number: str) -> None:
    assert checked(number) == number
