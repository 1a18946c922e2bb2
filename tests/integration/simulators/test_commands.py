"""The commands as people run them, against a real broker."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge_agent import settings as agent_settings
from models.contract.codec import decode, encode
from models.contract.messages import Ack, Batch, Devices
from models.contract.topics import Address
from simulators.broker import BrokerAt, Line
from simulators.home.bridge import Message
from tests.integration.simulators.conftest import until

ROOT = Path(__file__).parents[3]
MAP = Path(__file__).with_name("hh103_map.csv")
HOME = Address("zhou", "pi-1")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "simulators.cli", *words]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def confirming(broker: BrokerAt) -> Iterator[list[Batch]]:
    """A hub that confirms everything; what it got."""
    got: list[Batch] = []
    with Line(broker, "hub") as line:
        line.subscribe(HOME.topic("events"))

        def confirm() -> None:
            while True:
                topic, payload = line.inbox.get()
                if not topic:
                    return
                batch = decode(payload, Batch)
                got.append(batch)
                ack = Ack(v=1, stream=batch.stream, upto=batch.events[-1].seq)
                line.publish(Message(HOME.topic("ack"), encode(ack)))

        thread = threading.Thread(target=confirm)
        thread.start()
        yield got
        line.inbox.put(("", b""))
        thread.join()


def test_four_weeks_go_out_in_seconds_and_say_how_many(
    broker: BrokerAt, confirming: list[Batch], listener: Line
) -> None:
    ran = run(
        "historic", "--home", "zhou", "--edge", "pi-1", "--days", "28", "--announce",
        "--hub-broker", f"{broker.host}:{broker.port}",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["events"] == sum(len(batch.events) for batch in confirming) > 6_000
    assert figures["seconds"] < 10
    assert {batch.stream for batch in confirming} == {figures["stream"]}
    listener.subscribe(HOME.topic("devices"))
    _, payload = listener.inbox.get(timeout=10)
    assert len(decode(payload, Devices).devices) == 9


def test_a_recording_is_played_and_counted_in_the_last_line(
    tmp_path: Path, broker: BrokerAt, listener: Line
) -> None:
    listener.subscribe("zigbee2mqtt/+")
    path = tmp_path / "events.csv.gz"
    path.write_bytes(
        gzip.compress(
            b"time,sensor,value\n2026-01-01 08:00:00,Kitchen,ON\n"
            b"soon,Kitchen,OFF\n2026-01-01 08:00:05,Attic,ON\n"
        )
    )
    ran = run("replay", str(path), "--map", str(MAP), "--broker", f"{broker.host}:{broker.port}")
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert (figures["sent"], figures["rejected"]) == (1, 2)
    topic, payload = listener.inbox.get(timeout=10)
    assert topic == "zigbee2mqtt/Kitchen_motion"
    assert msgspec.json.decode(payload)["last_seen"] == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "words",
    [("replay", "--map", str(MAP), "--home", "hh103"), ("home", "--plan", "tower-flat", "--home", "luo")],
)
def test_the_agent_understands_the_settings_that_are_written_for_it(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "agent.toml"
    ran = run(*words, "--hub-broker", "hub.example:8883", "--write-agent-config", str(path))
    assert ran.returncode == 0, ran.stderr
    settings = agent_settings.load(path, {})
    assert (settings.hub.host, settings.hub.port) == ("hub.example", 8883)
    assert settings.history is (words[0] == "replay")
    assert len(settings.devices) == len(tomllib.loads(path.read_text())["devices"]) >= 8
    assert sum(device.outer_door for device in settings.devices.values()) == 1


def test_a_home_lives_until_it_is_stopped_and_catches_up_with_its_past(
    broker: BrokerAt, listener: Line
) -> None:
    """Three days at a million times the speed of life, then the present."""
    listener.subscribe("zigbee2mqtt/#")
    at = f"{broker.host}:{broker.port}"
    with subprocess.Popen(
        command("home", "--plan", "lane-flat", "--broker", at, "--days-ago", "3", "--speed", "1000000"),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until(lambda: listener.inbox.qsize() > 1500, "three days of life")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "messages, 0 met no broker" in said
    heard = []
    while not listener.inbox.empty():
        heard.append(listener.inbox.get())
    assert heard[-1] == ("zigbee2mqtt/bridge/state", b'{"state":"offline"}')
    doors = [
        msgspec.json.decode(payload)["contact"] for topic, payload in heard if topic.endswith("/front_door")
    ]
    assert {True, False} == set(doors)
