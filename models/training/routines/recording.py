"""A recorded home: what its sensors said, and what its resident said that they did, where that is known.

Instants are milliseconds; recordings without a zone are read as if their wall clock were UTC, so `offset` is
what the clock on the wall is ahead of the instants.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.detection.limits import HOUR
from models.detection.routines.spells import Sign

DAY = 24 * HOUR
#: Kinds whose both edges are somebody's doing.
_BOTH_EDGES = frozenset({"contact", "door", "window", "cupboard", "bed", "chair", "couch"})
#: Kinds that say again and again what holds: only its beginning is somebody's doing.
_BEGINNINGS = frozenset({"power", "switch", "appliance", "light"})
#: Kinds that say nothing of people.
_CLIMATE = frozenset(
    {"temperature", "humidity", "illuminance", "brightness", "battery", "co2", "pressure_air"}
)
_DOORS = frozenset({"contact", "door"})


@dataclass(frozen=True, slots=True)
class Sensor:
    """One sensor: what it is and where it hangs."""

    name: str
    kind: str
    room: str
    outer_door: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a sensor said. `value` is 1 when something began or opened, 0 when it ended."""

    at: int
    sensor: str
    value: float


@dataclass(frozen=True, slots=True)
class Activity:
    """What the resident did, in the words of the recording's labels."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One home. `said` is in order."""

    name: str
    sensors: dict[str, Sensor]
    said: tuple[Said, ...]
    activities: tuple[Activity, ...] = ()
    #: (from, milliseconds): what the wall clock is ahead; more than one when the clocks change.
    offsets: tuple[tuple[int, int], ...] = ((0, 0),)
    #: What the labels are good for: quiet outside is not explained.
    labelled: tuple[int, int] | None = field(default=None)

    def offset(self, at: int) -> int:
        """Return what the clock on the wall is ahead at an instant."""
        ahead = self.offsets[0][1]
        for since, milliseconds in self.offsets:
            if at >= since:
                ahead = milliseconds
        return ahead

    def midnight(self, day: int) -> int:
        """Return when day number `day` of the recording begins, by the wall clock of its first day."""
        first = self.said[0].at + self.offsets[0][1]
        return first // DAY * DAY + day * DAY - self.offsets[0][1]

    @property
    def days(self) -> int:
        """How many calendar days the recording touches."""
        return 1 + (self.said[-1].at - self.midnight(0)) // DAY

    def signs(self) -> list[Sign]:
        """Return the signs of life, as the product takes them: beginnings, and changes of doors and beds."""
        signs, last = [], dict[str, float]()
        for one in self.said:
            sensor = self.sensors[one.sensor]
            if sensor.kind in _CLIMATE:
                continue
            before = last.get(one.sensor, 0.0)
            last[one.sensor] = one.value
            if sensor.kind in _BOTH_EDGES:
                seen = one.value != before
            elif sensor.kind in _BEGINNINGS:
                seen = one.value > 0 and before == 0
            else:
                seen = one.value > 0
            if seen:
                signs.append(Sign(one.at, sensor.room, sensor.outer_door and sensor.kind in _DOORS))
        return signs

    @property
    def sensor_set(self) -> str:
        """What the home is seen with: `pir`, `mixed` or `contacts`."""
        inside = [one for one in self.sensors.values() if not one.outer_door]
        moving = sum(one.kind in ("motion", "presence") for one in inside)
        return "pir" if moving * 2 >= len(inside) else "mixed" if moving else "contacts"
