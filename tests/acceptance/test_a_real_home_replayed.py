"""Thirty days of a real resident, over the real wire: every event stored once, in order, every day shown.

The recording is played to the home's own broker; an edge agent in a process of its own takes it in and brings
it to the hub, where the home is being commissioned, so that it is history and raises nothing.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.clock import SystemClock
from hub.storage.database import connect
from hub.watch.backtest import episodes
from models.detection.wording import render
from tests.brokers import Embedded
from tests.ingest_rig import RunningWorker
from tests.village import add_home, village
from tests.web_rig import add_people, running_web

MAP = Path(__file__).parent.parent / "integration" / "simulators" / "hh103_map.csv"
ZONE = "America/Los_Angeles"
HERE = str(Path(sys.executable).parent)


@pytest.fixture
def recording(shared: Path) -> Path:
    return shared / "datasets" / "casas-hh103" / "events.csv.gz"


@pytest.fixture
def worker(database: str) -> Iterator[RunningWorker]:
    with connect(database) as connection:
        village(connection)
        add_home(connection, "hh103", zone=ZONE, status="commissioning")
    broker = Embedded()
    broker.start()
    try:
        with RunningWorker(database, broker.port) as running:
            yield running
    finally:
        broker.stop()


def run(*arguments: str) -> str:
    """Run a command of ours to its end and return what it said."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def play(recording: Path, worker: RunningWorker, folder: Path) -> dict[str, Any]:
    """Play the recording through an agent; return what the player says, when the hub has all of it."""
    street = Embedded()
    street.start()
    config = folder / "agent.toml"
    run(
        f"{HERE}/anju-sim", "replay", "--map", str(MAP), "--home", "hh103", "--edge", "pi",
        "--broker", f"127.0.0.1:{street.port}", "--hub-broker", f"127.0.0.1:{worker.port}",
        "--write-agent-config", str(config),
    )  # fmt: skip
    assert tomllib.loads(config.read_text("utf-8"))["history"] is True
    agent = subprocess.Popen(
        [f"{HERE}/anju-agent", "run", "--config", str(config)],
        env=os.environ | {"ANJU_AGENT_DATA_DIR": str(folder / "agent")},
    )
    try:
        worker.until("select 1 from edges where home_id = 'hh103' and state = 'online'")
        said = run(
            f"{HERE}/anju-sim", "replay", str(recording), "--map", str(MAP), "--home", "hh103",
            "--zone", ZONE, "--broker", f"127.0.0.1:{street.port}", "--at-most", "3000",
        )  # fmt: skip
        played: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
        worker.until("select 1 from streams where upto >= %s", played["sent"], seconds=120)
        return played
    finally:
        agent.terminate()
        agent.wait(20)
        street.stop()


def test_a_month_of_a_real_home(recording: Path, worker: RunningWorker, tmp_path: Path) -> None:
    with gzip.open(recording, "rt") as file:
        rows = [(row["time"], row["sensor"], row["value"]) for row in csv.DictReader(file)]
    played = play(recording, worker, tmp_path)
    assert (played["sent"], played["rejected"]) == (len(rows), 0)
    stored = worker.rows(
        "select e.occurred_at, e.kind, e.value, d.name from events e"
        " join devices d on d.home_id = e.home_id and d.id = e.device"
        " where e.home_id = 'hh103' order by e.stream_id, e.seq"
    )
    assert len(stored) == len(rows) == 61_578
    zone = ZoneInfo(ZONE)
    on = {"ON": 1.0, "OFF": 0.0, "OPEN": 1.0, "CLOSE": 0.0}
    for row, (time, sensor, value) in zip(stored, rows, strict=True):
        said = datetime.fromisoformat(time).replace(tzinfo=zone)
        assert abs((row["occurred_at"] - said).total_seconds()) < 0.002
        assert (row["value"], row["kind"]) == (
            on[value],
            "contact" if value in ("OPEN", "CLOSE") else "motion",
        )
        assert row["name"].startswith(sensor)
    assert worker.rows("select 1 from alerts") == [], "history raises nothing"
    days = worker.rows(
        "select distinct (occurred_at at time zone %s)::date as day from events order by 1", ZONE
    )
    assert len(days) == 30
    shows_its_days(worker.url, tmp_path, [row["day"] for row in days])
    what_the_rules_say(worker.url, days[0]["day"], days[-1]["day"])


def shows_its_days(url: str, folder: Path, days: list[date]) -> None:
    """The home's page draws every day, with the rooms in which somebody moved."""
    with running_web(url, SystemClock(), folder, furnished=False) as web:
        with connect(url) as connection:
            web.people = add_people(connection, SystemClock().now())
        with web.signed_in("supervisor") as browser:
            for day in days:
                page = browser.get("/homes/hh103", params={"day": day.isoformat()})
                assert page.status_code == 200
                assert "<svg" in page.text
                assert "厨房" in page.text


def what_the_rules_say(url: str, first: date, last: date) -> None:
    """Today's fixed rules over the whole month: few words, each with the numbers that crossed the limit."""
    zone = ZoneInfo(ZONE)
    with connect(url) as connection:
        found = episodes(
            connection,
            "hh103",
            datetime.combine(first, datetime.min.time(), zone),
            datetime.combine(last, datetime.max.time(), zone),
        )
    for episode in found:
        sentence = render(episode.finding.reason, "en", ZONE)
        sys.stdout.write(f"{episode.at.astimezone(zone):%m-%d %H:%M} {episode.finding.risk}: {sentence}\n")
        assert any(letter.isdigit() for letter in sentence)
    assert not [e for e in found if e.finding.severity == "emergency"]
    assert len(found) < 30, "less than one a day, or nobody reads them"
