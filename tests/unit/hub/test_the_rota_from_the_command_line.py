"""A duty rota from a file and on the terminal: written down, drawn, checked, changed and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from hub import cli
from hub.administration.loading import PlaceFileError, load_file
from hub.escalation import rota_store
from hub.settings import read_settings
from hub.storage.database import connect

STATION = """
[[organisations]]
id = "dongjie"
tier = "station"
name = "东街站"

[[contacts]]
organisation = "dongjie"
name = "李敏"
role = "duty"

[[contacts]]
organisation = "dongjie"
name = "陈洁"
role = "duty"
"""
ROTA = """
[[rotas]]
organisation = "dongjie"

[[rotas.shifts]]
name = "白班"
from = 08:00:00
until = "20:00"
contacts = ["李敏"]

[[rotas.shifts]]
name = "夜班"
from = "20:00"
until = "08:00"
rotation = "轮值"

[[rotas.rotations]]
name = "轮值"
participants = ["陈洁"]
anchor = 2026-11-02
"""
WEEK = ROTA.replace('[[rotas]]\norganisation = "dongjie"', "").replace("rotas.", "")

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command `anju-hub rota dongjie …`, at a station of two people, read by somebody in China."""
    monkeypatch.setenv("ANJU_DATABASE_URL", database)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    Path("place.toml").write_text(STATION, "utf-8")
    Path("week.toml").write_text(WEEK, "utf-8")
    load_file(read_settings(), Path("place.toml"))
    return lambda *words: CliRunner().invoke(cli.app, ["rota", "dongjie", *words])


def tomorrow(hour: int) -> str:
    """An hour of tomorrow, by the clock of the village."""
    day = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)
    return f"{day} {hour:02}:00"


def test_a_place_file_brings_a_rota_and_the_same_file_again_changes_nothing(run: Run, database: str) -> None:
    Path("place.toml").write_text(STATION + ROTA, "utf-8")
    assert "1 rotas" in load_file(read_settings(), Path("place.toml"))
    run("override", "--on", "李敏", "--off", "陈洁", "--from", tomorrow(20), "--until", tomorrow(23))
    load_file(read_settings(), Path("place.toml"))
    with connect(database) as connection:
        kept = rota_store.get(connection, "dongjie")
    assert kept is not None
    assert (kept.version, len(kept.rota.changes)) == (2, 1)
    assert [shift.since for shift in kept.rota.shifts] == ["08:00", "20:00"]


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('organisation = "xijie"', 'organisation = "dongjie"', 'there is no organisation "xijie"'),
        ('until = "25:00"', 'until = "20:00"', '[[rotas]] "dongjie", shifts, no. 1, until'),
    ],
)
def test_a_mistake_in_the_rota_of_a_place_file_is_named(run: Run, wrong: str, right: str, said: str) -> None:
    Path("place.toml").write_text(STATION + ROTA.replace(right, wrong, 1), "utf-8")
    with pytest.raises(PlaceFileError) as refused:
        load_file(read_settings(), Path("place.toml"))
    assert said in str(refused.value)


def test_an_organisation_without_a_rota_says_so(run: Run) -> None:
    for command in ("show", "check"):
        done = run(command)
        assert (done.exit_code, done.output) == (0, "没有值班表：dongjie所有人随时在岗。\n")


def test_a_week_is_written_down_and_drawn(run: Run) -> None:
    assert "值班表已保存，第 1 版" in run("set", "week.toml").output
    drawn = run("show", "--days", "2").output
    assert "08:00–20:00  李敏" in drawn
    assert drawn.count("20:00–24:00  陈洁") == 2
    assert re.search(r"现在值班：(李敏|陈洁)$", drawn.strip())
    done = run("check")
    assert (done.exit_code, done.output) == (0, "未来 14 天没有无人值班的时段。\n")


def test_gaps_are_listed_and_end_with_1(run: Run) -> None:
    run("set", "week.toml")
    run("override", "--off", "李敏", "--from", tomorrow(10), "--until", tomorrow(12))
    done = run("check")
    assert done.exit_code == 1
    assert "10:00–12:00 · 2小时" in done.output
    assert "无人值班" in run("show").output


def test_two_swap_and_take_it_back(run: Run) -> None:
    run("set", "week.toml")
    changed = run("swap", "李敏", tomorrow(9), "陈洁", tomorrow(21))
    assert changed.exit_code == 0, changed.output
    shown = run("show", "--days", "2").output
    assert "00:00–20:00  陈洁" in shown
    assert "20:00–24:00  李敏" in shown
    change = re.search(r"take-back (\w+)", changed.output)
    assert change
    assert run("take-back", change[1]).output == "调整已撤回。\n"
    assert run("show", "--days", "2").output.count("08:00–20:00  李敏") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["override", "--on", "王芳", "--from", "9", "--until", "10"], "“9”不是时间"),
        (["swap", "李敏", "2020-01-01 09:00", "陈洁", "2020-01-01 21:00"], "李敏那时没有班"),
        (["take-back", "nothing"], "这处调整已经撤回了"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_readers_language(run: Run, words: list[str], said: str) -> None:
    run("set", "week.toml")
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_file_that_names_a_stranger_is_refused_and_nothing_is_stored(run: Run) -> None:
    Path("week.toml").write_text(WEEK.replace("李敏", "张三"), "utf-8")
    done = run("set", "week.toml")
    assert done.exit_code == 2
    assert "本机构没有联系人“张三”" in done.output
    assert "没有值班表" in run("check").output
