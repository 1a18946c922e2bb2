"""A connection that comes back, whatever ends it: paho's own traps, on a real broker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge_agent.inbox import Down, Inbox, Incoming, Item, Up
from edge_agent.machine import mono_ms
from edge_agent.mqtt import Link, Will
from edge_agent.settings import Broker as BrokerAt
from tests.brokers import Broker, Embedded, broker
from tests.kit_rig import until
from tests.ports.wire import Wire

__all__ = ["broker"]


class Owner:
    """Whoever owns a link: ticks it and keeps what came."""

    def __init__(self, port: int, inbox: Inbox | None = None) -> None:
        self.inbox = inbox or Inbox()
        self.items: list[Item] = []
        self.link = Link(
            "hub",
            BrokerAt(port=port),
            "an-agent",
            self.inbox,
            subscriptions=["to/agent"],
            will=lambda: Will("will", b"lost"),
        )

    def turn(self) -> None:
        """One turn of the owner's loop."""
        self.link.tick(mono_ms())
        for item in self.inbox.take(0.01, 100):
            self.items.append(item)
            if not isinstance(item, Incoming):
                self.link.took(item, mono_ms())

    def until_connected(self, times: int = 1) -> None:
        """Take turns until the link has been made so many times."""

        def done() -> bool:
            self.turn()
            return self.link.connected and sum(isinstance(item, Up) for item in self.items) == times

        until(done, f"connection number {times}")


@pytest.fixture
def owner(broker: Broker) -> Iterator[Owner]:
    made = Owner(broker.port)
    yield made
    made.link.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the very case
def test_a_connection_whose_thread_has_died_is_made_anew(broker: Broker) -> None:
    """paho would believe for ever that it is connected."""

    class Poisoned(Inbox):
        struck = False

        def put(self, item: Item) -> None:
            if isinstance(item, Incoming) and not self.struck:
                self.struck = True
                raise SystemExit
            super().put(item)

    owner = Owner(broker.port, Poisoned())
    owner.until_connected()
    with Wire(broker.port, "somebody") as wire:
        wire.say("to/agent", b"poison")
        owner.until_connected(2)

        def fed() -> bool:
            wire.say("to/agent", b"bread")  # said again until the new connection has subscribed
            owner.turn()
            return any(isinstance(item, Incoming) for item in owner.items)

        until(fed, "the next message")
    owner.link.close()


def test_a_broker_that_gives_no_sign_of_life_is_left(owner: Owner) -> None:
    """The owner hangs up, and the next connection stands."""
    owner.until_connected()
    owner.link.hang_up()
    owner.until_connected(2)
    assert [type(item) for item in owner.items[:2]] == [Up, Down]


def test_without_a_connection_nothing_is_taken(owner: Owner) -> None:
    """What paho would keep in memory is in the outbox already."""
    assert owner.link.publish("events", b"{}") is False
    owner.until_connected()
    assert owner.link.publish("events", b"{}") is True
    until(lambda: owner.link.unsent == 0, "the broker's confirmation")
    assert owner.link.heard


def test_an_end_of_an_older_connection_does_not_end_the_newer(owner: Owner) -> None:
    """News from the past change nothing."""
    owner.until_connected()
    assert owner.link.took(Down("hub", owner.link.life - 1, "lost"), mono_ms()) is False
    assert owner.link.connected


def test_a_broker_that_is_not_there_is_tried_again_ever_more_slowly_and_reported_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Never faster than twice a second, never slower than every fifteen."""
    owner = Owner(1)
    waits = []
    mono = 0
    for _ in range(30):
        owner.link.tick(mono)
        (item,) = (owner.inbox.take(10, 1)) or pytest.fail("no answer from the system")
        assert isinstance(item, Down)
        owner.link.took(item, mono)
        due = owner.link.next_due()
        assert due is not None
        waits.append(due - mono)
        mono = due
    assert min(waits) >= 500
    assert max(waits) <= 15_000
    assert max(waits[:2]) <= 2_000 < max(waits)
    assert sum("trying again" in record.message for record in caplog.records) == 1


@pytest.fixture
def two_brokers() -> Iterator[tuple[Embedded, Embedded]]:
    """A first broker that is not there, and a second one that is."""
    first, second = Embedded(), Embedded()
    second.start()
    yield first, second
    first.stop()
    second.stop()


def test_a_second_broker_stands_in_until_the_first_is_back(
    two_brokers: tuple[Embedded, Embedded], caplog: pytest.LogCaptureFixture
) -> None:
    """The clock is moved by hand: minutes pass between the looks."""
    first, second = two_brokers
    inbox = Inbox()
    link = Link("hub", BrokerAt(port=first.port), "an-agent", inbox, stand_in=BrokerAt(port=second.port))
    mono = 0

    def turn() -> None:
        nonlocal mono
        due = link.next_due()
        mono = max(mono, due) if due is not None else mono
        link.tick(mono)
        for item in inbox.take(0.05, 100):
            if not isinstance(item, Incoming):
                link.took(item, mono)

    def connected_to(port: int) -> bool:
        turn()
        return link.connected and link._where[1] == port

    until(lambda: connected_to(second.port), "the second broker stands in")
    assert mono < 30_000, "half a minute of trying the first one is enough"
    for _ in range(20):
        turn()
    assert link.connected, "a first broker that is still away disturbs nothing"
    assert link._where[1] == second.port
    first.start()
    until(lambda: connected_to(first.port), "the first one is back")
    assert any("stands in for" in record.message for record in caplog.records)
    link.close()
