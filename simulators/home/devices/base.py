"""What all simulated devices have in common: a cache that is merged into every message, and a heartbeat.

A device answers a stimulus (a movement, a timer of its own) with what Zigbee2MQTT would publish and with
timers. Each report says which event an attentive edge agent should make of it; nothing here is sent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from random import Random
from typing import ClassVar, NamedTuple

from simulators.home.plan import Sensor

Value = str | int | float | bool | None

HEARTBEAT = "heartbeat"


class Report(NamedTuple):
    """One message of a device."""

    at: int  #: when it is published, ms
    last_seen: int  #: when the device itself last spoke, ms: the bridge's own messages do not move it
    sensor: Sensor
    fields: dict[str, Value]
    event: tuple[str, float] | None = None  #: kind and value of the event that this is, if it is one


class Later(NamedTuple):
    """A timer: the device wants this stimulus at that instant."""

    at: int
    stimulus: str


class Device(ABC):
    """One device; subclasses say what it feels and how it speaks."""

    vendor: ClassVar[str]
    model: ClassVar[str]
    description: ClassVar[str]
    model_id: ClassVar[str]  #: what the device calls itself on the air
    power_source: ClassVar[str] = "Battery"
    heartbeat_s: ClassVar[float]
    feels: ClassVar[frozenset[str]]
    tells: ClassVar[frozenset[str]]  #: kinds of events that come of what it says

    def __init__(self, sensor: Sensor, chance: Random) -> None:
        self.sensor = sensor
        self.chance = chance
        self.link = chance.randint(50, 140)
        self.last_seen = 0
        self.cache: dict[str, Value] = self.first_state()

    @abstractmethod
    def first_state(self) -> dict[str, Value]:
        """What the bridge has in its cache for this device."""

    def react(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        """Return what follows from `stimulus` at `at`."""
        if stimulus == HEARTBEAT:
            return (self.alive(at), self.next_heartbeat(at))
        return self.feel(at, stimulus)

    @abstractmethod
    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        """Return what follows from anything but the heartbeat."""

    def alive(self, at: int) -> Report:
        """The heartbeat: the cache once more."""
        return self.say(at)

    def next_heartbeat(self, at: int) -> Later:
        """Heartbeats drift, as those of the real things do."""
        return Later(at + round(self.heartbeat_s * 1000 * self.chance.uniform(0.94, 1.02)), HEARTBEAT)

    def say(
        self,
        at: int,
        changes: dict[str, Value] | None = None,
        event: tuple[str, float] | None = None,
        *,
        passing: dict[str, Value] | None = None,
    ) -> Report:
        """The device speaks: `changes` stay in the bridge's cache, `passing` is in this message only."""
        self.last_seen = at
        self.cache["linkquality"] = max(1, min(255, self.link + self.chance.randint(-6, 6)))
        if changes:
            self.cache.update(changes)
        fields = {**self.cache, **passing} if passing else self.cache.copy()
        return Report(at, at, self.sensor, fields, event)

    def remembered(self, at: int) -> Report:
        """What the bridge publishes at its start: the cache, which is no news."""
        return Report(at, self.last_seen, self.sensor, self.cache.copy())

    def bridge_says(self, at: int, changes: dict[str, Value]) -> Report:
        """The bridge changes the state by itself: the device has not spoken."""
        self.cache.update(changes)
        return Report(at, self.last_seen, self.sensor, self.cache.copy())


def aqara_battery(millivolts: int) -> int:
    """Per cent as the bridge reckons it for these cells: linear from 2,850 to 3,000 mV."""
    return max(0, min(100, round((millivolts - 2850) / 1.5)))
