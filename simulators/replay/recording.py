"""Reads a recording: CSV, perhaps gzipped, with the columns time, sensor and value.

Other columns are ignored. A row that cannot be used is handed out as what is wrong with it.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO
from zoneinfo import ZoneInfo

from simulators.errors import RecordingError
from simulators.replay.local_time import LocalTimes

COLUMNS = ("time", "sensor", "value")

_WORDS = {
    "ON": True,
    "OFF": False,
    "TRUE": True,
    "FALSE": False,
    "PRESENT": True,
    "ABSENT": False,
}
_DOOR_WORDS = {"OPEN": True, "OPENED": True, "CLOSE": False, "CLOSED": False}


class Row(NamedTuple):
    """One usable row."""

    line: int
    at: int  #: ms since 1970, UTC
    sensor: str
    value: float
    of_a_door: bool  #: the recording says OPEN or CLOSE


class Unusable(NamedTuple):
    """One row that is not."""

    line: int
    reason: str  #: the kind of trouble, the same words for the same trouble
    detail: str = ""


def opened(path: Path) -> TextIO:
    """Open the file, gzipped or not, whatever its name is. Raises RecordingError."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        stream = gzip.open(path, "rb") if packed else path.open("rb")  # noqa: SIM115 - the caller closes it
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error
    return io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")


def read(lines: Iterable[str], zone: ZoneInfo) -> Iterator[Row | Unusable]:
    """Yield every row, usable or not. Raises RecordingError, naming the column, when one is missing."""
    reader = csv.reader(lines)
    places = _columns(reader)
    times = LocalTimes(zone)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unusable(reader.line_num, "not CSV", str(error))
            continue
        except (OSError, EOFError, zlib.error) as error:
            yield Unusable(reader.line_num, "the file breaks off", str(error))
            return
        if any(cell.strip() for cell in cells):
            yield _row(reader.line_num, cells, places, times)


def _columns(reader: Iterator[list[str]]) -> tuple[int, int, int]:
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
    except (csv.Error, OSError, EOFError, zlib.error) as error:
        raise RecordingError(f"Its first line: {error}") from error
    for column in COLUMNS:
        if column not in header:
            raise RecordingError(
                f"The column '{column}' is missing; it has: {', '.join(header) or 'nothing'}."
            )
    return header.index("time"), header.index("sensor"), header.index("value")


def _row(line: int, cells: list[str], places: tuple[int, int, int], times: LocalTimes) -> Row | Unusable:
    if len(cells) <= max(places):
        return Unusable(line, "too few columns", ",".join(cells)[:80])
    when, sensor, said = (cells[place].strip() for place in places)
    if not sensor:
        return Unusable(line, "no sensor")
    word = said.upper()
    if word in _DOOR_WORDS:
        value, of_a_door = float(_DOOR_WORDS[word]), True
    elif word in _WORDS:
        value, of_a_door = float(_WORDS[word]), False
    else:
        try:
            value, of_a_door = float(said), False
        except ValueError:
            return Unusable(line, "a value that is neither a word nor a number", said[:80])
        if not math.isfinite(value):
            return Unusable(line, "a value that is neither a word nor a number", said[:80])
    try:
        return Row(line, times.read(when), sensor, value, of_a_door)
    except (ValueError, OverflowError) as error:
        return Unusable(line, "no time", f"'{when[:40]}': {error}"[:120])
