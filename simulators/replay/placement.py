"""The map of a recorded home: which of its sensors is what, and where; and how each would speak.

A sensor may have several rows: one that says ON and OFF as well as OPEN and CLOSE is two devices for us.
Recorded sensors speak as made-up devices of the vendor "Anju", whose every message is one event.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from models.contract.measurements import is_plausible
from simulators.errors import RecordingError
from simulators.home.devices.base import Value
from simulators.replay.recording import Row

VENDOR = "Anju"
IN_USE_W = 5.0  #: an appliance that draws less stands by

_MODELS = {
    "motion": "recorded-motion",
    "presence": "recorded-presence",
    "chair": "recorded-presence",
    "contact": "recorded-contact",
    "door": "recorded-contact",
    "bed": "recorded-bed",
    "vibration": "recorded-vibration",
    "temperature": "recorded-climate",
    "humidity": "recorded-climate",
    "illuminance": "recorded-climate",
}
#: models that say yes or no, by the field in which they say it
_FIELDS = {
    "recorded-motion": "occupancy",
    "recorded-bed": "occupancy",
    "recorded-presence": "presence",
    "recorded-vibration": "vibration",
}
_OTHERWISE = "recorded-switch"
_NOT_IN_A_NAME = re.compile(r"[^\w-]")
_TRUE = frozenset({"1", "true", "yes"})


class Place(NamedTuple):
    """One recorded device, with all that a bridge tells about it."""

    sensor: str
    kind: str
    room: str
    outer_door: bool
    ieee: str
    friendly_name: str
    model: str
    vendor: str = VENDOR
    description: str = "A sensor of a recorded home"
    power_source: str = "Battery"
    model_id: str = ""

    def fields(self, value: float) -> dict[str, Value] | None:
        """What this device says when the recording says `value`; None when that cannot be."""
        if self.model in _FIELDS:
            return {_FIELDS[self.model]: value > 0}
        if self.model == "recorded-contact":
            return {"contact": value == 0}
        if self.model == "recorded-climate":
            return {self.kind: value} if is_plausible(self.kind, value) else None
        limit = IN_USE_W if self.kind == "power" and value != 1 else 0.0
        return {"state": "ON" if value > limit else "OFF"}


class Map:
    """All places of one recorded home."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = list(places)
        self._contacts: dict[str, Place] = {}
        self._others: dict[str, Place] = {}
        for place in self.places:
            rows = self._contacts if place.model == "recorded-contact" else self._others
            rows.setdefault(place.sensor, place)

    def place_of(self, row: Row) -> Place | None:
        """Return the device that said this, or None when the map does not know the sensor."""
        contact, other = self._contacts.get(row.sensor), self._others.get(row.sensor)
        return (contact or other) if row.of_a_door else (other or contact)


def read(lines: Iterable[str]) -> Map:
    """Read the map: CSV with the columns sensor, kind, room and, if need be, outer_door.

    Raises RecordingError when it cannot be used: without a whole map nothing is worth playing.
    """
    reader = csv.DictReader(lines)
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    for column in ("sensor", "kind", "room"):
        if column not in header:
            raise RecordingError(
                f"The map lacks the column '{column}'; it has: {', '.join(header) or 'nothing'}."
            )
    places: list[Place] = []
    for cells in reader:
        sensor, kind, room = ((cells[column] or "").strip() for column in ("sensor", "kind", "room"))
        if not sensor or not kind:
            raise RecordingError(f"Line {reader.line_num} of the map lacks its sensor or its kind.")
        if any(place.sensor == sensor and place.kind == kind.lower() for place in places):
            raise RecordingError(f"The map has {sensor} as {kind} twice.")
        outer = (cells.get("outer_door") or "").strip().lower() in _TRUE
        places.append(_place(sensor, kind.lower(), room, outer, {place.friendly_name for place in places}))
    if not places:
        raise RecordingError("The map is empty.")
    return Map(places)


def _place(sensor: str, kind: str, room: str, outer: bool, taken: set[str]) -> Place:
    mark = hashlib.sha256(f"{sensor}/{kind}".encode()).hexdigest()[:16]
    name = _NOT_IN_A_NAME.sub("_", f"{sensor}_{kind}")
    if name in taken:
        name = f"{name}_{mark[:4]}"
    model = _MODELS.get(kind, _OTHERWISE)
    return Place(sensor, kind, room or sensor, outer, f"0x{mark}", name, model, model_id=model)
