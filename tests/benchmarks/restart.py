"""A hub that starts again: how long until it watches all its homes as before.

Every home has six sensors, a snapshot of what its detectors remember, what was learnt of it, and one event
that came after the snapshot was written down. Measured: from an open connection until every home is watched
(`seconds`), and how long the first looks at all of them take afterwards, in turns between which alarms pass
(`looks_s`). For a few sizes, the largest last; ANJU_BENCH_HOMES names it. `--rounds` is how often each is
done; the quickest counts, since whatever else a machine does only makes it slower.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.clock import milliseconds
from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import Connection, connect
from hub.watch import store
from hub.watch.registry import Watch
from models.contract.messages import Event
from models.detection.usual import Usual
from tests.benchmarks import parts

HOMES = int(os.environ.get("ANJU_BENCH_HOMES", "10000"))
ROUNDS = 3
SENSORS = (
    ("pir-bedroom", "bedroom", "motion"),
    ("pir-bathroom", "bathroom", "motion"),
    ("pir-kitchen", "kitchen", "motion"),
    ("pir-living", "living room", "motion"),
    ("front-door", "hall", "contact"),
    ("smoke", "hall", "smoke"),
)
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # ten in the morning in China


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures of the largest size, with all of them under `runs`."""
    runs = [_of(homes, rounds or ROUNDS) for homes in (HOMES // 5, HOMES)]
    return {**runs[-1], "runs": runs, "load_average": os.getloadavg()[0]}


def _of(homes: int, rounds: int) -> dict[str, Any]:
    with parts.folder() as where, parts.database(where) as url:
        parts.tell(f"{homes} homes are made")
        names = [f"home-{number:06}" for number in range(homes)]
        parts.town(url, names)
        with connect(url) as connection:
            _past(connection, names)
        times = []
        for _ in range(rounds):
            with connect(url) as connection:
                times.append(_restart(connection, homes))
            parts.tell("watching again after {:.2f} s, all looked at after {:.2f} s more".format(*times[-1]))
    seconds, looks, cpu = (min(part) for part in zip(*times, strict=True))
    return {
        "homes": homes,
        "seconds": round(seconds, 2),
        "us_per_home": round(seconds / homes * 1e6, 1),
        "cpu_us_per_home": round(cpu / homes * 1e6, 1),
        "looks_s": round(looks, 2),
    }


def _past(connection: Connection, names: list[str]) -> None:
    """Write down homes that have been watched for a while."""
    for name, room, kind in SENSORS:
        connection.execute(
            "insert into devices (home_id, edge_id, id, room, kinds, outer_door, heartbeat)"
            " select home, 'pi', %s, %s, %s, %s, interval '1 hour' from unnest(%s::text[]) home",
            (name, room, [kind], name == "front-door", names),
        )
    connection.execute(
        "insert into streams (home_id, edge_id, name)"
        " select home, 'pi', 'aaaaaaaa' from unnest(%s::text[]) home",
        (names,),
    )
    connection.execute("update edges set heard_at = %s", (NOW,))
    connection.execute(
        "insert into learnt (home_id, learnt_to, learnt_at, days, nights, quiet, others, usual, sha256)"
        " select home, %s, %s, 40, 40, '', '', %s, '' from unnest(%s::text[]) home",
        (NOW, NOW, Usual(days=40, latest_up=430.0, late_evening=1330.0).to_bytes(), names),
    )
    connection.commit()
    one = Watch.learning()
    since = NOW - timedelta(hours=2)
    one.load(connection, names[:1], since)
    for minute in range(0, 110, 5):
        name, _, kind = SENSORS[minute // 5 % 4]
        one.events(names[0], "pi", [_event(minute, name, kind, since)], since + timedelta(minutes=minute))
    one.tick(NOW)
    ((_, state),) = one.dirty(1, NOW)
    store.write_snapshots(connection, ((home, state) for home in names), NOW - timedelta(minutes=1))
    rows = connection.execute("select id, home_id from streams").fetchall()
    late = _event(0, "pir-kitchen", "motion", NOW)
    write_events(connection, [row_of(row["home_id"], row["id"], late, late.at, NOW) for row in rows])
    connection.commit()
    connection.execute("analyze")
    connection.commit()


def _event(minute: int, device: str, kind: str, since: datetime) -> Event:
    at = milliseconds(since + timedelta(minutes=minute))
    return Event(seq=minute + 1, at=at, mono=0, device=device, kind=kind, value=1.0)


def _restart(connection: Connection, homes: int) -> tuple[float, float, float]:
    """Return the seconds until all are watched, those of the looks, and the CPU's part of the first."""
    now, begun, worked = NOW + timedelta(seconds=20), time.perf_counter(), time.process_time()
    watch = Watch.learning()
    watch.load(connection, None, now)
    watching, worked = time.perf_counter(), time.process_time() - worked
    assert len(watch) == homes
    while (due := watch.next_due()) is not None and due <= now:
        watch.begin(connection)
        watch.tick(now)
    looked = time.perf_counter()
    connection.rollback()
    return watching - begun, looked - watching, worked
