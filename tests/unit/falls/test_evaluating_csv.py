"""Recordings that nobody here has seen are judged with one command; what is wrong with them is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="evaluating needs anju[training]")
pytest.importorskip("pyarrow", reason="evaluating needs anju[training]")

from typer.testing import CliRunner

from models.cli import app
from models.training.errors import DataError
from models.training.falls.plain_csv import read_csv
from tests.unit.falls.people import village, write

KEYS = ("sensitivity_at_99", "sensitivity_at_995", "ci95", "auc", "per_fall_type", "held_out_activity")


@pytest.mark.parametrize(("zipped", "rate"), [(False, 50.0), (True, 20.0)])
def test_one_command_judges_a_folder_and_prints_one_object_last(
    tmp_path: Path, zipped: bool, rate: float
) -> None:
    folder = write([one for one in village(rate) if one.subject in ("Wang", "Li")], tmp_path, zipped=zipped)
    done = CliRunner().invoke(app, ["evaluate", "falls", "--csv", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["artefact"] == "shipped"
    assert set(KEYS) <= set(said["waist"])
    assert {"cross_set", "false_per_scripted_hour", "window_us", "artefact_bytes"} <= set(said)
    assert said["waist"]["sensitivity_at_99"] == 1.0
    assert said["waist"]["specificity_at_99"] == 1.0


def test_pictures_are_drawn_on_request(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures need anju[training]")
    folder = write([one for one in village() if one.subject == "Wang"], tmp_path)
    done = CliRunner().invoke(
        app, ["evaluate", "falls", "--csv", str(folder), "--figures", str(tmp_path / "pictures")]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "pictures" / "falls-waist.png").read_bytes().startswith(b"\x89PNG")
    assert "waist" in done.stdout


def test_what_was_recorded_comes_out_as_it_was(tmp_path: Path) -> None:
    trials = village()[:3]
    for before, after in zip(trials, read_csv(write(trials, tmp_path)), strict=True):
        assert (before.name, before.subject, before.is_fall) == (after.name, after.subject, after.is_fall)
        assert after.onset_s == before.onset_s
        assert after.xyz == pytest.approx(before.xyz, abs=1e-4)


@pytest.mark.parametrize(("file", "column"), [("trials.csv", "is_fall"), ("samples.csv", "ay")])
def test_a_missing_column_is_named(tmp_path: Path, file: str, column: str) -> None:
    folder = write(village()[:1], tmp_path)
    text = (folder / file).read_text().replace(column, "other", 1)
    (folder / file).write_text(text)
    with pytest.raises(DataError, match=rf"{file} has no column {column}"):
        read_csv(folder)


def test_a_missing_file_is_named_and_the_command_ends_with_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", "falls", "--csv", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert "trials.csv" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [(",1,waist", ",maybe,waist", "is_fall"), (",waist,", ",ankle,", "position")],
)
def test_a_value_that_is_not_known_is_named_with_its_trial(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    folder = write(village()[:1], tmp_path)
    (folder / "trials.csv").write_text((folder / "trials.csv").read_text().replace(old, new))
    with pytest.raises(DataError, match=rf"{said} of the trial F1_Wang_0"):
        read_csv(folder)


def test_an_empty_reading_is_left_out(tmp_path: Path) -> None:
    folder = write(village()[:1], tmp_path)
    lines = (folder / "samples.csv").read_text().splitlines()
    lines[5] = "F1_Wang_0,100.08,,,,"
    (folder / "samples.csv").write_text("\n".join(lines))
    assert len(read_csv(folder)[0].t) == len(village()[0].t) - 1


def test_samples_in_any_order_come_out_in_that_of_time(tmp_path: Path) -> None:
    folder = write(village()[:2], tmp_path)
    head, *lines = (folder / "samples.csv").read_text().splitlines()
    (folder / "samples.csv").write_text("\n".join([head, *lines[::-1]]))
    for before, after in zip(village()[:2], read_csv(folder), strict=True):
        assert after.t == pytest.approx(before.t, abs=1e-3)


def test_a_reading_that_is_no_number_is_named(tmp_path: Path) -> None:
    folder = write(village()[:1], tmp_path)
    text = (folder / "samples.csv").read_text()
    (folder / "samples.csv").write_text(text + "F1_Wang_0,130.0,soft,0,1,87\n")
    with pytest.raises(DataError, match="soft"):
        read_csv(folder)


def test_one_source_must_be_given_and_only_one(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["evaluate", "falls", "--json"]).exit_code == 2
    both = ["evaluate", "falls", "--data", str(tmp_path), "--csv", str(tmp_path)]
    assert CliRunner().invoke(app, both).exit_code == 2
