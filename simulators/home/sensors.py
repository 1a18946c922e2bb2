"""All sensors of one home: acts go in, what Zigbee2MQTT would publish comes out, in order of time.

Pure: time moves only when the caller says so. The devices' timers (clears, heartbeats) wait in a heap.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from random import Random

from simulators.errors import NoSuchSensorError, PlanError
from simulators.home.devices import KNOWN
from simulators.home.devices.base import HEARTBEAT, Device, Later, Report
from simulators.home.plan import Plan
from simulators.home.resident import Act

_ANYWHERE = ""


class Sensors:
    """The sensors of `plan` from the instant `start` (ms) on."""

    def __init__(self, plan: Plan, seed: int, start: int) -> None:
        self.devices: list[Device] = []
        self._timers: list[tuple[int, int, Device, str]] = []
        self._order = 0
        self._feelers: dict[tuple[str, str], list[Device]] = {}
        for sensor in plan.sensors:
            kind = KNOWN.get(sensor.model)
            if kind is None:
                raise PlanError(
                    f"'{sensor.model}' of {sensor.friendly_name} is not among {', '.join(KNOWN)}."
                )
            chance = Random(f"{seed}/{sensor.ieee}")  # noqa: S311 - a simulation
            device = kind(sensor, chance)
            device.last_seen = start
            self.devices.append(device)
            for what in kind.feels:
                self._feelers.setdefault((what, sensor.room), []).append(device)
                self._feelers.setdefault((what, _ANYWHERE), []).append(device)
            first = start + round(chance.uniform(0.05, 1.0) * kind.heartbeat_s * 1000)
            self._wait(device, Later(first, HEARTBEAT))
            if "look" in kind.feels:
                self._wait(device, Later(start + round(chance.uniform(0, 600_000)), "look"))

    def feelers(self, what: str, room: str = _ANYWHERE) -> list[Device]:
        """Return the devices that feel `what` in `room`, or anywhere. Raises NoSuchSensorError when none."""
        found = self._feelers.get((what, room))
        if not found:
            raise NoSuchSensorError(f"'{what}'" + (f" in the room '{room}'." if room else "."))
        return found

    def take(self, act: Act) -> list[Report]:
        """Return what the sensors say at once to `act`; nothing when no sensor feels it."""
        said: list[Report] = []
        for device in self._feelers.get((act.what, act.room), ()):
            said += self._sort_out(device, act.at, act.what)
        return said

    def next_due(self) -> int:
        """Return when the next timer is due (ms); there is always one while a home has sensors."""
        return self._timers[0][0] if self._timers else 2**62

    def advance(self, until: int) -> list[Report]:
        """Let time pass up to `until` (ms) and return what the sensors said of themselves."""
        said: list[Report] = []
        while self._timers and self._timers[0][0] <= until:
            at, _, device, stimulus = heapq.heappop(self._timers)
            said += self._sort_out(device, at, stimulus)
        return said

    def _sort_out(self, device: Device, at: int, stimulus: str) -> list[Report]:
        said = []
        for answer in device.react(at, stimulus):
            if isinstance(answer, Report):
                said.append(answer)
            else:
                self._wait(device, answer)
        return said

    def _wait(self, device: Device, timer: Later) -> None:
        self._order += 1
        heapq.heappush(self._timers, (timer.at, self._order, device, timer.stimulus))


def live_through(sensors: Sensors, acts: Iterable[Act], until: int) -> Iterator[Report]:
    """Yield all reports of a stretch of life, timers and acts in their order."""
    for act in acts:
        yield from sensors.advance(act.at)
        yield from sensors.take(act)
    yield from sensors.advance(until)
