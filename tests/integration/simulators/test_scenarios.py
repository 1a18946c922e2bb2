"""Scenarios against a hub that answers over HTTP: a small one of this test's, which knows presses only."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulators.broker import BrokerAt, Line
from simulators.errors import HubAnswerError, ScenarioError
from simulators.faults.cable import Cable
from simulators.home import plan as plans
from simulators.hub import HomeAtHub
from simulators.scenarios import script as scripts
from simulators.scenarios.play import Stage
from simulators.street import LiveHome

ROOT = Path(__file__).parents[3]
PRESS = """
plan = "lane-flat"
title = { en = "a press", zh = "按键" }
story = { en = "a press", zh = "按键" }
lasts_s = 1.5
settles_s = 0.2
acts = [{ after_s = 0.2, act = "sos" }]
must = [{ risk = "sos", after = "sos", within_s = 1 }]
"""


class SmallHub:
    """Raises an alert for every press that it hears, and tells its alerts to whoever has the token."""

    def __init__(self, sensors: BrokerAt) -> None:
        self.alerts: list[dict[str, Any]] = []
        self.deaf = False
        self.status = "live"
        self._line = Line(sensors, "small-hub")
        self._line.open()
        self._line.subscribe("zigbee2mqtt/sos_pendant")
        self._hears = threading.Thread(target=self._hear)
        self._hears.start()
        hub = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.path in ("/api/v1/alerts?home=shen", "/api/v1/homes/shen")
                allowed = self.headers.get("Authorization") == "Bearer secret"
                self.send_response(404 if not known else 200 if allowed else 401)
                self.end_headers()
                told = hub.alerts if "alerts" in self.path else {"id": "shen", "status": hub.status}
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, *_args: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._serves = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._serves.start()

    def raise_alert(self, risk: str, status: str = "triggered") -> None:
        self.alerts.append(
            {
                "id": f"{risk}-{len(self.alerts)}",
                "risk": risk,
                "severity": "emergency",
                "status": status,
                "triggered_at": datetime.now(UTC).isoformat(),
                "occurred_at": None,
            }
        )

    def _hear(self) -> None:
        while True:
            topic, payload = self._line.inbox.get()
            if not topic:
                return
            if json.loads(payload).get("action") and not self.deaf and not self.alerts:
                self.raise_alert("sos")

    def close(self) -> None:
        self._server.shutdown()
        self._serves.join()
        self._server.server_close()
        self._line.inbox.put(("", b""))
        self._hears.join()
        self._line.close()


@pytest.fixture
def hub(broker: BrokerAt) -> Iterator[SmallHub]:
    there = SmallHub(broker)
    yield there
    there.close()


@pytest.fixture
def press(tmp_path: Path) -> Path:
    path = tmp_path / "press.toml"
    path.write_text(PRESS)
    return path


@pytest.fixture
def home(broker: BrokerAt) -> Iterator[LiveHome]:
    live = LiveHome(plans.load("lane-flat"), broker.host, broker.port, resident=False)
    live.start()
    yield live
    live.stop()


def run(press: Path, broker: BrokerAt, hub: SmallHub, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["run", str(press), "--broker", f"{broker.host}:{broker.port}"]
    words += ["--home", "shen", "--hub", hub.url, "--token", "secret", *more]
    return subprocess.run(
        [sys.executable, "-m", "simulators.cli", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_hub_that_raises_the_press_passes(press: Path, broker: BrokerAt, hub: SmallHub) -> None:
    ran = run(press, broker, hub, "--json")
    figures = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert figures["passed"] is True
    assert figures["found"][0]["delay_s"] < 1
    assert figures["false_alarms"] == []


def test_a_hub_that_misses_it_fails_and_is_told_so(press: Path, broker: BrokerAt, hub: SmallHub) -> None:
    hub.deaf = True
    ran = run(press, broker, hub)
    assert ran.returncode == 1
    assert "sos: not raised" in ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["passed"] is False


def test_an_alert_from_before_is_no_answer_and_no_false_alarm(
    press: Path, home: LiveHome, hub: SmallHub
) -> None:
    hub.raise_alert("smoke")
    hub.deaf = True
    with HomeAtHub(hub.url, "shen", "secret") as shen:
        course = Stage(scripts.load(str(press)), home, hub=shen).play()
    assert course.score is not None
    assert (course.score.found[0].delay_s, course.score.false_alarms) == (None, ())


def test_an_open_alert_of_the_same_risk_must_be_resolved_first(
    press: Path, home: LiveHome, hub: SmallHub
) -> None:
    hub.raise_alert("sos")
    with HomeAtHub(hub.url, "shen", "secret") as shen:
        with pytest.raises(ScenarioError, match="resolve it first"):
            Stage(scripts.load(str(press)), home, hub=shen).play()
        hub.alerts[0]["status"] = "resolved"
        assert Stage(scripts.load(str(press)), home, hub=shen).play().acts == 1


def test_a_wrong_token_and_an_unknown_home_are_told_apart(hub: SmallHub) -> None:
    with HomeAtHub(hub.url, "shen", "wrong") as shen, pytest.raises(HubAnswerError, match="token"):
        shen.alerts()
    with HomeAtHub(hub.url, "zhou", "secret") as shen, pytest.raises(HubAnswerError, match="no home 'zhou'"):
        shen.alerts()


def test_no_history_is_sent_to_a_home_that_is_live(broker: BrokerAt, hub: SmallHub) -> None:
    words = ["historic", "--home", "shen", "--edge", "pi-1", "--hub-broker", f"{broker.host}:{broker.port}"]
    ran = subprocess.run(
        [sys.executable, "-m", "simulators.cli", *words, "--hub", hub.url, "--token", "secret"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 2
    assert "'shen' is live" in ran.stderr


def test_a_hub_that_is_not_there_is_named() -> None:
    with (
        HomeAtHub("http://127.0.0.1:9", "shen") as shen,
        pytest.raises(HubAnswerError, match="refused"),
    ):
        shen.alerts()


def test_a_scenario_cuts_the_line_and_makes_it_whole_again(
    tmp_path: Path, broker: BrokerAt, home: LiveHome
) -> None:
    path = tmp_path / "cut.toml"
    path.write_text(
        PRESS.replace('act = "sos" }', 'act = "cable_cut" }, { after_s = 0.4, act = "cable_whole" }').replace(
            'must = [{ risk = "sos", after = "sos", within_s = 1 }]', ""
        )
    )
    states: list[bool] = []
    with Cable((broker.host, broker.port)) as cable:
        course = Stage(
            scripts.load(str(path)), home, cable=cable, tell=lambda *_: states.append(cable.whole)
        ).play()
        states.append(cable.whole)
    assert states == [True, False, True]
    assert course.acts == 2


def test_a_scenario_that_needs_a_cable_says_so_before_anything_happens(home: LiveHome) -> None:
    with pytest.raises(ScenarioError, match="--cable"):
        Stage(scripts.load("link_lost"), home)
