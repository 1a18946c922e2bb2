"""An event, what follows from it, and what is remembered of it are in the database together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import connect
from tests.brokers import Embedded
from tests.ingest_rig import Edge, RunningWorker, batch, event
from tests.village import village

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def worker(database: str) -> Iterator[RunningWorker]:
    with connect(database) as connection:
        village(connection)
    broker = Embedded()
    broker.start()
    try:
        with RunningWorker(database, broker.port) as running:
            yield running
    finally:
        broker.stop()


@pytest.mark.parametrize("repeated", [False, True])
def test_writing_events_commits_nothing_by_itself(database: str, repeated: bool) -> None:
    with connect(database) as connection:
        village(connection)
        first, second = (row_of("wang", 1, e, e.at, NOW) for e in (event(1, at=NOW), event(2, at=NOW)))
        if repeated:
            write_events(connection, [first])
        connection.commit()
        assert write_events(connection, [first, second]) == (1 if repeated else 2)
        connection.rollback()
        rows = connection.execute("select seq from events").fetchall()
    assert [row["seq"] for row in rows] == ([1] if repeated else [])


def test_an_event_whose_alert_cannot_be_written_is_not_stored_and_comes_again(worker: RunningWorker) -> None:
    with connect(worker.url) as connection:
        connection.execute(
            "create function refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'the alerts are ill'; end $$"
        )
        connection.execute(
            "create trigger refuse before insert on alerts for each row execute function refuse()"
        )
    edge = Edge(worker.port)
    edge.say(batch(event(1)))
    edge.wait_for_ack(lambda ack: ack.upto == 1)  # the stream is known: the next lot begins with the events
    edge.say(batch(event(2, "sos")))
    worker.until("select 1 from quarantine where reason like '%%the alerts are ill%%'")
    assert worker.rows("select seq from events") == [{"seq": 1}]
    with connect(worker.url) as connection:
        connection.execute("drop trigger refuse on alerts")
    edge.say(batch(event(2, "sos")))  # as an edge agent does that has heard no acknowledgement
    edge.wait_for_ack(lambda ack: ack.upto == 2)
    assert worker.rows("select a.risk from alerts a join home_states s on s.home_id = a.home_id") == [
        {"risk": "sos"}
    ]
    edge.close()
