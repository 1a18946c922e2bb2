"""How fast events are stored and judged, beside what the same machine can do at all at the same moment.

In turn: a stock paho subscriber that does nothing; the ingest worker with one event a message, and with 100;
rows by COPY into the same table. All share one broker, one PostgreSQL with fsync on, and the machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import connect
from models.contract.messages import Event
from tests.benchmarks import parts
from tests.benchmarks.load import ROOT, Load, home, start
from tests.brokers import Broker

HOMES = 2000
SINGLE, BATCHED = 40_000, 3_000  #: messages in a round
EVENTS = 100  #: in a batched message
COPIED = 200_000
ROUNDS = 5
PATIENCE_S = 120.0


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures; a round is about 15 seconds."""
    empty: list[float] = []
    single: list[float] = []
    batched: list[float] = []
    copied: list[float] = []
    lost = doubled = 0
    with parts.folder() as where, parts.database(where) as url, parts.broker(where) as broker:
        parts.town(url, [home(Load(homes=HOMES, messages=0), n) for n in range(HOMES)])
        for n in range(rounds or ROUNDS):
            empty.append(_empty(broker))
            for rates, load in (
                (single, Load(homes=HOMES, messages=SINGLE, stream=f"s{n}")),
                (batched, Load(homes=HOMES, messages=BATCHED, events=EVENTS, stream=f"b{n}")),
            ):
                rates.append(_round(url, broker, load, where))
                more_lost, more_doubled = _faults(url, load.messages * load.events)
                lost, doubled = lost + more_lost, doubled + more_doubled
            copied.append(_copy(url))
            parts.tell(
                f"round {n + 1}: empty subscriber {empty[-1]:,.0f}/s, one event a message "
                f"{single[-1]:,.0f}/s, 100 a message {batched[-1]:,.0f}/s, COPY {copied[-1]:,.0f}/s"
            )
        name = broker.name
    return {
        "ratio_to_empty_subscriber": round(median(a / b for a, b in zip(single, empty, strict=True)), 3),
        "ratio_to_copy": round(median(a / b for a, b in zip(batched, copied, strict=True)), 3),
        "events_per_s": round(median(single)),
        "events_per_s_batched": round(median(batched)),
        "lost": lost,
        "doubled": doubled,
        "broker": name,
        "rounds": len(single),
        "empty_subscriber_per_s": parts.spread(empty),
        "one_event_per_message_per_s": parts.spread(single),
        "batched_per_s": parts.spread(batched),
        "copy_per_s": parts.spread(copied),
    }


def _empty(broker: Broker) -> float:
    """Messages a second that a subscriber takes which does nothing with them."""
    load = Load(homes=HOMES, messages=SINGLE)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.empty_subscriber", str(broker.port), str(load.messages)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as subscriber:
        assert subscriber.stdout is not None
        assert subscriber.stdout.readline() == b"ready\n"
        begin = _send(broker, load)
        assert subscriber.stdout.readline() == b"done\n"
        return load.messages / (time.monotonic() - begin)


def _round(url: str, broker: Broker, load: Load, where: Path) -> float:
    """Events a second from the first message to the last commit, as the database shows it."""
    command = [sys.executable, "-m", "tests.benchmarks.ingest_worker", url, str(broker.port)]
    with (where / "worker.log").open("ab") as log, connect(url, autocommit=True) as eyes:
        eyes.execute("truncate events, streams, home_states, refusals")
        worker = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n", (where / "worker.log").read_text()[-2000:]
            begin = _send(broker, load)
            wanted, end = load.messages * load.events, begin + PATIENCE_S
            # The ledger's sum is cheap to read; the rows themselves are counted afterwards.
            while _settled(eyes) < wanted and time.monotonic() < end:
                time.sleep(0.02)
            took = time.monotonic() - begin
        finally:
            worker.terminate()
            worker.wait(30)
    return wanted / took


def _send(broker: Broker, load: Load) -> float:
    """Send the load in the background; return when it began."""
    sender = start(broker.port, load)
    assert sender.stdout is not None
    assert sender.stdin is not None
    assert sender.stdout.readline() == b"ready\n"
    begin = time.monotonic()
    sender.stdin.write(b"go\n")
    sender.stdin.flush()
    _senders.append(sender)
    return begin


_senders: list[subprocess.Popen[bytes]] = []


def _settled(eyes: Any) -> int:
    row = eyes.execute("select sum(upto)::int8 as n from streams").fetchone()
    return int(row["n"] or 0)


def _faults(url: str, sent: int) -> tuple[int, int]:
    """Return how many events of the last load are missing from the table, and how many are there twice."""
    for sender in _senders:
        sender.communicate()
    _senders.clear()
    with connect(url) as connection:
        row = connection.execute(
            "select count(*) n, count(distinct (stream_id, seq)) distinct_n from events"
        ).fetchone()
    assert row is not None
    return sent - row["distinct_n"], row["n"] - row["distinct_n"]


def _copy(url: str) -> float:
    """Rows a second by COPY alone, into the same table, in lots as large as the worker's largest."""
    now = datetime.now(UTC)
    at = round(now.timestamp() * 1000)
    rows = [
        row_of(
            f"town-{n % HOMES}",
            n % HOMES + 1_000_000,
            Event(seq=n // HOMES + 1, at=at, mono=0, device="0x00158d00018255df", kind="motion"),
            at,
            now,
        )
        for n in range(COPIED)
    ]
    with connect(url) as connection:
        connection.execute("truncate events")
        connection.commit()
        begin = time.monotonic()
        for first in range(0, COPIED, 20_000):
            write_events(connection, rows[first : first + 20_000])
            connection.commit()
        return COPIED / (time.monotonic() - begin)
