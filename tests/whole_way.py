"""One home's whole way in real processes, from its sensors to the telephones, and the promise about it.

The home's own broker is the one part that no test here kills: what it was given with QoS 1, it keeps until
the agent says that it has stored it.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hub.alerts.file import verify
from simulators.telephones.person import OnCall
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.brokers import Broker, Mosquitto, program
from tests.ports.wire import Wire
from tests.processes import Agent, Hub, until
from tests.village import DAUGHTER, SON, STATION

HOME = "wang"
RECORDER = "0x00158d0000000001"
BUTTONS = {f"0x00158d00000000{n}": f"button-{n}" for n in range(20, 32)}
RADARS = {"0x00158d0000000011": "bathroom", "0x00158d0000000012": "bedroom"}
IN_FLIGHT = 50  #: sensors' messages that the home's broker has not confirmed
ANSWERS = OnCall(does="answer", after=1, keys=((1.0, "1"),))


class WholeWay:
    """Sensors, the home's broker, the agent, the hub and the telephones."""

    def __init__(self, telephones: RunningTelephones, hub: Hub, agent: Agent, bridge: Wire) -> None:
        self.telephones = telephones
        self.hub = hub
        self.agent = agent
        self.moved = 0  #: movements that the home's broker was given
        self.pressed = 0
        self.fallen = 0
        self._bridge = bridge
        self._begun = round(time.time() * 1000)

    def list_devices(self) -> None:
        """Let Zigbee2MQTT say what there is, and wait until the hub knows the home by it."""
        rows = [_row(RECORDER, "recorder", "Anju", "recorded-motion")]
        rows += [_row(ieee, name, "Tuya", "TS0215A_sos") for ieee, name in BUTTONS.items()]
        rows += [_row(ieee, room, "Heiman", "HS2FD-EF1-3.0") for ieee, room in RADARS.items()]
        self._bridge.say("zigbee2mqtt/bridge/devices", json.dumps(rows).encode(), retain=True)
        for room in RADARS.values():
            self._say(room, {"fall_status": "normal"}, wait=True)
        known = "select count(*) from devices where placed"
        until(lambda: self.hub.count(known) >= len(rows), "the devices are known")

    def move(self, times: int = 1) -> None:
        """Somebody moves: each time a message of its own moment, and so an event of its own."""
        for _ in range(times):
            self.moved += 1
            at = datetime.fromtimestamp((self._begun + self.moved) / 1000, UTC).isoformat(
                timespec="milliseconds"
            )
            self._say("recorder", {"occupancy": True, "last_seen": at}, wait=self.moved % IN_FLIGHT == 0)

    def press(self) -> None:
        """Somebody presses a button, each time another one: the same within ten seconds is one press."""
        button = list(BUTTONS.values())[self.pressed]
        self.pressed += 1
        self._say(button, {"action": "emergency"}, wait=True)

    def fall(self) -> None:
        """Somebody falls, each time in another room."""
        room = list(RADARS.values())[self.fallen]
        self.fallen += 1
        self._say(room, {"fall_status": "fall_alarm"}, wait=True)

    def stored(self) -> int:
        """How many events the hub has stored; 0 while its database is away."""
        return self.hub.count("select count(*) from events")

    def stored_more(self, than: int) -> None:
        """Wait until events come in again."""
        until(lambda: self.stored() > than, f"more than {than} events stored; {self.hub.log}")

    def settled(self) -> None:
        """Wait until the hub has acknowledged everything that the agent holds."""
        wanted = self.moved + self.pressed + self.fallen

        def done() -> bool:
            return self.stored() >= wanted and self.agent.outbox()["depth"] == "0"

        until(done, f"{wanted} events are stored and the outbox is empty", self._where_it_stands)

    def _where_it_stands(self) -> str:
        stored = self.hub.rows("select kind, count(*) n from events group by 1 order by 1")
        streams = self.hub.rows("select name, upto, ranges::text from streams")
        return f"stored {stored}, settled {streams}, outbox {self.agent.outbox()}"

    def check_promise(self) -> None:
        """Nothing lost, nothing twice; every call for help on file, told to the first person, answered."""
        self.settled()
        self._check_events()
        self._check_alerts()
        self._check_calls()

    def _check_events(self) -> None:
        streams = self.hub.rows(
            "select count(*) = count(distinct seq) once, max(seq) high from events group by stream_id"
        )
        # A killed agent leaves numbers out and never gives one twice.
        assert streams == [{"once": True, "high": int(self.agent.outbox()["last"])}]
        of_recorder = "select count(*) n, count(distinct occurred_at) moments from events where device = %s"
        assert self.hub.rows(of_recorder, RECORDER) == [{"n": self.moved, "moments": self.moved}]
        assert self.hub.count("select count(*) from events where kind = 'sos'") == self.pressed
        assert self.hub.count("select count(*) from events where kind = 'fall' and value = 1") == self.fallen

    def _check_alerts(self) -> None:
        """Every press and every fall is the first entry of an alert or a repetition in an open one."""
        raised = {
            row["risk"]: row["n"]
            for row in self.hub.rows(
                "select a.risk, count(*) n from alert_entries e join alerts a on a.id = e.alert_id"
                " where e.kind in ('raised', 'repeated') and a.risk in ('sos', 'fall') group by 1"
            )
        }
        wanted = {"sos": self.pressed, "fall": self.fallen}
        assert raised == {risk: n for risk, n in wanted.items() if n}
        for alert in self.hub.rows("select id from alerts"):
            entries = self.hub.rows("select * from alert_entries where alert_id = %s order by n", alert["id"])
            assert verify(alert["id"], entries).ok

    def _check_calls(self) -> None:
        """The first person was owed a call, a human answered one, no telephone rang unaccounted for.

        Who is first may be spared: the next one has been called meanwhile, and was quicker.
        """
        answered = "select count(*) from alerts where status = 'triggered'"
        until(
            lambda: not self.hub.count(answered),
            f"a human has answered every alert; {self.hub.log}",
            seconds=90,
        )
        for alert in self.hub.rows("select id, risk from alerts"):
            owed = self.hub.rows("select * from attempts where alert_id = %s order by n", alert["id"])
            assert owed[0]["address"] == DAUGHTER
            assert any(one["status"] == "answered" and one["provider_id"] is not None for one in owed)
        ours = {row["provider_id"] for row in self.hub.rows("select provider_id from attempts")} - {None}
        assert {call.sid for call in self.telephones.calls()} == ours

    def _say(self, name: str, payload: dict[str, object], *, wait: bool) -> None:
        self._bridge.say(f"zigbee2mqtt/{name}", json.dumps(payload).encode(), wait=wait)


@contextmanager
def whole_way(broker: Broker | None = None, **settings: str) -> Iterator[WholeWay]:
    """Everything running; the hub's broker is its own unless another one is given, which runs already."""
    program("mosquitto")
    with ExitStack() as ending:
        # A folder that PostgreSQL's own account may enter too; pytest's is closed to it.
        where = tempfile.TemporaryDirectory(prefix="anju-way-", ignore_cleanup_errors=True)
        folder = Path(ending.enter_context(where))
        telephones = ending.enter_context(RunningTelephones(TelephoneSettings(speed=20)))
        for number in (DAUGHTER, SON, STATION):
            telephones.person(number, calls=[ANSWERS])
        hub = Hub(folder / "hub", telephones, None if broker is None else broker.port, **settings)
        ending.callback(hub.close)
        hub.furnish([HOME])
        hub.start()
        street = Mosquitto(folder / "street")
        street.start()
        ending.callback(street.stop)
        agent = Agent(folder / "agents", HOME, street.port, hub, **RADARS)
        ending.callback(agent.end)
        agent.start()
        bridge = ending.enter_context(Wire(street.port, "zigbee2mqtt", reconnect=True))
        hub.ready()
        way = WholeWay(telephones, hub, agent, bridge)
        way.list_devices()
        try:
            yield way
        except BaseException as error:
            for program_ in (hub, agent):
                error.add_note(f"{program_.log}:\n{program_.log.read_text('utf-8', 'replace')[-8000:]}")
            raise


def _row(ieee: str, name: str, vendor: str, model: str) -> dict[str, object]:
    definition = {"vendor": vendor, "model": model}
    return {"ieee_address": ieee, "type": "EndDevice", "friendly_name": name, "definition": definition}
