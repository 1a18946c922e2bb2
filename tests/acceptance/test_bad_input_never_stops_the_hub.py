"""Whatever a broker can bring: it gets its reason and its count, the loop goes on, and nothing else is lost.

After every piece of nonsense a good event follows, and must arrive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hub.storage.database import connect
from models.contract import VERSION, codec
from models.contract.messages import MAX_BYTES, State
from tests.brokers import Embedded
from tests.ingest_rig import WANG, Edge, RunningWorker, batch, event
from tests.village import add_home, village


@pytest.fixture
def worker(database: str) -> Iterator[RunningWorker]:
    with connect(database) as connection:
        village(connection)
        add_home(connection, "chen", status="commissioning")
    broker = Embedded()
    broker.start()
    try:
        with RunningWorker(database, broker.port) as running:
            yield running
    finally:
        broker.stop()


@pytest.fixture
def edge(worker: RunningWorker) -> Iterator[Edge]:
    edge = Edge(worker.port)
    yield edge
    edge.close()


def still_works(worker: RunningWorker, edge: Edge) -> None:
    """A good event arrives and is acknowledged."""
    edge.say(batch(event(900, device="0x0900"), stream="good"))
    edge.wait_for_ack(lambda ack: ack.stream == "good" and (900, 900) in ack.ranges)
    assert worker.rows("select 1 from events where device = '0x0900'")


GOOD = codec.encode(batch(event(1)))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not a message"),
        (b"{", "not a message"),
        (b"\xff\xfe\x00rubbish", "not a message"),
        (b"[" * 100_000, "not a message"),
        (b"[]", "not a message"),
        (b'{"v":1}', "not a message"),
        (GOOD.replace(b'"v":1', b'"v":2'), "version"),
        (GOOD.replace(b'"seq":1', b'"seq":"1"'), "not a message"),
        (GOOD.replace(b'"seq":1', b'"seq":-1'), "not a message"),
        (GOOD.replace(b'"seq":1', b'"seq":99999999999999999999999'), "not a message"),
        (GOOD.replace(b'"motion"', b'"MOTION!"'), "not a message"),
        (GOOD.replace(b'"device":"0x01"', b'"device":"../etc"'), "not a message"),
        (
            json.dumps({"v": 1, "boot": "b", "stream": "s", "sent_at": 1, "events": []}).encode(),
            "not a message",
        ),
        (codec.encode(batch(*[event(n) for n in range(1, 502)])), "not a message"),
        (b" " * (MAX_BYTES + 1), "more than the contract allows"),
    ],
)
def test_a_payload_that_is_no_message_is_kept_with_its_reason(
    worker: RunningWorker, edge: Edge, payload: bytes, reason: str
) -> None:
    edge.say_raw(WANG.topic("events"), payload)
    kept = worker.until("select reason, payload, size from quarantine")[0]
    assert reason in kept["reason"]
    assert kept["size"] == len(payload)
    assert bytes(kept["payload"]) == payload[:4096]
    still_works(worker, edge)


@pytest.mark.parametrize(
    "topic",
    [
        "anju/v1/00/wang/pi/events",  # another shard than the home's
        WANG.topic("events").replace("wang", "nobody").replace("/11/", "/00/"),
        "anju/v1/24/WANG/pi/events",
    ],
)
def test_a_topic_that_is_not_the_homes_is_refused(worker: RunningWorker, edge: Edge, topic: str) -> None:
    edge.say_raw(topic, GOOD)
    worker.until("select 1 from quarantine where topic = %s", topic)
    assert worker.rows("select 1 from events") == []
    still_works(worker, edge)


def test_a_retained_batch_is_a_brokers_replay_and_raises_nothing(worker: RunningWorker, edge: Edge) -> None:
    edge.say(batch(event(1, "sos")), retain=True)
    worker.until("select 1 from alerts where risk = 'sos'")  # said now: it counts
    late = RunningWorker(worker.url, worker.port)
    with late:  # a second worker hears only what the broker kept: it waits for the shards and stores nothing
        pass
    assert len(worker.rows("select 1 from alerts")) == 1
    still_works(worker, edge)


def test_the_same_number_twice_is_stored_and_judged_once(worker: RunningWorker, edge: Edge) -> None:
    same = batch(event(1, "sos"), event(2))
    for _ in range(3):
        edge.say(same)
    still_works(worker, edge)
    assert len(worker.rows("select 1 from events where stream_id = 1")) == 2
    entries = worker.rows("select kind from alert_entries where kind in ('raised', 'repeated')")
    assert [row["kind"] for row in entries] == ["raised"]
    assert worker.rows("select n from refusals where reason = 'repeated'") == [{"n": 4}]


def test_numbers_in_any_order_are_all_stored_and_the_gaps_are_said(worker: RunningWorker, edge: Edge) -> None:
    for seq in (5, 3, 9, 4):
        edge.say(batch(event(seq)))
    edge.wait_for_ack(lambda ack: ack.upto == 0 and ack.ranges == [(3, 5), (9, 9)])
    for seq in (2, 1, 8, 7, 6):
        edge.say(batch(event(seq)))
    edge.wait_for_ack(lambda ack: ack.upto == 9 and not ack.ranges)
    assert [row["seq"] for row in worker.rows("select seq from events order by seq")] == list(range(1, 10))


def test_what_the_edge_will_never_send_is_not_waited_for(worker: RunningWorker, edge: Edge) -> None:
    edge.say(batch(event(100), floor=100))
    edge.wait_for_ack(lambda ack: ack.upto == 100)


@pytest.mark.parametrize("year", [1970, 2100])
def test_a_clock_that_is_wrong_by_decades_loses_no_emergency(
    worker: RunningWorker, edge: Edge, year: int
) -> None:
    said = datetime(year, 6, 1, tzinfo=UTC)
    edge.say(batch(event(1, "sos", said)))
    worker.until("select 1 from alerts where risk = 'sos'")
    stored = worker.rows("select occurred_at, received_at, attributes, flags from events")[0]
    assert abs(stored["occurred_at"] - stored["received_at"]) < timedelta(seconds=1)
    assert stored["attributes"]["said_at"] == round(said.timestamp() * 1000)


def test_an_old_last_will_changes_nothing(worker: RunningWorker, edge: Edge) -> None:
    edge.be_born(session=7)
    worker.until("select 1 from edges where state = 'online' and session = 7")
    edge.say(State(v=VERSION, state="lost", session=6, boot="b0"), "state", retain=True)
    worker.until("select 1 from refusals where reason = 'state of an older session'")
    assert worker.rows("select state, session from edges where home_id = 'wang'") == [
        {"state": "online", "session": 7}
    ]


def test_history_is_refused_once_a_home_is_live_and_taken_while_it_is_commissioned(
    worker: RunningWorker, edge: Edge
) -> None:
    past = datetime.now(UTC) - timedelta(days=3)
    edge.say(batch(event(1, at=past, historic=True)))
    edge.wait_for_ack(lambda ack: ack.upto == 1)  # acknowledged, or the edge would send it for ever
    assert worker.rows("select 1 from events") == []
    assert worker.rows("select n from refusals where reason like 'historic%%'") == [{"n": 1}]
    from models.contract.topics import Address

    commissioned = Edge(worker.port, Address("chen", "pi"))
    commissioned.say(batch(event(1, "fall", at=past, historic=True)))
    commissioned.wait_for_ack(lambda ack: ack.upto == 1)
    commissioned.close()
    assert len(worker.rows("select 1 from events where home_id = 'chen'")) == 1
    assert worker.rows("select 1 from alerts") == []


def test_an_unknown_kind_and_a_nul_in_an_attribute_are_stored(worker: RunningWorker, edge: Edge) -> None:
    edge.say(
        batch(event(1, "levitation", attributes={"who": "a\x00b"}), event(2, "temperature", value=900.0))
    )
    edge.wait_for_ack(lambda ack: ack.upto == 2)
    rows = worker.rows("select kind, flags from events order by seq")
    assert [row["kind"] for row in rows] == ["levitation", "temperature"]
    assert rows[1]["flags"] & 16
    assert worker.rows("select 1 from alerts") == []


def test_a_message_that_the_database_refuses_does_not_take_its_neighbours_with_it(
    worker: RunningWorker, edge: Edge
) -> None:
    """A trigger stands in for what nobody foresaw."""
    with connect(worker.url) as connection:
        connection.execute(
            "create function refuse() returns trigger language plpgsql as"
            " $$ begin if new.device = '0xbad' then raise exception 'no'; end if; return new; end $$"
        )
        connection.execute(
            "create trigger refuse before insert on events for each row execute function refuse()"
        )
    for seq in range(1, 21):
        edge.say(batch(event(seq, device="0xbad" if seq == 10 else "0x01"), stream=f"s{seq}"))
    worker.until("select 1 from quarantine where reason like 'cannot be stored%%'")
    worker.until("select 1 from events having count(*) = 19")
    still_works(worker, edge)
