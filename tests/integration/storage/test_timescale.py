"""What TimescaleDB adds, on a server that offers it (ANJU_TEST_TIMESCALE_URL); skipped elsewhere.

The same rows, the same names, the same answers as without it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import connect
from hub.storage.schema import has_timescale, migrate
from tests.ingest_rig import event
from tests.postgres import with_database
from tests.village import village

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def timescale() -> Iterator[str]:
    """The address of a fresh database on a server with TimescaleDB."""
    server = os.environ.get("ANJU_TEST_TIMESCALE_URL")
    if not server:
        pytest.skip("ANJU_TEST_TIMESCALE_URL names no server that offers TimescaleDB")
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield with_database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def rows(n: int) -> list[tuple[Any, ...]]:
    """`n` events of ten days, the newest today."""
    events = [event(seq, at=NOW - timedelta(days=10) + timedelta(minutes=7 * seq)) for seq in range(1, n + 1)]
    return [row_of("wang", 1, e, e.at, NOW) for e in events]


def test_events_are_a_hypertable_and_repeats_fall_out(timescale: str) -> None:
    migrate(timescale)
    assert migrate(timescale) == []
    with connect(timescale) as connection:
        assert has_timescale(connection)
        village(connection)
        assert write_events(connection, rows(2000)) == 2000
        assert write_events(connection, rows(2001)) == 1
        chunks = connection.execute("select show_chunks('events')").fetchall()
        days = connection.execute(
            "select distinct (occurred_at at time zone 'UTC')::date from events"
        ).fetchall()
        assert len(chunks) == len(days) > 9


def test_compressed_rows_are_read_and_guarded_as_before(timescale: str) -> None:
    migrate(timescale)
    with connect(timescale) as connection:
        village(connection)
        write_events(connection, rows(2000))
        connection.commit()
        connection.execute("select compress_chunk(c) from show_chunks('events') c")
        connection.commit()
        assert write_events(connection, rows(2000)) == 0
        counted = connection.execute("select count(*) as n, min(seq), max(seq) from events").fetchone()
        assert counted == {"n": 2000, "min": 1, "max": 2000}


def test_the_hourly_aggregate_says_what_the_plain_view_says(timescale: str, database: str) -> None:
    migrate(timescale)
    said = []
    for url in (timescale, database):
        with connect(url) as connection:
            village(connection)
            write_events(connection, rows(2000))
            connection.commit()
            said.append(
                connection.execute(
                    "select home_id, device, kind, hour, n, first_at, last_at from activity_hourly"
                    " order by hour"
                ).fetchall()
            )
    assert said[0] == said[1]
    assert sum(row["n"] for row in said[0]) == 2000
