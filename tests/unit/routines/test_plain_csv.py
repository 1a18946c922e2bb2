"""Homes as plain CSV: read as they are, and what is wrong is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from models.detection.limits import HOUR
from models.training.errors import DataError
from models.training.routines.plain_csv import load_folder
from tests.unit.routines.life import grandmother, write_csv


def home(folder: Path, events: str, sensors: str = "") -> Path:
    (folder / "willow-7").mkdir()
    (folder / "willow-7" / "events.csv").write_text(events, "utf-8")
    (folder / "willow-7" / "sensors.csv").write_text(
        sensors or "sensor,kind,room,outer_door\npir,motion,kitchen,0\ndoor,contact,entrance,1\n", "utf-8"
    )
    return folder


def test_a_home_is_read_as_it_was_recorded(tmp_path: Path) -> None:
    recording = grandmother(days=5)
    write_csv(recording, tmp_path)
    [found] = load_folder(tmp_path)
    assert found.said == recording.said
    assert found.sensors == recording.sensors
    assert [one.name for one in load_folder(tmp_path / "willow-7")] == ["willow-7"]


def test_packed_files_are_read_too(tmp_path: Path) -> None:
    write_csv(grandmother(days=2), tmp_path)
    plain = tmp_path / "willow-7" / "events.csv"
    (tmp_path / "willow-7" / "events.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert load_folder(tmp_path)[0].said


def test_a_time_with_an_offset_keeps_its_wall_clock(tmp_path: Path) -> None:
    home(tmp_path, "time,sensor,value,activity\n2026-03-02T08:00:00+08:00,pir,1,Cook\n")
    [found] = load_folder(tmp_path)
    assert found.offset(found.said[0].at) == 8 * HOUR
    assert (found.said[0].at + found.offset(found.said[0].at)) % (24 * HOUR) == 8 * HOUR
    assert found.activities[0].name == "Cook"


@pytest.mark.parametrize(
    ("events", "sensors", "named"),
    [
        ("time,value\n2026-03-02 08:00,1\n", "", "'sensor'"),
        (
            "time,sensor,value\n2026-03-02 08:00,pir,1\n",
            "sensor,kind,room\npir,motion,hall\n",
            "'outer_door'",
        ),
        ("time,sensor,value\nyesterday,pir,1\n", "", "line 2"),
        ("time,sensor,value\n2026-03-02 08:00,pir,perhaps\n", "", "line 2"),
        ("time,sensor,value\n2026-03-02 08:00,lamp,1\n", "", "'lamp'"),
        ("time,sensor,value\n", "", "no event"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, events: str, sensors: str, named: str) -> None:
    home(tmp_path, events, sensors)
    with pytest.raises(DataError, match=named):
        load_folder(tmp_path)


def test_a_folder_without_homes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No home"):
        load_folder(tmp_path)
