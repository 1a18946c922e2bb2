"""The public recordings of single homes, as they are published (see the data sets' own notes).

Wall-clock times without a zone are taken as they are. Raises RecordingError for a file that is not as it
should be.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from models.detection.limits import SECOND
from models.training.errors import DataError
from models.training.routines.recording import Activity, Recording, Said, Sensor

_HH103: Final = {
    "Bathroom": Sensor("Bathroom", "motion", "bathroom"),
    "Bedroom": Sensor("Bedroom", "motion", "bedroom"),
    "Kitchen": Sensor("Kitchen", "motion", "kitchen"),
    "LivingRoom": Sensor("LivingRoom", "motion", "living room"),
    "LoungeChair": Sensor("LoungeChair", "motion", "living room"),
    "WorkArea": Sensor("WorkArea", "motion", "study"),
    "OutsideDoor": Sensor("OutsideDoor", "motion", "entrance"),
    "FrontDoor": Sensor("FrontDoor", "contact", "entrance", outer_door=True),
}
#: By the names in the recording: kind and room.
_KASTEREN: Final = {
    "microwave": ("switch", "kitchen"),
    "hall-toilet door": ("contact", "toilet"),
    "hall-bathroom door": ("contact", "bathroom"),
    "cups cupboard": ("contact", "kitchen"),
    "fridge": ("contact", "kitchen"),
    "plates cupboard": ("contact", "kitchen"),
    "front door": ("contact", "entrance"),
    "dishwasher": ("contact", "kitchen"),
    "toilet flush": ("flush", "toilet"),
    "freezer": ("contact", "kitchen"),
    "pans cupboard": ("contact", "kitchen"),
    "washing machine": ("contact", "bathroom"),
    "groceries cupboard": ("contact", "kitchen"),
    "hall-bedroom door": ("contact", "bedroom"),
    "toilet door": ("contact", "toilet"),
    "cupboard groceries": ("contact", "kitchen"),
    "frontdoor": ("contact", "entrance"),
    "cupboard plates": ("contact", "kitchen"),
    "bedroom door": ("contact", "bedroom"),
    "press bed rechts": ("bed", "bedroom"),
    "press bed links": ("bed", "bedroom"),
    "kwik cutlary drawer": ("contact", "kitchen"),
    "kwik stove lid": ("contact", "kitchen"),
    "pir slaapkamer": ("motion", "bedroom"),
    "kwik dresser": ("contact", "bedroom"),
    "pir badkamer": ("motion", "bathroom"),
    "gootsteen float": ("tap", "kitchen"),
    "toaster": ("switch", "kitchen"),
    "magnetron": ("switch", "kitchen"),
    "pir keuken": ("motion", "kitchen"),
}
#: The published list calls number 7 the front door, but 7 never speaks; number 4, which the list does not
#: name, speaks at 23 of the 24 labelled leavings and at 21 of the returns.
_FRONT_DOOR_OF_B: Final = 4


def load(data: Path) -> list[Recording]:
    """Return every recording that lies under `data`; DataError when there is none."""
    found = []
    if (data / "casas-hh103" / "events.csv.gz").is_file():
        found.append(hh103(data / "casas-hh103" / "events.csv.gz"))
    found += [
        kasteren(data / "kasteren", house)
        for house in "ABC"
        if (data / "kasteren" / f"house{house}.sensors").is_file()
    ]
    if not found:
        raise DataError(f"No recorded home lies under {data}.")
    return found


def hh103(path: Path) -> Recording:
    """Return one month of one resident, motion in every room and the outer door, every event labelled."""
    said, activities = [], list[Activity]()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = round(datetime.fromisoformat(row["time"]).replace(tzinfo=UTC).timestamp() * 1000)
            contact = row["value"] in ("OPEN", "CLOSE")
            sensor = "FrontDoor" if contact else row["sensor"]
            said.append(Said(at, sensor, float(row["value"] in ("ON", "OPEN"))))
            if activities and activities[-1].name == row["activity"]:
                activities[-1] = Activity(activities[-1].start, at, row["activity"])
            else:
                activities.append(Activity(at, at, row["activity"]))
    said.sort(key=lambda one: one.at)
    return Recording(name="hh103", sensors=_HH103, said=tuple(said), activities=tuple(activities))


def kasteren(folder: Path, house: str) -> Recording:
    """Return one of the houses: contacts, pressure and float switches; in B and C some motion as well."""
    names = dict(_names(folder / f"house{house}.sensor_names"))
    if house == "B":
        names[_FRONT_DOOR_OF_B] = "frontdoor"
    sensors = {}
    for name in names.values():
        if name.lower() not in _KASTEREN:
            raise DataError(f"House {house} has a sensor '{name}' that nobody has described.")
        kind, room = _KASTEREN[name.lower()]
        sensors[name] = Sensor(name, kind, room, outer_door=room == "entrance")
    said = []
    for start, length, number in _rows(folder / f"house{house}.sensors"):
        if number in names:  # some of B's numbers have no name: unplaced sensors
            said.append(Said(start, names[number], 1.0))
            said.append(Said(start + length, names[number], 0.0))
    said.sort(key=lambda one: one.at)
    words = dict(_names(folder / f"house{house}.activity_names"))
    activities = tuple(
        Activity(start, start + length, words.get(number, str(number)))
        for start, length, number in sorted(_rows(folder / f"house{house}.activities"))
    )
    labelled = (activities[0].start, max(one.end for one in activities))
    return Recording(
        name=f"kasteren-{house.lower()}",
        sensors=sensors,
        said=tuple(said),
        activities=activities,
        labelled=labelled,
    )


def _names(path: Path) -> Iterator[tuple[int, str]]:
    for line in path.read_text("utf-8").splitlines():
        number, _, name = line.strip().partition("\t")
        if name:
            yield int(number), name.strip()


def _rows(path: Path) -> Iterator[tuple[int, int, int]]:
    """Yield (start, length, number) with both times in milliseconds."""
    for line in path.read_text("utf-8").splitlines():
        start, length, number = line.split()
        yield int(float(start)) * SECOND, int(float(length)) * SECOND, int(float(number))
