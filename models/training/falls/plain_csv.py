"""Trials from plain CSV, so that recordings which nobody here has seen can be judged with one command.

`trials.csv` says who did what, `samples.csv` what the sensor felt; either may be gzipped. Columns that are
not known are ignored; one that is missing is named.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, TextIO, cast

import numpy as np

from models.detection.falls.position import POSITIONS, Position
from models.training.errors import DataError
from models.training.falls.trials import Trial

TRIALS: Final = ("subject", "trial", "activity", "is_fall", "position")
SAMPLES: Final = ("trial", "t", "ax", "ay", "az")
_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


def read_csv(folder: Path) -> list[Trial]:
    """Return the trials of `folder`. Raises DataError, which names the file and what is wrong in it."""
    described = _trials(folder)
    samples = _samples(folder, described.keys())
    trials = []
    for name, row in described.items():
        rows = samples.get(name)
        if not rows:
            continue
        order = np.asarray(rows, dtype=np.float64).reshape(-1, 4)
        trials.append(
            Trial(
                subject=row["subject"],
                name=name,
                activity=row["activity"],
                is_fall=_flag(row["is_fall"], name),
                position=_position(row["position"], name),
                t=order[:, 0],
                xyz=order[:, 1:],
                onset_s=_optional(row.get("onset_s"), name),
                end_s=_optional(row.get("end_s"), name),
            )
        )
    if not trials:
        raise DataError(f"{folder}: no trial of trials.csv has samples in samples.csv.")
    return trials


@contextmanager
def _table(folder: Path, name: str, columns: tuple[str, ...]) -> Iterator[tuple[list[str], TextIO]]:
    """Open `name`, gzipped or not, and check its head."""
    path = folder / name
    if not path.is_file():
        path = folder / f"{name}.gz"
    try:
        raw = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115
    except OSError as error:
        raise DataError(f"{folder} has neither {name} nor {name}.gz.") from error
    with raw, io.TextIOWrapper(cast(IO[bytes], raw), encoding="utf-8-sig", newline="") as file:
        try:
            head = [column.strip() for column in next(csv.reader([file.readline()]), [])]
            missing = [column for column in columns if column not in head]
            if missing:
                raise DataError(f"{path} has no column {', '.join(missing)}.")
            yield head, file
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(f"{path} cannot be read: {error}.") from error


def _trials(folder: Path) -> dict[str, dict[str, str]]:
    with _table(folder, "trials.csv", TRIALS) as (head, file):
        found: dict[str, dict[str, str]] = {}
        for row in csv.DictReader(file, fieldnames=head):
            name = row["trial"]
            if any(row[column] is None for column in TRIALS):
                raise DataError(f"{folder}: a row of trials.csv is short ({name}).")
            if name in found:
                raise DataError(f"{folder}: the trial {name} stands twice in trials.csv.")
            found[name] = row
        return found


def _samples(folder: Path, known: object) -> dict[str, list[tuple[float, float, float, float]]]:
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    with _table(folder, "samples.csv", SAMPLES) as (head, file):
        at, t, x, y, z = (head.index(column) for column in SAMPLES)
        for number, row in enumerate(csv.reader(file), start=2):
            if not row:
                continue
            try:
                values = (float(row[t]), float(row[x]), float(row[y]), float(row[z]))
            except IndexError as error:
                raise DataError(f"{folder}: line {number} of samples.csv is short.") from error
            except ValueError:
                continue  # an empty reading is a reading that is missing
            found.setdefault(row[at], []).append(values)
    return found


def _flag(text: str, trial: str) -> bool:
    if text.strip().lower() in _YES:
        return True
    if text.strip().lower() in _NO:
        return False
    raise DataError(f"is_fall of the trial {trial} is {text!r}; it must be 0 or 1.")


def _position(text: str, trial: str) -> Position:
    for position in POSITIONS:
        if text.strip().lower() == position:
            return position
    raise DataError(f"position of the trial {trial} is {text!r}; it must be one of {', '.join(POSITIONS)}.")


def _optional(text: str | None, trial: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise DataError(f"onset_s or end_s of the trial {trial} is {text!r}, which is no number.") from error
