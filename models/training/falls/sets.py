"""The public sets of recordings that are known by their layout, read from where they lie, never copied."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as parquet  # type: ignore[import-untyped]
from numpy.typing import NDArray

from models.training.errors import DataError
from models.training.falls.trials import Trial

SISFALL: Final = "sisfall"
WEDA: Final = "weda-fall"
#: What each set is, for cards: people, place on the body, how it may be used.
ABOUT: Final = {
    SISFALL: {
        "people": "38 people: 23 of 19-30 with falls, 15 of 60-75 of whom one falls; falls acted on mats",
        "place": "waist",
        "licence": "free for research with citation; no licence that allows passing it on",
        "cite": "Sucerquia, López, Vargas-Bonilla: SisFall. Sensors 2017, 17(1):198",
    },
    WEDA: {
        "people": "25 people: 14 young with falls, 11 of 77-95 without; falls acted on mats",
        "place": "wrist",
        "licence": "free for research with citation; no licence that allows passing it on",
        "cite": "Marques, Moreno: Online Fall Detection Using Wrist Devices. Sensors 2023, 23(3):1146",
    },
}


def present(folder: Path) -> list[str]:
    """Return which known sets lie in `folder`."""
    return [name for name in ABOUT if (folder / name / "trials.csv").is_file()]


def read_set(folder: Path, name: str) -> list[Trial]:
    """Return the trials of the set `name` in `folder`. Raises DataError."""
    try:
        return _sisfall(folder / name) if name == SISFALL else _weda(folder / name)
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{folder / name} is not as it should be: {error}") from error


def _sisfall(folder: Path) -> list[Trial]:
    table = parquet.read_table(
        folder / "sisfall_50hz_adxl_itg.parquet",
        columns=["subject", "code", "trial", "ax_mg", "ay_mg", "az_mg"],
    )
    xyz = np.stack([table[axis].to_numpy() for axis in ("ax_mg", "ay_mg", "az_mg")], axis=1) / 1000
    trials = []
    for first, last, (subject, code, take) in _runs(table, ("subject", "code", "trial")):
        trials.append(
            Trial(
                subject=subject,
                name=f"{code}_{subject}_{take}",
                activity=code,
                is_fall=code.startswith("F"),
                position="waist",
                t=np.arange(last - first) / 50.0,
                xyz=xyz[first:last],
            )
        )
    return trials


def _weda(folder: Path) -> list[Trial]:
    with (folder / "fall_timestamps.csv").open(encoding="utf-8-sig", newline="") as file:
        spans = {
            row["filename"]: (float(row["start_time"]), float(row["end_time"]))
            for row in csv.DictReader(file)
        }
    table = parquet.read_table(folder / "weda_50hz_accel.parquet")
    t = table["t"].to_numpy().astype(np.float64)
    xyz = np.stack([table[f"accel_{axis}"].to_numpy() for axis in "xyz"], axis=1).astype(np.float64)
    trials = []
    for first, last, (code, subject, take) in _runs(table, ("code", "subject", "trial")):
        onset, end = spans.get(f"{code}/{subject}_{take}", (None, None))
        trials.append(
            Trial(
                subject=subject,
                name=f"{code}_{subject}_{take}",
                activity=code,
                is_fall=code.startswith("F"),
                position="wrist",
                t=t[first:last],
                xyz=xyz[first:last],
                onset_s=onset,
                end_s=end,
            )
        )
    return trials


def _runs(table: Any, columns: tuple[str, ...]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return where each trial begins and ends in a table that holds them one after another, and its names."""
    codes: list[NDArray[np.int64]] = []
    names: list[list[str]] = []
    for column in columns:
        parts = table[column].combine_chunks()
        codes.append(parts.indices.to_numpy().astype(np.int64))
        names.append(parts.dictionary.to_pylist())
    changed = np.any([np.diff(code) != 0 for code in codes], axis=0)
    edges = [0, *(np.flatnonzero(changed) + 1).tolist(), len(codes[0])]
    return [
        (first, last, tuple(known[code[first]] for known, code in zip(names, codes, strict=True)))
        for first, last in pairwise(edges)
    ]
