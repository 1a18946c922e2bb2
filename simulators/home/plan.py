"""The plan of a home: rooms, sensors, and the habits of the person who lives there.

Read from TOML, of the folder `simulators/plans` or of a person's own file. Knows nothing of MQTT.
"""

from __future__ import annotations

from datetime import date, time
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from simulators.errors import PlanError

RoomKind = Literal["bedroom", "bathroom", "kitchen", "living", "hall", "study"]

_FOLDER = files("simulators") / "plans"


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in both languages."""

    en: str
    zh: str


class Room(Struct, frozen=True, forbid_unknown_fields=True):
    """One room; `id` names it in acts, `name` is what people call it."""

    id: str
    kind: RoomKind
    name: Texts


class Sensor(Struct, frozen=True, forbid_unknown_fields=True):
    """One device on the wall, as the installer placed it and as its bridge calls it."""

    ieee: Annotated[str, Meta(pattern=r"^0x[0-9a-f]{16}$")]
    friendly_name: str
    model: str
    room: str
    outer_door: bool = False


class Habits(Struct, frozen=True, forbid_unknown_fields=True):
    """When this person does what on most days; lives vary around it."""

    wake: time = time(6, 20)
    sleep: time = time(21, 40)
    lunch: time = time(11, 30)
    dinner: time = time(17, 30)
    nap_minutes: float = 50.0  #: 0 for somebody who takes none
    night_toilets: float = 1.2  #: a night, on average
    outings: float = 1.5  #: a day, on average
    lie_ins: float = 0.4  #: a week, on average
    visitors: float = 1.0  #: a week, on average
    weekends_away: float = 0.0  #: a month, on average
    carer_days: tuple[int, ...] = ()  #: 1 is Monday
    carer_at: time = time(9, 0)
    carer_minutes: float = 50.0
    declines_from: date | None = None  #: from this date on everything becomes a little less, day by day
    declines_per_day: float = 0.01


class Resident(Struct, frozen=True, forbid_unknown_fields=True):
    """Who lives there."""

    name: str
    born: int
    habits: Habits = Habits()


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """One home that can be lived in."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
    title: Texts
    address: str
    resident: Resident
    rooms: Annotated[list[Room], Meta(min_length=1)]
    sensors: list[Sensor]
    zone: str = "Asia/Shanghai"

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which this person lives."""
        return ZoneInfo(self.zone)

    def room_of_kind(self, *kinds: RoomKind) -> Room:
        """Return the room of the first kind that this home has, else its first room."""
        for kind in kinds:
            for room in self.rooms:
                if room.kind == kind:
                    return room
        return self.rooms[0]


def names() -> tuple[str, ...]:
    """Return the names of the plans that come with the simulators."""
    return tuple(sorted(file.name[:-5] for file in _FOLDER.iterdir() if file.name.endswith(".toml")))


def load(name: str) -> Plan:
    """Return the plan called `name`, or that of the TOML file at the path `name`. Raises PlanError."""
    try:
        if name in names():
            return parse((_FOLDER / f"{name}.toml").read_bytes())
        return parse(Path(name).read_bytes())
    except OSError as error:
        raise PlanError(f"'{name}' is neither a file nor one of {', '.join(names())}.") from error


def parse(content: bytes) -> Plan:
    """Return the plan that the TOML text describes. Raises PlanError."""
    try:
        plan = msgspec.toml.decode(content, type=Plan)
        ZoneInfo(plan.zone)
    except (msgspec.DecodeError, ZoneInfoNotFoundError, UnicodeDecodeError) as error:
        raise PlanError(str(error)) from error
    rooms = {room.id for room in plan.rooms}
    if len(rooms) < len(plan.rooms):
        raise PlanError("Two rooms have the same id.")
    for sensor in plan.sensors:
        if sensor.room not in rooms:
            raise PlanError(f"The sensor {sensor.friendly_name} hangs in '{sensor.room}', which is no room.")
    for field in ("ieee", "friendly_name"):
        if len({getattr(sensor, field) for sensor in plan.sensors}) < len(plan.sensors):
            raise PlanError(f"Two sensors have the same {field}.")
    return plan
