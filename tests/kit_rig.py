"""A home with a real broker, a real agent process, and the hub's end of the wire."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from models.contract import VERSION, codec
from models.contract.messages import Ack, Batch, Event, State
from models.contract.sequence import Settled
from models.contract.topics import Address
from tests.brokers import Broker, make_broker
from tests.conftest import ROOT
from tests.ports.wire import Wire

ADDRESS = Address("home-1", "edge-1")
PATIENCE_S = 30
DOOR, BUTTON, RECORDER = "0x00158d0000000001", "0x00158d0000000002", "0x00158d0000000003"


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until a condition of real processes comes true; fail, naming it, when it does not."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"did not happen within {seconds} s: {what}")
        time.sleep(0.005)


class AgentProcess:
    """`anju-agent run` in a process of its own."""

    def __init__(self, settings: Path) -> None:
        self.settings = settings
        self.log = settings.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it connects in its own time."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge_agent.cli", "run", "--config", str(self.settings)],
                cwd=ROOT,
                stderr=log,
            )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the agent's program to its end."""
        return subprocess.run(
            [sys.executable, "-m", "edge_agent.cli", *arguments, "--config", str(self.settings)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        return process.wait(PATIENCE_S)


class Bridge:
    """Zigbee2MQTT's end of the home's broker."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def lists(self, *devices: tuple[str, str, str, str]) -> None:
        """Publish the list of devices: (address, name, vendor, model)."""
        rows = [
            {
                "ieee_address": ieee,
                "type": "EndDevice",
                "friendly_name": name,
                "definition": {"vendor": vendor, "model": model},
            }
            for ieee, name, vendor, model in devices
        ]
        self._wire.say("zigbee2mqtt/bridge/devices", json.dumps(rows).encode(), retain=True)

    def says(self, name: str, payload: Any, *, wait: bool = True, retain: bool = False) -> None:
        """Publish what a device says."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self._wire.say(f"zigbee2mqtt/{name}", raw, wait=wait, retain=retain)


class Hub:
    """The hub's end of the hub's broker: keeps what arrives, acknowledges when it is told to."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.first_seen: dict[tuple[str, int], Event] = {}
        self._read = 0
        self._said_at = 0.0
        wire.subscribe([f"{ADDRESS.base}/#"])

    def batches(self) -> list[Batch]:
        """All batches so far, in order."""
        return [codec.decode(raw, Batch) for raw in self._wire.payloads(ADDRESS.topic("events"))]

    def events(self) -> list[Event]:
        """What arrived, each event once."""
        raws = self._wire.payloads(ADDRESS.topic("events"))
        for raw in raws[self._read :]:
            batch = codec.decode(raw, Batch)
            for event in batch.events:
                self.first_seen.setdefault((batch.stream, event.seq), event)
        self._read = len(raws)
        return list(self.first_seen.values())

    def states(self) -> list[State]:
        """Births, stops and last wills, in order."""
        return [codec.decode(raw, State) for raw in self._wire.payloads(ADDRESS.topic("state"))]

    def acknowledge(self) -> None:
        """Say that everything that arrived is committed."""
        self.events()
        settled: dict[str, Settled] = {}
        for batch in self.batches():
            settled.setdefault(batch.stream, Settled()).raise_floor(batch.floor)
        for stream, seq in sorted(self.first_seen):
            settled[stream].add(seq)
        for stream, numbers in settled.items():
            self.say(
                "ack", codec.encode(Ack(v=VERSION, stream=stream, upto=numbers.upto, ranges=numbers.ranges))
            )

    @property
    def connections(self) -> int:
        """How often it has come to its broker."""
        return self._wire.connections

    def acknowledged_again(self) -> bool:
        """Acknowledge as a hub does that has just come: now and then, whether or not anything arrived."""
        if time.monotonic() - self._said_at > 0.5:
            self._said_at = time.monotonic()
            self.acknowledge()
        return True

    def say(self, leaf: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish under the agent's base topic."""
        self._wire.say(f"{ADDRESS.base}/{leaf}", payload, retain=retain)

    def heard(self, leaf: str) -> list[bytes]:
        """What was said under the agent's base topic."""
        return self._wire.payloads(f"{ADDRESS.base}/{leaf}")


class Kit:
    """One home's agent between its two brokers."""

    def __init__(self, kind: str, folder: Path, home_broker: Broker | None = None) -> None:
        self.home_broker: Broker = home_broker or make_broker(kind, folder / "home")
        self.hub_broker: Broker = make_broker(kind, folder / "hub")
        self.outbox = folder / "data" / "outbox.db"
        settings = folder / "agent.toml"
        settings.write_text(
            f'home = "{ADDRESS.home}"\nedge = "{ADDRESS.edge}"\ndata_dir = "{folder / "data"}"\n'
            f"[hub]\nport = {self.hub_broker.port}\n[sensors]\nport = {self.home_broker.port}\n"
            f'[devices."{DOOR}"]\nname = "前门"\nroom = "hall"\nouter_door = true\n',
            "utf-8",
        )
        self.agent = AgentProcess(settings)

    def waiting(self) -> int:
        """How many events wait in the outbox, as the agent's own command counts them."""
        found = self.agent.command("outbox").stdout
        line = next(line for line in found.splitlines() if "waiting" in line)
        return int(line.split(":")[1].split(",")[0])


@contextmanager
def at_work(made: Kit) -> Iterator[Kit]:
    """Both brokers run; the agent is started by the test."""
    made.home_broker.start()
    made.hub_broker.start()
    yield made
    made.agent.kill()
    made.home_broker.stop()
    made.hub_broker.stop()


@pytest.fixture(params=["embedded", "mosquitto"])
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    """Both brokers of the same kind."""
    with at_work(Kit(request.param, tmp_path)) as made:
        yield made


@pytest.fixture
def bridge(kit: Kit) -> Iterator[Bridge]:
    """The home's sensors, listed."""
    with Wire(kit.home_broker.port, "zigbee2mqtt", reconnect=True) as wire:
        made = Bridge(wire)
        made.lists(
            (DOOR, "门厅/front door", "Aqara", "MCCGQ11LM"),
            (BUTTON, "button", "Tuya", "TS0215A_sos"),
            (RECORDER, "recorder", "Anju", "recorded-motion"),
        )
        yield made


@pytest.fixture
def hub(kit: Kit) -> Iterator[Hub]:
    """Somebody who listens at the hub's broker."""
    with Wire(kit.hub_broker.port, "hub", reconnect=True) as wire:
        yield Hub(wire)


def listening(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """Wait until a started agent hears the sensors and has told the hub of them."""
    until(lambda: any(DOOR.encode() in raw for raw in hub.heard("devices")), "the catalogue arrives")
