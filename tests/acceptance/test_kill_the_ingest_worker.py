"""An ingest worker that dies is replaced by the one that waits, and the homes are told what is committed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.storage.database import connect
from tests.brokers import Broker, Embedded
from tests.ingest_rig import Edge, batch, event
from tests.processes import Program, until
from tests.village import village

WITHIN_S = 3.0


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker that admits everybody."""
    embedded = Embedded()
    embedded.start()
    yield embedded
    embedded.stop()


@pytest.fixture
def workers(database: str, broker: Broker, tmp_path: Path) -> Iterator[list[Program]]:
    """Two ingest workers on one database and one broker: the first serves, the second waits."""
    with connect(database) as connection:
        village(connection)
    environment = {
        "ANJU_DATABASE_URL": database,
        "ANJU_BROKER_URL": f"mqtt://127.0.0.1:{broker.port}",
        "ANJU_ACK_SECONDS": "0.1",
    }
    made = []
    for name in ("first", "second"):
        folder = {"ANJU_DATA_DIR": str(tmp_path / name)}
        made.append(Program(tmp_path, name, ["hub.cli", "ingest"], environment | folder))
    yield made
    for program in made:
        program.end()


def test_another_worker_serves_all_homes_within_three_seconds(
    workers: list[Program], database: str, broker: Broker
) -> None:
    first, second = workers
    edge = Edge(broker.port)
    try:
        first.start()
        until(lambda: "watching" in first.log.read_text(), "the first worker has the shards")
        second.start()
        until(lambda: "broker connected" in second.log.read_text(), "the second worker is there")
        edge.say(batch(event(1), event(2)))
        edge.wait_for_ack(lambda ack: ack.upto == 2)
        assert "watching" not in second.log.read_text()
        edge.acks.clear()
        killed_at = time.monotonic()
        first.kill()
        edge.wait_for_ack(lambda ack: ack.upto == 2)  # said unasked: what is missing is sent again at once
        edge.say(batch(event(3, "sos")))
        edge.wait_for_ack(lambda ack: ack.upto == 3)
        assert time.monotonic() - killed_at < WITHIN_S
        with connect(database) as connection:
            stored = connection.execute("select count(*) n, count(distinct seq) seqs from events").fetchone()
            raised = connection.execute("select risk from alerts").fetchall()
        assert stored == {"n": 3, "seqs": 3}
        assert raised == [{"risk": "sos"}]
    finally:
        edge.close()
