"""A whole home: sensors' broker, agent, hub's broker, ingest worker and web role, all of them real."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_agent.app import Agent
from edge_agent.settings import load
from hub.clock import SystemClock
from hub.storage.database import connect
from tests.brokers import Broker
from tests.ingest_rig import RunningWorker
from tests.ports.wire import Wire
from tests.web_rig import WebRig, running_web

DOOR, BED, SOS = "0x00158d0000000001", "0x00158d0000000002", "0x00158d0000000003"
PATIENCE_S = 20.0


class AgentThread:
    """The agent in a thread; started anew as its program does."""

    def __init__(self, config: Path) -> None:
        self.starts = 0
        self._config = config
        self._agents: list[Agent] = []
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped:
            self.starts += 1
            agent = Agent(load(self._config, {}))
            self._agents.append(agent)
            if self._stopped:
                agent.stop()
            agent.run()
            if not agent.starts_anew:
                return

    def stop(self) -> None:
        """End it and wait for its end."""
        self._stopped = True
        self._agents[-1].stop()
        self._thread.join(15)
        assert not self._thread.is_alive()


class WholeHome:
    """Everything, with the family's program at the hub's web role."""

    def __init__(self, web: WebRig, worker: RunningWorker, sensors: Wire, agent: AgentThread) -> None:
        self.agent = agent
        self.worker = worker
        self.family = web.program("family")
        self._sensors = sensors

    def says(self, device: str, payload: dict[str, Any]) -> None:
        """Let a sensor speak, as Zigbee2MQTT passes it on."""
        self._sensors.say(f"zigbee2mqtt/{device}", json.dumps(payload).encode())

    def says_until_stored(self, device: str, payload: dict[str, Any]) -> None:
        """Let a sensor say the same until the hub has it: an agent that starts anew is deaf for a moment."""
        before = len(self.stored())

        def again() -> bool:
            self.says(device, payload)
            return len(self.stored()) > before

        until(again, f"an event of {device}")

    def until_bridge_heard(self, topic: str, payload: bytes) -> None:
        """Wait until Zigbee2MQTT is told something."""
        assert self._sensors.until_heard(topic) == [payload]

    def stored(self) -> list[tuple[str, str, float]]:
        """What the hub has stored of the home: device, kind, value."""
        rows = self.worker.rows("select device, kind, value from events order by seq")
        return [(row["device"], row["kind"], row["value"]) for row in rows]

    def worker_connection(self) -> Any:
        """Return a connection to the hub's database."""
        return connect(self.worker.url)

    def get(self, path: str) -> Any:
        """Ask the API about the home."""
        answer = self.family.get(f"/api/v1/homes/wang{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Change something of the home by the API."""
        answer = self.family.request(method, f"/api/v1/homes/wang{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until something comes true among real parts."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.02)


@contextmanager
def running(broker: Broker) -> Iterator[None]:
    """A broker for as long as the block lasts."""
    broker.start()
    try:
        yield
    finally:
        broker.stop()


@contextmanager
def whole_home(database: str, folder: Path, hub_broker: Broker, home_broker: Broker) -> Iterator[WholeHome]:
    """Build it all up for the home `wang` of the village; its two sensors are listed."""
    config = folder / "agent.toml"
    config.write_text(
        f'home = "wang"\nedge = "pi"\ndata_dir = "{folder / "data"}"\n'
        f"[hub]\nport = {hub_broker.port}\n[sensors]\nport = {home_broker.port}\n",
        "utf-8",
    )
    with (
        running_web(database, SystemClock(), folder / "hub") as web,
        RunningWorker(database, hub_broker.port) as worker,
        Wire(home_broker.port, "zigbee2mqtt") as sensors,
    ):
        listed = [
            {"ieee_address": DOOR, "type": "EndDevice", "friendly_name": DOOR,
             "definition": {"vendor": "Aqara", "model": "MCCGQ11LM"}},
            {"ieee_address": BED, "type": "EndDevice", "friendly_name": BED,
             "definition": {"vendor": "Aqara", "model": "RTCGQ11LM"}},
            {"ieee_address": SOS, "type": "EndDevice", "friendly_name": SOS,
             "definition": {"vendor": "Tuya", "model": "TS0215A_sos"}},
        ]  # fmt: skip
        sensors.say("zigbee2mqtt/bridge/devices", json.dumps(listed).encode(), retain=True)
        sensors.subscribe(["zigbee2mqtt/+/set"])
        agent = AgentThread(config)
        home = WholeHome(web, worker, sensors, agent)
        try:
            until(lambda: len(home.get("/devices")) >= len(listed), "the hub knows the sensors")
            yield home
        finally:
            agent.stop()
            home.family.close()
