"""Of a thousand presses the red ones call people and the green ones wait for the day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.clock import milliseconds
from hub.ingest.heard import LastWords
from hub.ingest.ledger import Ledger
from hub.ingest.lot import Lot
from hub.ingest.swift import Arrived
from hub.storage.database import Connection, connect
from hub.watch.registry import Watch
from models.contract import VERSION, codec
from models.contract.messages import Batch, Event
from models.contract.topics import Address
from models.detection.judge import Judge
from tests.village import NIGHT, add_home, village

HOMES = [f"home-{n}" for n in range(40)]
PRESSES = 1000
GREEN, RED = "0x01", "0x02"


class Wire:
    """What edge agents say, taken in lot by lot as the ingest worker does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.watch, self.ledger = Watch(Judge()), Ledger()
        self.watch.load(connection, None, NIGHT)
        self.seq = dict.fromkeys([*HOMES, "wang"], 0)
        self.now = NIGHT

    def press(self, home: str, kind: str) -> None:
        """A button of a home is pressed now."""
        self.now += timedelta(seconds=0.25)
        self.seq[home] += 1
        event = Event(
            seq=self.seq[home],
            at=milliseconds(self.now),
            mono=0,
            device=GREEN if kind == "call" else RED,
            kind=kind,
            value=1.0,
        )
        batch = Batch(
            v=VERSION, boot="b1", stream="s1", sent_at=milliseconds(self.now), events=[event], floor=1
        )
        lot = Lot(self.connection, self.ledger, LastWords(), self.watch, self.now)
        lot.take(Arrived(Address(home, "pi").topic("events"), codec.encode(batch), False, 0, 1))
        lot.finish(snapshots=0)
        self.connection.commit()
        self.ledger.committed()

    def rows(self, query: str) -> list[dict[str, object]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture
def wire(database: str) -> Iterator[Wire]:
    with connect(database) as connection:
        village(connection)
        for home in HOMES:
            add_home(connection, home)
        connection.commit()
        yield Wire(connection)


def test_no_green_press_rings_a_responder_and_no_red_press_waits(wire: Wire) -> None:
    wire.connection.execute("update homes set status = 'paused' where id = 'wang'")  # whom nobody hears
    wire.watch.refresh(wire.connection, "wang")
    chance = random.Random(11)
    pressed = []
    for _ in range(PRESSES):
        home, kind = chance.choice(HOMES), "sos" if chance.random() < 0.05 else "call"
        wire.press(home, kind)
        pressed.append((home, kind))
    green = {home for home, kind in pressed if kind == "call"}
    red = {home for home, kind in pressed if kind == "sos"}

    called = {row["home_id"] for row in wire.rows(
        "select distinct a.home_id from attempts t join alerts a on a.id = t.alert_id"
    )}  # fmt: skip
    assert called == red, "whoever pressed red, and nobody else, makes a telephone ring"
    assert wire.rows("select home_id, risk, triggered_at, reason from alerts where risk <> 'sos'") == []

    needs = wire.rows("select home_id, device, presses, due_at, state from needs")
    assert {row["home_id"] for row in needs} == green
    assert {row["device"] for row in needs} == {GREEN}, "no red press lands in the queue"
    assert sum(int(str(row["presses"])) for row in needs) == sum(kind == "call" for _, kind in pressed)
    morning = NIGHT.replace(hour=1, minute=0) + timedelta(days=1)  # 09:00 in China
    assert {row["due_at"] for row in needs} == {morning}


def test_presses_within_ten_minutes_are_one_need(wire: Wire) -> None:
    for _ in range(3):
        wire.press("wang", "call")
    wire.now += timedelta(minutes=11)
    wire.press("wang", "call")
    assert [row["presses"] for row in wire.rows("select presses from needs order by created_at")] == [3, 1]


@pytest.mark.parametrize("status", ["commissioning", "paused"])
def test_a_home_that_is_not_live_asks_for_nothing(wire: Wire, status: str) -> None:
    wire.connection.execute("update homes set status = %s where id = 'wang'", (status,))
    wire.watch.refresh(wire.connection, "wang")
    wire.press("wang", "call")
    assert wire.rows("select 1 from needs") == []
    assert len(wire.rows("select 1 from events")) == 1, "but it is on record"
