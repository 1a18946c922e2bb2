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
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final, TextIO, cast

import numpy as np
import pyarrow as arrow  # type: ignore[import-untyped]
import pyarrow.csv as arrow_csv  # type: ignore[import-untyped]
from numpy.typing import NDArray

from models.detection.falls.position import POSITIONS, Position
from models.training.errors import DataError
from models.training.falls.trials import Trial

Array = NDArray[np.float64]
TRIALS: Final = ("subject", "trial", "activity", "is_fall", "position")
SAMPLES: Final = ("trial", "t", "ax", "ay", "az")
_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


def read_csv(folder: Path) -> list[Trial]:
    """Return the trials of `folder`. Raises DataError, which names the file and what is wrong in it."""
    described = _trials(folder)
    samples = _samples(folder)
    trials = []
    for name, row in described.items():
        rows = samples.get(name)
        if rows is None:
            continue
        trials.append(
            Trial(
                subject=row["subject"],
                name=name,
                activity=row["activity"],
                is_fall=_flag(row["is_fall"], name),
                position=_position(row["position"], name),
                t=rows[:, 0],
                xyz=rows[:, 1:],
                onset_s=_optional(row.get("onset_s"), name),
                end_s=_optional(row.get("end_s"), name),
            )
        )
    if not trials:
        raise DataError(f"{folder}: no trial of trials.csv has samples in samples.csv.")
    return trials


@contextmanager
def _table(folder: Path, name: str, columns: tuple[str, ...]) -> Iterator[tuple[list[str], TextIO, Path]]:
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
            yield head, file, path
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(f"{path} cannot be read: {error}.") from error


def _trials(folder: Path) -> dict[str, dict[str, str]]:
    with _table(folder, "trials.csv", TRIALS) as (head, file, _):
        found: dict[str, dict[str, str]] = {}
        for row in csv.DictReader(file, fieldnames=head):
            name = row["trial"]
            if any(row[column] is None for column in TRIALS):
                raise DataError(f"{folder}: a row of trials.csv is short ({name}).")
            if name in found:
                raise DataError(f"{folder}: the trial {name} stands twice in trials.csv.")
            found[name] = row
        return found


def _samples(folder: Path) -> dict[str, Array]:
    """Return the readings of each trial in the order of time: t, x, y, z, shape (n, 4)."""
    with _table(folder, "samples.csv", SAMPLES) as (head, _, path):
        names = [name if name in SAMPLES else f"column {place}" for place, name in enumerate(head)]
    numbers: dict[str, Any] = dict.fromkeys(SAMPLES[1:], arrow.float64())
    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=SAMPLES,
                column_types={"trial": arrow.dictionary(arrow.int32(), arrow.string()), **numbers},
                strings_can_be_null=False,
            ),
        ).combine_chunks()
    except (arrow.ArrowInvalid, OSError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from error
    if not table.num_rows:
        return {}
    trial = table["trial"].combine_chunks()
    code = trial.indices.to_numpy(zero_copy_only=False)
    rows = np.stack([table[name].to_numpy() for name in SAMPLES[1:]], axis=1)
    whole = np.isfinite(rows).all(axis=1)  # an empty reading is one that is missing
    code, rows = code[whole], rows[whole]
    order = np.lexsort((rows[:, 0], code))
    code, rows = code[order], rows[order]
    edges = [0, *(np.flatnonzero(np.diff(code)) + 1).tolist(), len(code)]
    known = trial.dictionary.to_pylist()
    return {known[code[first]]: rows[first:last] for first, last in pairwise(edges) if last > first}


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
