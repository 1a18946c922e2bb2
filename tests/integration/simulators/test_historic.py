"""The past of a home on its way to a hub: played by a listener that acknowledges, late or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from models.contract.codec import decode, encode
from models.contract.messages import Ack, Batch
from models.contract.topics import Address
from simulators import historic, history
from simulators.broker import BrokerAt, Line
from simulators.errors import HubRefusesError
from simulators.home import plan
from simulators.home.bridge import Message

HOME = Address("zhou", "pi-1")
FIRST = date(2026, 9, 1)
UNTIL = round(datetime(2026, 9, 7, 12, tzinfo=UTC).timestamp() * 1000)


class Hub:
    """Takes batches; answers each with what `acknowledges` says of it."""

    def __init__(self, broker: BrokerAt) -> None:
        self.batches: list[Batch] = []
        self.forgets = 0  #: so many batches are lost before they are stored
        self._line = Line(broker, "hub")
        self._line.open()
        self._line.subscribe(HOME.topic("events"))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        while True:
            _, payload = self._line.inbox.get()
            if self._over.is_set():
                return
            batch = decode(payload, Batch)
            if self.forgets:
                self.forgets -= 1
                continue
            self.batches.append(batch)
            ack = Ack(v=1, stream=batch.stream, upto=0, ranges=[(batch.events[0].seq, batch.events[-1].seq)])
            self._line.publish(Message(HOME.topic("ack"), encode(ack)))

    def close(self) -> None:
        self._over.set()
        self._line.inbox.put(("", b""))
        self._thread.join()
        self._line.close()


@pytest.fixture
def hub(broker: BrokerAt) -> Iterator[Hub]:
    there = Hub(broker)
    yield there
    there.close()


def past() -> Iterator[Batch]:
    return history.batches(plan.load("village-house"), HOME, 1, FIRST, UNTIL)


def test_a_week_arrives_whole_and_in_order_and_marked_as_history(broker: BrokerAt, hub: Hub) -> None:
    delivered = historic.deliver(past(), HOME, broker)
    numbers = [event.seq for batch in hub.batches for event in batch.events]
    assert numbers == list(range(1, delivered.events + 1))
    assert all(event.historic for batch in hub.batches for event in batch.events)
    assert delivered.sent_again == 0
    assert all(len(batch.events) == 500 for batch in hub.batches[:-1])


def test_what_the_hub_lost_is_sent_again(broker: BrokerAt, hub: Hub) -> None:
    hub.forgets = 2
    delivered = historic.deliver(past(), HOME, broker, quiet_s=0.5)
    assert {event.seq for batch in hub.batches for event in batch.events} == set(
        range(1, delivered.events + 1)
    )
    assert delivered.sent_again >= 1000


def test_acknowledgements_of_the_edge_agents_own_stream_do_not_count(broker: BrokerAt, hub: Hub) -> None:
    hub.forgets = 10_000
    with Line(broker, "edge") as edge:
        other = Ack(v=1, stream="0123456789abcdef", upto=10**6)
        edge.publish(Message(HOME.topic("ack"), encode(other), retain=True))
        edge.drain()
        with pytest.raises(HubRefusesError, match="commissioned"):
            historic.deliver(past(), HOME, broker, quiet_s=0.1, tries=2)


def test_the_catalogue_names_every_device_with_its_room(broker: BrokerAt, hub: Hub) -> None:
    home = plan.load("tower-flat")
    devices = history.catalogue(home)
    assert {device.id for device in devices.devices} == {sensor.ieee for sensor in home.sensors}
    assert [device.name for device in devices.devices if device.outer_door] == ["front door"]
