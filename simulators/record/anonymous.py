"""What is left of an event when nobody may know whose it was. Pure, but for the secret that is drawn once.

Sensors are numbered by kind, rooms become kinds of rooms, dates are moved by whole weeks into the past. The
hour and the day of the week stay, for they are what a routine is. The secret is never written down.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.contract.messages import Device, Event

#: Contract kinds as the documented CSV calls them; others are left out.
KINDS = {
    "motion": "motion",
    "presence": "presence",
    "contact": "contact",
    "bed": "bed",
    "vibration": "vibration",
    "appliance": "switch",
    "temperature": "temperature",
    "humidity": "humidity",
    "illuminance": "illuminance",
}
_ROOMS = (
    ("bedroom", ("bed", "卧")),
    ("bathroom", ("bath", "toilet", "wash", "厕", "卫", "浴")),
    ("kitchen", ("kitchen", "厨", "灶")),
    ("living room", ("living", "lounge", "main", "客", "堂")),
    ("study", ("study", "office", "书")),
    ("entrance", ("hall", "entr", "porch", "door", "门", "廊", "檐")),
)
_WEEKS = (52, 520)


class Row(NamedTuple):
    """One line of `events.csv`."""

    time: str
    sensor: str
    value: str


class Sensor(NamedTuple):
    """One line of `sensors.csv`."""

    sensor: str
    kind: str
    room: str
    outer_door: int


class Mask:
    """One recording's; the same device gets the same name within it and in no other."""

    def __init__(self, zone: ZoneInfo, *, weeks: int | None = None) -> None:
        self._zone = zone
        drawn = _WEEKS[0] + secrets.randbelow(_WEEKS[1] - _WEEKS[0]) if weeks is None else weeks
        self._back = timedelta(weeks=drawn)
        self._devices: dict[str, Device] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._rooms: dict[str, str] = {}
        self._sensors: dict[str, Sensor] = {}

    def learn(self, devices: Iterable[Device]) -> None:
        """Take in where the home's devices hang."""
        self._devices.update((device.id, device) for device in devices)

    def row(self, event: Event) -> Row | None:
        """Return what is left of an event; None when nothing of it may or need be kept."""
        kind = KINDS.get(event.kind)
        if kind is None or event.value is None or event.clock == "unsynced":
            return None
        name = self._name(event.device, kind)
        at = datetime.fromtimestamp(event.at / 1000, self._zone).replace(tzinfo=None) - self._back
        return Row(at.isoformat(sep=" ", timespec="milliseconds"), name, _value(kind, event.value))

    def sensors(self) -> list[Sensor]:
        """Return the sensors that have spoken."""
        return list(self._sensors.values())

    def _name(self, device: str, kind: str) -> str:
        key = (device, kind)
        if key not in self._names:
            number = sum(known == kind for _device, known in self._names) + 1
            name = self._names[key] = f"{kind}-{number}"
            told = self._devices.get(device)
            room = self._room(told.room if told else "")
            outer = bool(told and told.outer_door and kind == "contact")
            self._sensors[name] = Sensor(name, kind, room, int(outer))
        return self._names[key]

    def _room(self, room: str) -> str:
        if room not in self._rooms:
            word = room.lower()
            kind = next((kind for kind, marks in _ROOMS if any(mark in word for mark in marks)), "")
            if not kind:
                kind = f"room-{sum(known.startswith('room-') for known in self._rooms.values()) + 1}"
            self._rooms[room] = kind
        return self._rooms[room]


def _value(kind: str, value: float) -> str:
    if kind == "contact":
        return "OPEN" if value else "CLOSE"
    if kind in ("temperature", "humidity", "illuminance"):
        return f"{value:g}"
    return "ON" if value else "OFF"
