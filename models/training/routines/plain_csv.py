"""Homes as plain CSV: `<home>/events.csv` and `<home>/sensors.csv`, gzipped or not.

Unknown columns are ignored. Whatever is missing or cannot be understood is named in a DataError.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from models.training.errors import DataError
from models.training.routines.recording import Activity, Recording, Said, Sensor

_BEGUN: Final = frozenset({"on", "open", "opened", "true", "present", "1"})
_ENDED: Final = frozenset({"off", "close", "closed", "false", "absent", "0"})
_TRUE: Final = frozenset({"1", "true", "yes"})
WATTS: Final = 10.0  #: an appliance that draws more is in use


def load_folder(folder: Path) -> list[Recording]:
    """Return every home that lies under `folder`, by name; a folder that is itself a home is one."""
    homes = (
        [folder] if _file(folder, "events") else sorted(path for path in folder.iterdir() if path.is_dir())
    )
    found = [load_home(home) for home in homes if _file(home, "events")]
    if not found:
        raise DataError(f"No home (a folder with events.csv) lies under {folder}.")
    return found


def load_home(folder: Path) -> Recording:
    """Return one home."""
    sensors = {
        row["sensor"]: Sensor(
            row["sensor"],
            row["kind"].strip().lower(),
            row["room"].strip(),
            row["outer_door"].strip().lower() in _TRUE,
        )
        for row in _rows(folder, "sensors", ("sensor", "kind", "room", "outer_door"))
    }
    said, activities, offsets = [], list[Activity](), list[tuple[int, int]]()
    for number, row in enumerate(_rows(folder, "events", ("time", "sensor", "value")), 2):
        try:
            moment = datetime.fromisoformat(row["time"].strip())
            value = _value(row["value"])
        except ValueError as error:
            raise DataError(f"{folder}/events.csv, line {number}: {error}") from error
        sensor = sensors.get(row["sensor"])
        if sensor is None:
            raise DataError(f"{folder}/events.csv, line {number}: no sensor '{row['sensor']}' in sensors.csv")
        if sensor.kind == "power":
            value = float(value > WATTS)
        ahead = moment.utcoffset() or timedelta()
        at = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
        said.append(Said(at, row["sensor"], value))
        offset = ahead // timedelta(milliseconds=1)
        if not offsets or offsets[-1][1] != offset:
            offsets.append((at, offset))
        name = (row.get("activity") or "").strip()
        if name and activities and activities[-1].name == name:
            activities[-1] = Activity(activities[-1].start, at, name)
        elif name:
            activities.append(Activity(at, at, name))
    if not said:
        raise DataError(f"{folder}/events.csv holds no event.")
    said.sort(key=lambda one: one.at)
    activities.sort(key=lambda one: one.start)
    return Recording(
        name=folder.name,
        sensors=sensors,
        said=tuple(said),
        activities=tuple(activities),
        offsets=tuple(sorted(offsets)),
    )


def _value(text: str) -> float:
    word = text.strip().lower()
    if word in _BEGUN or word in _ENDED:
        return float(word in _BEGUN)
    return float(word)


def _file(folder: Path, name: str) -> Path | None:
    for suffix in (".csv", ".csv.gz"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    return None


def _rows(folder: Path, name: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    path = _file(folder, name)
    if path is None:
        raise DataError(f"{folder} has no {name}.csv.")
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    with io.StringIO(text, newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f"{path} has no column {', '.join(repr(column) for column in missing)}.")
        for row in reader:
            yield {key: value or "" for key, value in row.items() if key is not None}
