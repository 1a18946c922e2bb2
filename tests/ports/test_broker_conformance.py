"""What the system relies on in a broker, held by every broker that it is offered with.

That something does not arrive is shown by a later message of the same speaker that does.
"""

from __future__ import annotations

import itertools

import pytest

from models.contract import VERSION
from models.contract.codec import decode, encode
from models.contract.errors import TooLargeError
from models.contract.messages import MAX_BYTES, Ack, Batch, Command, Config, Device, Devices, Event, State
from models.contract.topics import Address, Leaf, shard_of, subscriptions
from tests.brokers import Broker
from tests.ports.wire import EdgeProcess, Wire

_numbers = itertools.count(1)


@pytest.fixture
def kitchen() -> Address:
    """The edge agent of a home that no other test knows."""
    return Address(f"home-{next(_numbers)}", "kitchen-pi")


def batch(*seqs: int) -> bytes:
    """Return a batch of motion events with these numbers."""
    events = [
        Event(seq=seq, at=1_790_000_000_000 + seq, mono=seq, device="hall", kind="motion") for seq in seqs
    ]
    return encode(
        Batch(v=VERSION, boot="boot-1", stream="a1b2c3d4", sent_at=1_790_000_000_000, events=events)
    )


def state(word: str, session: int) -> bytes:
    """Return a state message."""
    return encode(State(v=VERSION, state=word, session=session, boot="boot-1"))  # type: ignore[arg-type]


def who(name: str) -> str:
    """A client id that no earlier test has used: NATS cuts who comes again too soon."""
    return f"{name}-{next(_numbers)}"


def fence(speaker: Wire, listener: Wire, address: Address) -> None:
    """Return when everything that `speaker` said before has arrived, if it ever does."""
    before = len(listener.payloads(address.topic("health")))
    speaker.say(address.topic("health"), b"{}")
    listener.until_heard(address.topic("health"), before + 1)


def test_a_batch_reaches_the_hub(any_broker: Broker, kitchen: Address) -> None:
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe(subscriptions())
        edge.say(kitchen.topic("events"), batch(1, 2, 3))
        (payload,) = hub.until_heard(kitchen.topic("events"))
        assert [event.seq for event in decode(payload, Batch).events] == [1, 2, 3]


@pytest.mark.parametrize("leaf", ["state", "devices"])
def test_who_comes_late_hears_what_is_retained(any_broker: Broker, kitchen: Address, leaf: Leaf) -> None:
    said = {"state": state("online", 4), "devices": encode(Devices(v=VERSION, devices=[Device(id="hall")]))}[
        leaf
    ]
    with Wire(any_broker.port, who("edge")) as edge:
        edge.say(kitchen.topic(leaf), b"an older one", retain=True)
        edge.say(kitchen.topic(leaf), said, retain=True)
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.subscribe(subscriptions())
        assert hub.until_heard(kitchen.topic(leaf)) == [said]
        assert all(message.retained for message in hub.heard if message.topic == kitchen.topic(leaf))


def test_an_edge_that_comes_late_hears_its_configuration(any_broker: Broker, kitchen: Address) -> None:
    said = encode(Config(v=VERSION, version=3, sha256="0" * 64, settings={"history": True}))
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.say(kitchen.topic("config"), said, retain=True)
    with Wire(any_broker.port, who("edge")) as edge:
        edge.subscribe([kitchen.topic("config"), kitchen.topic("ack")])
        assert edge.until_heard(kitchen.topic("config")) == [said]


def test_events_and_commands_are_not_said_again_to_who_comes_late(
    any_broker: Broker, kitchen: Address
) -> None:
    command = encode(Command(v=VERSION, name="siren", expires_at=1_790_000_060_000))
    with Wire(any_broker.port, who("edge")) as edge, Wire(any_broker.port, who("hub-1")) as hub:
        edge.say(kitchen.topic("events"), batch(1))
        hub.say(kitchen.command("7"), command)
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe([*subscriptions(), kitchen.command("+")])
        fence(edge, hub, kitchen)
        assert hub.payloads(kitchen.topic("events")) == []
        assert hub.payloads(kitchen.command("7")) == []


def test_a_newcomer_hears_only_what_it_asked_for(any_broker: Broker, kitchen: Address) -> None:
    """The hub has asked for every home's state; whoever connects next is not told of it."""
    neighbour = Address(f"home-{next(_numbers)}", "kitchen-pi")
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe(subscriptions())
        edge.say(neighbour.topic("state"), state("online", 1), retain=True)
        hub.until_heard(neighbour.topic("state"))
        with Wire(any_broker.port, who("newcomer")) as newcomer:
            newcomer.subscribe([kitchen.topic("ack")])
            hub.say(kitchen.topic("ack"), b"{}")
            newcomer.until_heard(kitchen.topic("ack"))
            assert {heard.topic for heard in newcomer.heard} == {kitchen.topic("ack")}


def test_a_clean_session_remembers_nothing(any_broker: Broker, kitchen: Address) -> None:
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.subscribe(subscriptions())
    with Wire(any_broker.port, who("edge")) as edge:
        edge.say(kitchen.topic("events"), batch(1))
        with Wire(any_broker.port, who("hub-1")) as hub:
            edge.say(kitchen.topic("events"), batch(2))
            hub.subscribe(subscriptions())
            edge.say(kitchen.topic("events"), batch(3))
            (payload,) = hub.until_heard(kitchen.topic("events"))
            assert decode(payload, Batch).events[0].seq == 3


def test_the_broker_says_lost_for_an_edge_that_was_killed(any_broker: Broker, kitchen: Address) -> None:
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.subscribe(subscriptions())
        edge = EdgeProcess(any_broker.port, "edge", kitchen, session=5)
        edge.kill()
        heard = [decode(payload, State) for payload in hub.until_heard(kitchen.topic("state"), 2)]
        assert [(said.state, said.session) for said in heard] == [("online", 5), ("lost", 5)]


def test_a_will_that_comes_after_the_next_birth_tells_its_old_session(
    any_broker: Broker, kitchen: Address
) -> None:
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.subscribe(subscriptions())
        old = EdgeProcess(any_broker.port, "edge", kitchen, session=6)
        hub.until_heard(kitchen.topic("state"), 1)
        with Wire(any_broker.port, who("edge-again")) as edge:
            edge.say(kitchen.topic("state"), state("online", 7), retain=True)
            hub.until_heard(kitchen.topic("state"), 2)
            old.kill()
            heard = [decode(payload, State) for payload in hub.until_heard(kitchen.topic("state"), 3)]
        assert [(said.state, said.session) for said in heard] == [("online", 6), ("online", 7), ("lost", 6)]


def test_an_edge_that_comes_back_ends_its_own_dead_connection(any_broker: Broker, kitchen: Address) -> None:
    with Wire(any_broker.port, who("hub-1")) as hub:
        hub.subscribe(subscriptions())
        old = EdgeProcess(any_broker.port, f"edge-of-{kitchen.home}", kitchen, session=8)
        with Wire(any_broker.port, f"edge-of-{kitchen.home}") as edge:
            edge.say(kitchen.topic("state"), state("online", 9), retain=True)
            old.wait()
            fence(edge, hub, kitchen)
            heard = [decode(payload, State) for payload in hub.payloads(kitchen.topic("state"))]
    # NATS says no will for a connection that was taken over, the others do.
    assert {(said.session, said.state) for said in heard} - {(8, "lost")} == {(8, "online"), (9, "online")}


def test_the_hub_does_not_hear_its_own_ack_and_the_edge_does(any_broker: Broker, kitchen: Address) -> None:
    ack = encode(Ack(v=VERSION, stream="a1b2c3d4", upto=3, ranges=[(5, 9)]))
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe(subscriptions())
        edge.subscribe([kitchen.topic("ack")], qos=0)
        hub.say(kitchen.topic("ack"), ack, qos=0)
        assert edge.until_heard(kitchen.topic("ack")) == [ack]
        fence(hub, hub, kitchen)
        assert hub.payloads(kitchen.topic("ack")) == []


def test_the_longest_message_of_the_contract_passes(any_broker: Broker, kitchen: Address) -> None:
    longest = batch(1).ljust(MAX_BYTES)
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe(subscriptions())
        edge.say(kitchen.topic("events"), longest)
        assert hub.until_heard(kitchen.topic("events")) == [longest]


def test_a_message_far_too_long_harms_its_sender_only(any_broker: Broker, kitchen: Address) -> None:
    """The broker ends the connection; NATS passes it on, and the contract refuses it unread."""
    with (
        Wire(any_broker.port, who("hub-1")) as hub,
        Wire(any_broker.port, who("neighbour")) as neighbour,
        Wire(any_broker.port, who("edge")) as edge,
    ):
        hub.subscribe(subscriptions())
        edge.say(kitchen.topic("events"), b" " * (4 * MAX_BYTES))
        fence(neighbour, hub, kitchen)
        assert not hub.lost
        if any_broker.name == "nats":
            (payload,) = hub.until_heard(kitchen.topic("events"))
            with pytest.raises(TooLargeError):
                decode(payload, Batch)
        else:
            edge.until(lambda: edge.lost, "the end of the connection")
            assert hub.payloads(kitchen.topic("events")) == []


def test_two_workers_share_homes_by_shard(any_broker: Broker) -> None:
    here = Address(f"home-{next(_numbers)}", "kitchen-pi")
    there = next(
        home
        for n in _numbers
        if shard_of((home := Address(f"home-{n}", "kitchen-pi")).home) != shard_of(here.home)
    )
    with (
        Wire(any_broker.port, who("hub-1")) as first,
        Wire(any_broker.port, who("hub-2")) as second,
        Wire(any_broker.port, who("edge")) as edge,
    ):
        first.subscribe(subscriptions(shards=(shard_of(here.home),)))
        second.subscribe(subscriptions(shards=(shard_of(there.home),)))
        edge.say(here.topic("events"), batch(1))
        edge.say(there.topic("events"), batch(2))
        fence(edge, first, here)
        fence(edge, second, there)
        assert first.payloads(here.topic("events")) == [batch(1)]
        assert second.payloads(there.topic("events")) == [batch(2)]
        assert first.payloads(there.topic("events")) == second.payloads(here.topic("events")) == []


def test_a_burst_is_made_whole_by_sending_again_what_is_missing(any_broker: Broker, kitchen: Address) -> None:
    everything = set(range(1, 5001))
    arrived: set[int] = set()
    with Wire(any_broker.port, who("hub-1")) as hub, Wire(any_broker.port, who("edge")) as edge:
        hub.subscribe(subscriptions())
        for _round in range(5):
            for seq in sorted(everything - arrived):
                edge.say(kitchen.topic("events"), batch(seq), wait=False)
            fence(edge, hub, kitchen)
            heard = hub.payloads(kitchen.topic("events"))
            arrived = {decode(payload, Batch).events[0].seq for payload in heard}
            if arrived == everything:
                break
    assert arrived == everything


def test_hub_and_edge_find_each_other_again_after_the_broker_was_killed(
    any_broker: Broker, kitchen: Address
) -> None:
    with (
        Wire(any_broker.port, who("hub-1"), reconnect=True) as hub,
        Wire(any_broker.port, who("edge"), reconnect=True) as edge,
    ):
        hub.subscribe(subscriptions())
        any_broker.kill()
        hub.until(lambda: hub.lost, "the end of the connection")
        edge.until(lambda: edge.lost, "the end of the connection")
        any_broker.start()
        hub.until(lambda: hub.connections == 2, "a new connection")
        edge.until(lambda: edge.connections == 2, "a new connection")
        hub.until(lambda: hub.subscriptions == 2, "the subscription after it")
        edge.say(kitchen.topic("events"), batch(1))
        assert hub.until_heard(kitchen.topic("events")) == [batch(1)]
