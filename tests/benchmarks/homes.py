"""A whole county on one hub: every home says one event and one report a minute, from one process.

Measured: what worker, PostgreSQL and broker together take of one core, what a home costs in memory once all
have spoken, how long an event waits until its transaction begins, and whether all are stored. `--rounds` is
the minutes; where the machine has other work, ANJU_BENCH_HOMES takes fewer homes than 100,000 and
ANJU_BENCH_RATE fewer messages a second than all of them say, until each has spoken once. All homes speak
over one connection, as `anju-sim town` does. What the sending process takes is told beside, and what it could
not send in time; neither is counted as the hub's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from hub.storage.database import connect
from simulators.broker import BrokerAt
from simulators.town.load import Load
from simulators.town.words import Town
from tests.benchmarks import parts
from tests.benchmarks.load import ROOT

HOMES = int(os.environ.get("ANJU_BENCH_HOMES", "100000"))
RATE = float(os.environ.get("ANJU_BENCH_RATE", "0"))  #: messages a second; 0: what the homes say
MINUTES = 2
A_MINUTE = 2  #: messages of a home
EDGE = "pi"


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures; takes the asked minutes and about a minute more."""
    minutes = rounds or MINUTES
    town = Town(HOMES, edge=EDGE, run="bench")
    with parts.folder() as where, parts.database(where) as url, parts.broker(where) as broker:
        with _worker(url, broker.port, where) as empty:
            bare = empty.memory_info().rss
        parts.town(url, [town.name(number) for number in range(HOMES)])
        with _worker(url, broker.port, where) as worker:
            serving = [worker, *_of(str(where), "postgres", "mosquitto")]
            before = sum(map(_cpu_s, serving))
            rate = RATE or HOMES * A_MINUTE / 60
            seconds = HOMES * A_MINUTE / rate if RATE else minutes * 60.0
            parts.tell(f"{HOMES} homes, {rate:,.0f} messages a second for {seconds:.0f} s")
            speaker = psutil.Process()
            spoken = _cpu_s(speaker)
            report = Load(town, BrokerAt(port=broker.port)).run(rate, seconds, births=False, wait_s=25)
            spoken = _cpu_s(speaker) - spoken
            spent = sum(map(_cpu_s, serving)) - before
            peak = worker.memory_info().rss
        stored, lag = _stored(url)
        name = broker.name
    return {
        "homes": HOMES,
        "minutes": round(seconds / 60, 2),
        "cpu_percent": round(100 * spent / report.seconds, 1),
        "rss_mb": round(peak / 1e6, 1),
        "speaker_cpu_percent": round(100 * spoken / report.seconds, 1),
        "speaker_rss_mb": round(speaker.memory_info().rss / 1e6, 1),
        "bytes_per_home": round((peak - bare) / HOMES),
        "lag_p99_ms": lag,
        "lost": report.events - stored,
        "sent_per_s": round(report.sent / report.seconds, 1),
        "asked_per_s": round(rate, 1),
        "sent_late": report.late,
        "not_sent": report.not_sent,
        "broker": name,
        "load_average": os.getloadavg()[0],
    }


@contextmanager
def _worker(url: str, port: int, where: Path) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.benchmarks.ingest_worker", url, str(port)]
    with (where / "worker.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n", (where / "worker.log").read_text()[-2000:]
            yield psutil.Process(worker.pid)
        finally:
            worker.terminate()
            worker.wait(60)


def _of(where: str, *names: str) -> list[psutil.Process]:
    """The servers of this run, with their children: they name its folder, or are ours."""
    ours = {one.pid for one in psutil.Process().children(recursive=True)}
    found = []
    for one in psutil.process_iter(["name", "cmdline"]):
        line = " ".join(one.info["cmdline"] or ())
        if any(name in (one.info["name"] or "") for name in names) and (where in line or one.pid in ours):
            found += [one, *one.children(recursive=True)]
    return found


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _stored(url: str) -> tuple[int, float]:
    """How many events lie in the database, and after how many ms at the 99th percentile."""
    with connect(url) as connection:
        row = connection.execute(
            "select count(*) n, coalesce(percentile_cont(0.99) within group (order by"
            " extract(epoch from received_at - occurred_at) * 1000), 0) lag from events"
        ).fetchone()
    assert row is not None
    return int(row["n"]), round(float(row["lag"]), 1)
