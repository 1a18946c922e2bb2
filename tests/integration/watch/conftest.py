"""A hub's database with two homes in it, and a watch over them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hub.clock import milliseconds
from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import Connection, connect
from models.contract.messages import Event

START = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai


class Village:
    """Homes `chen` and `li`, each with one edge `pi`, a sensor in the hall, a smoke alarm and a pendant."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now = START
        self.seq = 0
        connection.execute("insert into organisations (id, tier, name) values ('east', 'station', '东街站')")
        for home in ("chen", "li"):
            self.add_home(home)
        connection.commit()

    def add_home(self, home: str, status: str = "live") -> None:
        """Write a home as a person sets it up."""
        self.connection.execute(
            "insert into homes (id, organisation_id, name, status, created_at)"
            " values (%s, 'east', %s, %s, %s)",
            (home, home, status, START),
        )
        self.connection.execute(
            "insert into edges (home_id, id, heard_at) values (%s, 'pi', %s)", (home, self.now)
        )
        for name, room, kind in (
            ("pir", "hall", "motion"),
            ("alarm", "kitchen", "smoke"),
            ("radar", "bathroom", "fall_suspected"),
            ("pendant", "", "sos"),
        ):
            self.connection.execute(
                "insert into devices (home_id, edge_id, id, room, kinds) values (%s, 'pi', %s, %s, %s)",
                (home, name, room, [kind]),
            )
        self.connection.execute(
            "insert into streams (home_id, edge_id, name) values (%s, 'pi', 'aaaaaaaa')", (home,)
        )

    def event(self, device: str, kind: str, value: float = 1.0, ago: timedelta = timedelta()) -> Event:
        """An event that happened `ago` before now."""
        self.seq += 1
        return Event(
            seq=self.seq, at=milliseconds(self.now - ago), mono=0, device=device, kind=kind, value=value
        )

    def store(self, home: str, *events: Event) -> None:
        """Store events as the ingest worker does, in the caller's transaction."""
        row = self.connection.execute("select id from streams where home_id = %s", (home,)).fetchone()
        assert row is not None
        write_events(self.connection, [row_of(home, row["id"], one, one.at, self.now) for one in events])

    def passes(self, **by: float) -> datetime:
        """Time goes by."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """One connection that owns its transactions, like a worker's."""
    with connect(database) as opened:
        yield opened


@pytest.fixture
def village(connection: Connection) -> Village:
    """Two homes that are watched."""
    return Village(connection)
