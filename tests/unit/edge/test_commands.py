"""`anju-agent`: what it teaches, what it shows, and what it says when something is wrong."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import edge_agent
from edge_agent.cli import main
from edge_agent.outbox import Outbox
from tests.conftest import ROOT
from tests.unit.edge.test_outbox import entry

CATALOGUE = ROOT / "edge_agent" / "language" / "zh" / "LC_MESSAGES" / "anju.po"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(f'home = "home-1"\nedge = "edge-1"\ndata_dir = "{tmp_path / "data"}"\n')
    return path


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_help_names_every_command_and_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a manual at hand."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    for word in ("run", "watch", "outbox", "ANJU_AGENT_HUB_HOST", "--config"):
        assert word in said


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the error stream, without a traceback."""
    config.write_text('home = "Home 1"\nedge = "edge-1"\n')
    assert main(["outbox", "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Home 1" in said


def test_the_outbox_command_shows_what_waits(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a person, and as JSON for programs."""
    box = Outbox(tmp_path / "data" / "outbox.db")
    box.append([entry(), entry("sos")])
    box.close()
    assert main(["outbox", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "2, of them urgent: 1" in said
    assert "2026-11-18" in said
    assert main(["outbox", "--json", "--config", str(config)]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["depth"], facts["stream"], facts["last"]) == ("2", box.stream, "2")


@pytest.mark.parametrize("there", [False, True])
def test_an_outbox_that_is_not_there_or_not_one_is_said(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    """Exit code 1, in words."""
    if there:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "outbox.db").write_bytes(b"nothing of the kind" * 100)
    assert main(["outbox", "--config", str(config)]) == 1
    assert "outbox" in capsys.readouterr().out


def test_the_agent_is_of_the_projects_version() -> None:
    """It is written down twice, to save memory on the Pi."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert edge_agent.__version__ == project["version"]


def test_every_text_for_people_has_its_chinese_with_the_same_places_to_fill_in() -> None:
    """Nothing missing, nothing left over."""
    found = {row[2] for row in extract_from_dir(ROOT / "edge_agent", keywords={"text": None})}
    with CATALOGUE.open("rb") as file:
        catalogue = {str(row.id): str(row.string) for row in read_po(file) if row.id}
    assert found == set(catalogue)
    for english, chinese in catalogue.items():
        assert re.search(r"[\u4e00-\u9fff]", chinese), english
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese))
