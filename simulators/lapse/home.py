"""One home of a time-lapse: its resident, its sensors, the air, and its agent's machine.

Makes the sensors' messages as Zigbee2MQTT would publish them, in order of time, and hands them to the agent.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from simulators.faults.air import Air, Holding, Saying
from simulators.faults.machine import Step, is_dark, steps
from simulators.home import bridge
from simulators.home.bridge import Message
from simulators.home.devices.base import Report
from simulators.home.plan import Plan
from simulators.home.resident import Act, life
from simulators.home.sensors import Sensors
from simulators.home.worn import BELT, Belt
from simulators.lapse.programs import AgentTape, Said
from simulators.scenarios.script import OF_THE_BELT, OF_THE_BRIDGE, OF_THE_CABLE, Script, instant

PREFIX = "zigbee2mqtt"
EDGE = "pi-1"
#: Faults in which a healthy radio hears nothing either, or the machine that holds the bridge is off.
_CABLES = {"cable_cut": False, "cable_stalled": False, "cable_whole": True}


class LapseHome:
    """The home number `place` of a scenario."""

    def __init__(self, script: Script, plan: Plan, name: str, place: int, agent: AgentTape) -> None:
        self.name = name
        self.plan = plan
        self.messages = 0  #: that the home's broker was given
        self._agent = agent
        self._script = script
        self._begin = instant(script, plan, 0)
        end = instant(script, plan, script.lasts_s)
        self._holdings = [self._holding(fault, end) for fault in script.faults]
        self._place = place
        seed = script.seed + place
        self._sensors = Sensors(plan, seed, self._begin)
        self._mains = {
            device.sensor.friendly_name
            for device in self._sensors.devices
            if device.power_source.startswith("Mains")
        }
        self._air = Air(self._holdings, seed)
        self._belt = Belt(self._begin, seed) if script.wearable else None
        self._acts = self._merged(seed)
        self._next_act = next(self._acts, None)
        self._queue: list[tuple[int, int, dict[str, Any]]] = []
        self._order = 0
        for holding in self._holdings:
            for step in steps(holding, place=place, homes=script.homes):
                self._take_step(step)

    def start(self) -> list[Said]:
        """Switch the agent on, let the bridge say who is there, and pass its first words on."""
        rooms = {room.id: room.name.zh for room in self.plan.rooms}
        settings: dict[str, Any] = {
            "home": self.name,
            "edge": EDGE,
            "devices": {
                sensor.ieee: {
                    "name": sensor.friendly_name,
                    "room": rooms[sensor.room],
                    "outer_door": sensor.outer_door,
                }
                for sensor in self.plan.sensors
            },
        }
        if self._script.wearable:
            worn = {"name": "belt", "position": self._script.wearable}
            settings["devices"] = {**settings["devices"], BELT: worn}
        said = self._agent.start(settings, self._begin)
        return said + self._agent.play(
            [self._says(self._begin, one) for one in self._announcement(self._begin)]
        )

    def hub_steps(self) -> list[Step]:
        """What the faults do to the hub."""
        every = (step for holding in self._holdings for step in steps(holding, place=self._place))
        return [step for step in every if step.whose == "hub"]

    def next_due(self) -> int:
        """When something happens next (ms)."""
        due = min(self._sensors.next_due(), self._queue[0][0] if self._queue else 2**62)
        if self._next_act is not None:
            due = min(due, self._next_act.at)
        if self._belt is not None:
            due = min(due, self._belt.next_due())
        return min(due, self._air.next_flood() or 2**62)

    def live_to(self, until: int, heard: list[tuple[str, str]]) -> list[Said]:
        """Let time pass up to `until`; `heard` is what the hub said before. Return what the agent said."""
        while self._next_act is not None and self._next_act.at <= until:
            act, self._next_act = self._next_act, next(self._acts, None)
            self._tell(self._sensors.advance(act.at))
            self._act(act)
        self._tell(self._sensors.advance(until))
        for at, message in self._belt.batches(until) if self._belt else ():
            self._push(at, self._says(at, message))
        for said in self._air.floods(until):
            self._arrives(said)
        tape: list[dict[str, Any]] = [{"at": 0, "heard": list(one)} for one in heard]
        while self._queue and self._queue[0][0] <= until:
            tape.append(heapq.heappop(self._queue)[2])
        return self._agent.play([*tape, {"at": until}])

    def _act(self, act: Act) -> None:
        if act.what in OF_THE_BELT and self._belt is not None:
            for at, message in self._belt.batches(act.at):
                self._push(at, self._says(at, message))
            self._belt.take(act.what, act.at)
        elif act.what in OF_THE_CABLE:
            self._push(act.at, {"at": act.at, "link": _CABLES[act.what]})
        elif act.what in OF_THE_BRIDGE:
            self._take_step(Step(act.at, "bridge", {"online": act.what == "bridge_back"}))
        else:
            self._tell(self._sensors.take(act))

    def _tell(self, reports: Iterable[Report]) -> None:
        for report in reports:
            name = report.sensor.friendly_name
            dark = is_dark(self._holdings, report.at, place=self._place, homes=self._script.homes)
            if dark and name in self._mains:
                continue
            for said in self._air.carry(Saying(report.at, name, report.fields, report.last_seen)):
                self._arrives(said)

    def _arrives(self, said: Saying) -> None:
        if is_dark(self._holdings, said.at, place=self._place, homes=self._script.homes):
            return  # the bridge is off with everything else: nobody keeps it
        self.messages += 1
        message = bridge.message(PREFIX, said.device, said.fields, said.last_seen)
        self._push(said.at, self._says(said.at, message))

    def _take_step(self, step: Step) -> None:
        if step.whose == "edge":
            self._push(step.at, {"at": step.at, **step.does})
        elif step.whose == "bridge" and step.does["online"]:
            for message in self._announcement(step.at):
                self._push(step.at, self._says(step.at, message))
        elif step.whose == "bridge":
            self._push(step.at, self._says(step.at, bridge.state(PREFIX, "offline")))

    def _announcement(self, at: int) -> Iterator[Message]:
        devices = self._sensors.devices
        yield bridge.state(PREFIX, "online")
        yield bridge.devices(PREFIX, [bridge.listed(device) for device in devices])
        for device in devices:
            yield bridge.availability(PREFIX, device.sensor.friendly_name)
        for device in devices:
            yield bridge.report(PREFIX, device.remembered(at))

    def _push(self, at: int, step: dict[str, Any]) -> None:
        self._order += 1
        heapq.heappush(self._queue, (at, self._order, step))

    def _says(self, at: int, message: Message) -> dict[str, Any]:
        return {"at": at, "topic": message.topic, "payload": message.payload.decode()}

    def _merged(self, seed: int) -> Iterator[Act]:
        """What is written down, and what the resident does beside it."""
        script = self._script
        written = sorted(
            Act(instant(script, self.plan, second + turn * deed.every_s), deed.act, deed.room)
            for deed in script.acts
            for second in [script.second(deed.after_s, deed.at, deed.day)]
            for turn in range(deed.times)
            if deed.home == self._place
        )
        if not script.lives:
            return iter(written)
        days = timedelta(seconds=script.lasts_s).days + 2
        lived = life(seed, self.plan, script.begins().date(), specials=script.life, days=days)
        since_then = (act for act in lived if act.at >= self._begin)
        return heapq.merge(written, since_then)

    def _holding(self, fault: Any, end: int) -> Holding:
        begin = self._begin + round(self._script.second(fault.after_s, fault.at, fault.day) * 1000)
        lasts = end - begin if fault.lasts_s is None else round(fault.lasts_s * 1000)
        return Holding(begin, begin + lasts, fault)
