"""Silence, what is held, and quiet hours on the terminal; a mistake gets a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub import cli
from hub.clock import SystemClock, milliseconds
from hub.errors import HubError
from hub.escalation import opening
from hub.storage.database import connect
from models.detection.finding import Finding, Reason
from tests.village import village

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ANJU_DATABASE_URL", database)
    monkeypatch.setenv("ANJU_DATA_DIR", str(tmp_path))
    with connect(database) as connection:
        village(connection)

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.app, list(words))

    return command


def test_a_silence_is_asked_for_listed_holds_and_ends(run: Run, database: str) -> None:
    said = run("silence", "add", "dongjie", "--why", "停电检修", "--hours", "8", "--risk", "power_cut")
    assert said.exit_code == 0, said.output
    assert "Emergencies are never silenced" in said.output
    number = said.output.split()[1]
    now = SystemClock().now()
    cut = Finding(
        risk="power_cut",
        severity="warning",
        occurred_at=milliseconds(now - timedelta(minutes=1)),
        reason=Reason("The mains are gone.", {}),
        dedup_key="power_cut",
    )
    with connect(database) as connection:
        alert, _ = opening.open_or_repeat(connection, "wang", cut, now)
    listed = run("silence", "list").output
    assert "dongjie" in listed
    assert "停电检修" in listed
    assert "holds 1 alerts now" in listed
    held = run("held").output
    assert alert in held
    assert "command line asked for silence until" in held
    assert run("silence", "end", number).exit_code == 0
    assert run("silence", "list").output == "Nothing is silenced.\n"
    assert isinstance(run("silence", "end", number).exception, HubError)


def test_quiet_hours_and_limits_are_set_one_by_one(run: Run, database: str) -> None:
    assert run("quiet", "wang", "--hours", "21:00-06:30").exit_code == 0
    assert run("quiet", "wang", "--calls-an-hour", "2").exit_code == 0
    with connect(database) as connection:
        row = connection.execute("select * from noise_levels").fetchone()
    assert row is not None
    assert (str(row["quiet_from"]), str(row["quiet_until"])) == ("21:00:00", "06:30:00")
    assert (row["calls_an_hour"], row["calls_a_night"]) == (2, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("silence", "add", "wang", "--why", "x", "--hours", "2", "--risk", "smoke"), "never silenced"),
        (("silence", "add", "nowhere", "--why", "x", "--hours", "2"), "Neither a home nor an organisation"),
        (("quiet", "wang", "--hours", "late"), "22:00-07:00"),
        (("quiet", "nowhere", "--hours", "none"), "Neither a home nor an organisation"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    error = run(*words).exception
    assert isinstance(error, HubError)
    assert said in str(error)
