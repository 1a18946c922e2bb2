"""What integrators rely on, on a real broker: conformance, recording, a town, an edge in JavaScript."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from models.contract import VERSION
from models.contract.codec import decode, encode
from models.contract.messages import Ack, Batch, Devices
from models.contract.sequence import Settled
from models.contract.topics import Address
from simulators.broker import BrokerAt, Line
from simulators.home import plan
from simulators.home.bridge import Message
from simulators.replay import agent_config
from simulators.street import LiveHome

ROOT = Path(__file__).parents[3]
SHEN = Address("shen", "pi-1")


def sim(*words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulators.cli", *words],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout,
    )  # fmt: skip


class Hub:
    """The hub's side of the wire, as small as can be: it acknowledges all that it hears."""

    def __init__(self, broker: BrokerAt) -> None:
        self.events: list[tuple[str, str, float | None]] = []
        self._settled: dict[str, Settled] = {}
        self._line = Line(broker, "small-hub")
        self._line.open()
        self._line.subscribe("anju/v1/+/+/+/events")
        self._hears = threading.Thread(target=self._hear)
        self._hears.start()

    def _hear(self) -> None:
        while True:
            topic, payload = self._line.inbox.get()
            if not topic:
                return
            batch = decode(payload, Batch)
            settled = self._settled.setdefault(batch.stream, Settled())
            for event in batch.events:
                settled.add(event.seq)
                self.events.append((topic.split("/")[3], event.kind, event.value))
            ack = Ack(v=VERSION, stream=batch.stream, upto=settled.upto, ranges=settled.ranges)
            self._line.publish(Message(topic.removesuffix("events") + "ack", encode(ack)))

    def close(self) -> None:
        self._line.inbox.put(("", b""))
        self._hears.join()
        self._line.close()


@pytest.fixture
def hub(broker: BrokerAt) -> Iterator[Hub]:
    there = Hub(broker)
    yield there
    there.close()


@pytest.fixture
def our_edge(broker: BrokerAt, tmp_path: Path) -> Iterator[LiveHome]:
    """Our own agent in a process, and the home before it."""
    chosen = plan.load("lane-flat")
    rooms = {room.id: room.name.zh for room in chosen.rooms}
    settings = tmp_path / "agent.toml"
    agent = agent_config.AgentOf(
        home="shen", edge="pi-1", data_dir=str(tmp_path / "agent"), sensors=broker, hub=broker
    )
    settings.write_text(
        agent_config.text(
            agent,
            [
                agent_config.Placed(one.ieee, one.friendly_name, rooms[one.room], one.outer_door)
                for one in chosen.sensors
            ],
        )
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "edge_agent.cli", "run", "--config", str(settings)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    home = LiveHome(chosen, broker.host, broker.port, resident=False)
    home.start()
    with Line(broker, "waits-for-the-agent") as line:
        line.subscribe(SHEN.topic("devices"))
        while len(decode(line.inbox.get(timeout=60)[1], Devices).devices) < len(chosen.sensors):
            continue
    yield home
    home.stop()
    running.terminate()
    running.wait(20)


def meanwhile(doing: Callable[[], object], every_s: float) -> threading.Event:
    """Do it now and then until the event that is returned is set."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(every_s):
            doing()

    threading.Thread(target=go_on, daemon=True).start()
    return over


def test_our_own_edge_speaks_the_contract(broker: BrokerAt, our_edge: LiveHome) -> None:
    over = meanwhile(our_edge.sos, 1.5)
    url = f"mqtt://{broker.host}:{broker.port}/shen/pi-1"
    ran = sim("conform", url, "--unanswered", "18", "--answered", "6", "--json")
    over.set()
    told = json.loads(ran.stdout)
    assert [one for one in told["checks"] if one["outcome"] != "passed"] == []
    assert (ran.returncode, told["failed"]) == (0, 0)


def test_a_home_is_recorded_without_its_names(
    broker: BrokerAt, our_edge: LiveHome, hub: Hub, tmp_path: Path
) -> None:
    turns = cycle(
        (lambda: our_edge.door(True), lambda: our_edge.door(False), lambda: our_edge.walk("kitchen"))
    )
    over = meanwhile(lambda: next(turns)(), 1.5)
    where = ["--hub-broker", f"{broker.host}:{broker.port}", "--out", str(tmp_path / "out")]
    ran = sim("record", "--home", "shen", "--edge", "pi-1", *where, "--hours", "0.003")
    over.set()
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["events"] > 2
    with (tmp_path / "out" / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (tmp_path / "out" / "sensors.csv").open(encoding="utf-8") as file:
        sensors = {row["sensor"]: row for row in csv.DictReader(file)}
    assert {row["sensor"] for row in rows} == set(sensors)
    assert sensors["contact-1"]["outer_door"] == "1"
    assert {row["value"] for row in rows if row["sensor"] == "contact-1"} == {"OPEN", "CLOSE"}
    written = (tmp_path / "out" / "events.csv").read_text() + (tmp_path / "out" / "sensors.csv").read_text()
    assert not any(one.friendly_name in written or one.ieee in written for one in our_edge.plan.sensors)


def test_a_town_reports_what_was_really_sent_and_acknowledged(broker: BrokerAt, hub: Hub) -> None:
    words = ["town", "--homes", "20", "--rate", "40", "--seconds", "2", "--json"]
    ran = sim(*words, "--hub-broker", f"{broker.host}:{broker.port}")
    told = json.loads(ran.stdout)
    assert ran.returncode == 0, told
    assert (told["births"], told["sent"], told["events"]) == (20, 80, 40)
    assert (told["acknowledged_by_hub"], told["unacknowledged"], told["not_sent"]) == (40, 0, 0)
    assert told["confirmed_by_broker"] == 80
    assert told["ack_ms"]["p99"] > 0
    assert len([one for one in hub.events if one[0].startswith("town-")]) == 40


def test_a_town_without_a_hub_says_that_nothing_was_acknowledged(broker: BrokerAt) -> None:
    words = ["town", "--homes", "3", "--rate", "20", "--seconds", "1", "--wait", "0.2", "--json"]
    ran = sim(*words, "--hub-broker", f"{broker.host}:{broker.port}")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["acknowledged_by_hub"], told["unacknowledged"]) == (1, 0, told["events"])
    assert told["ack_ms"] == {"p50": None, "p99": None}


def test_an_edge_in_javascript_is_understood(broker: BrokerAt, hub: Hub) -> None:
    """docs/examples/press.js, with the npm package `mqtt`, where both are there (NODE_PATH says where)."""
    node = shutil.which("node")
    if (
        node is None
        or subprocess.run([node, "-e", "require('mqtt')"], capture_output=True, check=False).returncode
    ):
        pytest.skip(
            "node, or its package mqtt, is missing: npm install mqtt, and name its folder in NODE_PATH"
        )
    ran = subprocess.run(
        ["node", str(ROOT / "docs/examples/press.js"), f"mqtt://{broker.host}:{broker.port}", "shen", "pi-9"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, "the hub has it\n"), ran.stderr
    assert hub.events[0] == ("shen", "sos", 1.0)
