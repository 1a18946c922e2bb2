"""What the agent on the Raspberry Pi costs, how fast it is, and whether live events pass a month's backlog.

Real parts: the agent as a process, a broker on either side of it, and somebody at the hub's end who commits
nothing but acknowledges as a hub does. The disk is the machine's own; a slower card shows in the outbox's
figures and in the uplink's.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

from edge_agent.outbox import Outbox
from edge_agent.rows import Entry, worth_of
from models.contract import VERSION, codec
from models.contract.messages import Ack, Batch
from models.contract.sequence import Settled
from models.contract.topics import Address
from models.detection.falls.artefacts import load
from models.detection.falls.features import features
from models.detection.falls.position import Position
from models.detection.falls.window import REACH, cut
from tests.benchmarks import parts
from tests.conftest import ROOT
from tests.ports.wire import Wire
from tests.processes import Program
from tests.unit.falls.bodies import at_rate, fall, walk

ADDRESS = Address("home-1", "edge-1")
SENSORS = 20
BUTTONS = 400
PRESSES = 150
BELT = "belt"
DAYS = 30
PER_DAY = 4_000  #: events of 20 sensors in a lively home: 16 that see people or doors, 4 that measure the air
SPACING_S = 0.1


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures."""
    samples = PRESSES * max(1, rounds)
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        figures = _outbox(where) | {"fall_window_us": _fall_window_us("waist")}
        for name in ("home", "hub"):
            (where / name).mkdir()
        home = ending.enter_context(parts.broker(where / "home"))
        town = ending.enter_context(parts.broker(where / "hub"))
        hub = _Hub(town.port)
        ending.callback(hub.close)
        bridge = ending.enter_context(Wire(home.port, "zigbee2mqtt"))
        _list_sensors(bridge, SENSORS)
        for wearable in (False, True):
            data = where / f"data-{wearable}"
            agent = _agent(where, data, home.port, town.port, wearable=wearable)
            ending.callback(agent.end)
            agent.start()
            hub.until_met()
            figures |= _cost(agent, bridge, wearable=wearable)
            if wearable:
                _list_sensors(bridge, SENSORS + BUTTONS)
                times = _presses(hub, bridge, samples)
                figures |= {"uplink_p50_ms": _at(times, 0.5), "uplink_p99_ms": _at(times, 0.99)}
                parts.tell(
                    f"{len(times)} presses: {figures['uplink_p50_ms']} ms, p99 {figures['uplink_p99_ms']}"
                )
            agent.end()
        return figures | _backlog(ending, where, home.port, town.port, hub, bridge) | {"broker": home.name}


def _outbox(where: Path) -> dict[str, Any]:
    """How many events a second are safe on the disk: in lots as they come in a rush, and one by one."""
    box = Outbox(where / "speed" / "outbox.db")
    entries = [_entry(random.Random(n), n) for n in range(200)]
    begin = time.perf_counter()
    for _ in range(50):
        box.append(entries, {"handled": b"x" * 1536})
    lots = 50 * 200 / (time.perf_counter() - begin)
    begin = time.perf_counter()
    for entry in entries:
        box.append([entry], {"handled": b"x" * 1536})
    single = 200 / (time.perf_counter() - begin)
    box.close()
    parts.tell(f"outbox: {lots:.0f} events/s in lots of 200, {single:.0f} one by one")
    return {"outbox_events_per_s": round(lots), "outbox_commits_per_s": round(single)}


def _fall_window_us(position: Position) -> float:
    """How long the judging of one window takes: the median over windows of a fall and of a walk."""
    classifier = load(position)
    took = []
    for body in (fall(), walk(30.0)):
        xyz = at_rate(body, 50).xyz
        for place in range(200, len(xyz) - 200, 13):
            begin = time.perf_counter()
            classifier.score(features(cut(np.asarray(xyz), place, REACH[position])[None]))
            took.append((time.perf_counter() - begin) * 1e6)
    return round(statistics.median(took), 1)


def _agent(where: Path, data: Path, home: int, hub: int, *, wearable: bool) -> Program:
    settings = where / f"{data.name}.toml"
    lines = [
        f'home = "{ADDRESS.home}"\nedge = "{ADDRESS.edge}"\ndata_dir = "{data}"',
        f"[hub]\nport = {hub}\n[sensors]\nport = {home}",
    ]
    if wearable:
        lines.append(f'[devices."{BELT}"]\nposition = "waist"')
    settings.write_text("\n".join(lines) + "\n", "utf-8")
    unit = (ROOT / "edge_agent" / "install" / "anju-agent.service").read_text("utf-8")
    environment = dict(re.findall(r"^Environment=(\w+)=(\S+)$", unit, re.M))
    return Program(where, data.name, ["edge_agent.cli", "run", "--config", str(settings)], environment)


def _list_sensors(bridge: Wire, count: int) -> None:
    models = [("Aqara", "RTCGQ11LM")] * 8 + [("Aqara", "MCCGQ11LM")] * 8 + [("Aqara", "WSDCGQ11LM")] * 4
    models += [("Tuya", "TS0215A_sos")] * BUTTONS
    rows = [
        {
            "ieee_address": f"0x00158d000001{n:04x}",
            "type": "EndDevice",
            "friendly_name": f"sensor-{n}",
            "definition": {"vendor": vendor, "model": model},
        }
        for n, (vendor, model) in enumerate(models[:count])
    ]
    bridge.say("zigbee2mqtt/bridge/devices", json.dumps(rows).encode(), retain=True)


def _cost(agent: Program, bridge: Wire, *, wearable: bool) -> dict[str, Any]:
    """Memory, and the share of one core, over half a minute with two messages a second from 20 sensors."""
    process = psutil.Process(agent.pid)
    body = at_rate(walk(60.0), 50).xyz
    time.sleep(2)
    process.cpu_percent()
    begin = time.monotonic()
    turn = 0
    while time.monotonic() - begin < 30:
        for _ in range(2):
            n = turn % SENSORS
            temperature = 20 + turn % 7 / 10
            says = (
                {"occupancy": True, "battery": 97}
                if n < 8
                else {"contact": turn % (2 * SENSORS) < SENSORS, "battery": 97}
                if n < 16
                else {"temperature": temperature, "humidity": 40 + turn % 9, "pressure": 1000}
            )
            bridge.say(f"zigbee2mqtt/sensor-{n}", json.dumps(says).encode(), wait=False)
            turn += 1
        if wearable:
            at = turn // 2 % 50 * 50
            packet = {"rate": 50, "unit": "g", "samples": body[at : at + 50].round(3).tolist()}
            packet["start"] = turn // 2 * 1000
            bridge.say(f"anju/wearable/{BELT}/motion", json.dumps(packet).encode(), wait=False)
        time.sleep(1)
    share, mb = process.cpu_percent(), process.memory_info().rss / 2**20
    suffix = "_wearable" if wearable else ""
    parts.tell(f"agent{suffix}: {mb:.1f} MB, {share:.1f} % of a core")
    return {f"rss_mb{suffix}": round(mb, 1), f"cpu_percent{suffix}": round(share, 2)}


def _presses(
    hub: _Hub, bridge: Wire, count: int, *, first: int = 0, every_s: float = SPACING_S
) -> list[float]:
    """Press one button after the other; return after how many ms each was at the hub's end."""
    sent: dict[str, float] = {}
    for n in range(count):
        number = SENSORS + (first + n) % BUTTONS
        device = f"0x00158d000001{number:04x}"
        sent[device] = time.perf_counter()
        bridge.say(f"zigbee2mqtt/sensor-{number}", b'{"action":"emergency"}', wait=False)
        time.sleep(every_s)
    ends = time.monotonic() + 30
    while not all(hub.arrived.get(device, 0) > at for device, at in sent.items()):
        assert time.monotonic() < ends, "a press did not arrive"
        time.sleep(0.01)
    return [(hub.arrived[device] - at) * 1000 for device, at in sent.items()]


def _backlog(ending: ExitStack, where: Path, home: int, town: int, hub: _Hub, bridge: Wire) -> dict[str, Any]:
    """A month without a line: how large it is, and how long a press takes while it is sent."""
    data = where / "data-backlog"
    box = Outbox(data / "outbox.db")
    chance = random.Random(1)
    now = int(time.time() * 1000)
    count = DAYS * PER_DAY
    step = DAYS * 86_400_000 // count
    for start in range(0, count, 1000):
        box.append([_entry(chance, now - (count - n) * step) for n in range(start, start + 1000)])
    box.close()
    size = (data / "outbox.db").stat().st_size
    parts.tell(f"{count} events of {DAYS} days: {size / 1e6:.1f} MB")
    agent = _agent(where, data, home, town, wearable=False)
    ending.callback(agent.end)
    before = hub.count
    begin = time.monotonic()
    agent.start()
    hub.until_met()
    times: list[float] = []
    while hub.count - before < count:
        assert time.monotonic() - begin < 300, "the backlog does not come"
        times += _presses(hub, bridge, 10, first=len(times) + PRESSES, every_s=0.05)
    took = time.monotonic() - begin
    agent.end()
    parts.tell(f"sent in {took:.0f} s; {len(times)} presses meanwhile, p99 {_at(times, 0.99)} ms")
    return {
        "live_during_backlog_p99_ms": _at(times, 0.99),
        "live_during_backlog_n": len(times),
        "backlog_events": count,
        "backlog_mb": round(size / 1e6, 1),
        "backlog_bytes_per_event": round(size / count),
        "backlog_s": round(took, 1),
    }


def _entry(chance: random.Random, at: int) -> Entry:
    kind, group = chance.choice(
        (("motion", "activity"), ("motion", "activity"), ("contact", "activity"), ("temperature", "climate"))
    )
    value = round(chance.uniform(18, 24), 1) if kind == "temperature" else 1.0
    device = f"0x00158d000001{chance.randrange(SENSORS):04x}"
    return Entry("9f2c41d07ab84f6e8c2d3b1a5e6f7081", at, 1000, at - 1000, "synced", device, kind, value, None,
                 False, worth_of(group))  # fmt: skip


def _at(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


class _Hub:
    """Somebody at the hub's end: notes when presses arrive, acknowledges twice a second."""

    def __init__(self, port: int) -> None:
        self.arrived: dict[str, float] = {}
        self.count = 0
        self._met = threading.Event()
        self._settled: dict[str, Settled] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._client = client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="hub")
        client.max_inflight_messages_set(1000)
        client.on_connect = lambda c, *_: c.subscribe(
            [(ADDRESS.topic("events"), 1), (ADDRESS.topic("health"), 1)]
        )
        client.on_message = self._heard
        client.connect("127.0.0.1", port)
        client.loop_start()
        threading.Thread(target=self._acknowledge, daemon=True).start()

    def until_met(self) -> None:
        """Wait for the health report of an agent that has just come."""
        self._met.clear()
        assert self._met.wait(30), "the agent does not come"

    def close(self) -> None:
        """Go."""
        self._over.set()
        self._client.disconnect()
        self._client.loop_stop()

    def _heard(self, _c: mqtt.Client, _u: object, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("health"):
            self._met.set()
            return
        at = time.perf_counter()
        batch = codec.decode(bytes(message.payload), Batch)
        with self._lock:
            settled = self._settled.setdefault(batch.stream, Settled())
            settled.raise_floor(batch.floor)
            for event in batch.events:
                if settled.add(event.seq):
                    self.count += 1
                    if event.kind == "sos":
                        self.arrived[event.device] = at

    def _acknowledge(self) -> None:
        while not self._over.wait(0.5):
            with self._lock:
                acks = [
                    Ack(v=VERSION, stream=stream, upto=one.upto, ranges=one.ranges[:50])
                    for stream, one in self._settled.items()
                ]
            for ack in acks:
                self._client.publish(ADDRESS.topic("ack"), codec.encode(ack))
