"""How long it takes from a sensor's message in a home until the provider has the call, with a town beside it.

Real programs all the way: the home's broker, the edge agent, the hub's broker, ingest, dispatch and web as
processes of their own, and telephones that note when a request came in. Each press is a new alert: the one
before is resolved first, as an operator would.
"""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from hub.alerts import store as alerts
from hub.escalation import answers
from hub.escalation.answers import Responder
from hub.storage.database import connect
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.benchmarks import parts
from tests.benchmarks.load import Load, home, start
from tests.ports.wire import Wire
from tests.processes import Agent, Hub, until
from tests.village import DAUGHTER

HOME = "wang"
HOMES = 2000  #: of the town beside it
EVERY_S = 0.2  #: between two presses
BUTTONS = 55  #: the same button within ten seconds is one press
SAMPLES = 200
WARM_UP = 20
BACKGROUNDS = (0, 100, 1000)


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures; each background is under a minute."""
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        broker = ending.enter_context(parts.broker(where))
        telephones = ending.enter_context(RunningTelephones(TelephoneSettings(speed=1)))
        hub = Hub(where / "hub", telephones, broker.port)
        ending.callback(hub.close)
        hub.furnish([HOME])
        parts.town(hub.url, [home(Load(homes=HOMES, messages=0), n) for n in range(HOMES)])
        hub.start()
        (where / "street").mkdir()
        street = ending.enter_context(parts.broker(where / "street"))
        agent = Agent(where / "agents", HOME, street.port, hub)
        ending.callback(agent.end)
        agent.start()
        bridge = ending.enter_context(Wire(street.port, "zigbee2mqtt"))
        hub.ready()
        scene = _Scene(hub, telephones, bridge)
        telephones.person(DAUGHTER, "daughter")  # lets it ring
        scene.list_buttons()
        runs = [scene.run(background, (rounds or 1) * SAMPLES) for background in BACKGROUNDS]
        return {"runs": runs, "broker": broker.name, "homes": HOMES}


class _Scene:
    """One home's buttons, and whoever notes what they cause."""

    def __init__(self, hub: Hub, telephones: RunningTelephones, bridge: Wire) -> None:
        self._hub = hub
        self._telephones = telephones
        self._bridge = bridge
        self._presses = 0
        self._heard = 0
        self._runs = 0

    def list_buttons(self) -> None:
        """Let Zigbee2MQTT say what there is, and wait until the hub knows it."""
        rows = [
            {
                "ieee_address": f"0x00158d00000001{n:02x}",
                "type": "EndDevice",
                "friendly_name": f"button-{n}",
                "definition": {"vendor": "Tuya", "model": "TS0215A_sos"},
            }
            for n in range(BUTTONS)
        ]
        self._bridge.say("zigbee2mqtt/bridge/devices", json.dumps(rows).encode(), retain=True)
        until(
            lambda: self._hub.count("select count(*) from devices where placed") >= BUTTONS, "known devices"
        )

    def run(self, background: int, samples: int) -> dict[str, Any]:
        """Return one background's figures."""
        load = self._load(background, samples)
        try:
            took = [self._press() for _ in range(WARM_UP + samples)][WARM_UP:]
        finally:
            if load is not None:
                load.kill()
                load.communicate()
        took.sort()
        figures = {
            "background_per_s": background,
            "p50_ms": round(took[len(took) // 2], 1),
            "p99_ms": round(took[min(len(took) - 1, round(len(took) * 0.99))], 1),
            "max_ms": round(took[-1], 1),
            "n": len(took),
        }
        parts.tell(f"{background}/s beside it: {figures}")
        return figures

    def _load(self, background: int, samples: int) -> subprocess.Popen[bytes] | None:
        if not background:
            return None
        self._runs += 1
        load = Load(
            homes=HOMES, messages=background * 600, per_second=background, stream=f"beside-{self._runs}"
        )
        sender = start(self._hub.broker_port, load)
        assert sender.stdin is not None
        assert sender.stdout is not None
        sender.stdout.readline()
        sender.stdin.write(b"go\n")
        sender.stdin.flush()
        flowing = "select count(*) from events e join streams s on s.id = e.stream_id where s.name = %s"
        until(lambda: self._hub.count(flowing, load.stream) > background, "the town's events flow")
        return sender

    def _press(self) -> float:
        """Press the next button; return after how many milliseconds the call was asked for."""
        self._presses += 1
        now = datetime.now(UTC)
        begin = now.replace(microsecond=now.microsecond // 1000 * 1000)  # the telephones' log has no finer
        self._bridge.say(
            f"zigbee2mqtt/button-{self._presses % BUTTONS}", b'{"action":"emergency"}', wait=False
        )
        entry = self._telephones.wait_for(
            lambda entry: entry.kind == "call" and entry.what == "queued" and entry.number == DAUGHTER,
            after=self._heard,
            timeout=20,
        )
        self._heard = entry.n
        self._resolve()
        time.sleep(max(0.0, EVERY_S - (datetime.now(UTC) - now).total_seconds()))
        return (entry.at - begin).total_seconds() * 1000

    def _resolve(self) -> None:
        """Close the alert as an operator would, so that the next press opens one of its own."""
        now = datetime.now(UTC)
        with connect(self._hub.url) as connection:
            for alert in alerts.open_alerts(connection, [HOME]):
                answers.resolve(connection, alert["id"], Responder("值班"), "real", "", now)
