"""The embedded broker by itself: what it admits, what it does not wait for, how it ends."""

from __future__ import annotations

import gc
import json
import socket
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.broker.accounts import Accounts
from hub.broker.embedded import BrokerError, BrokerThread
from hub.broker.guarded import MAX_PACKET
from models.contract.topics import Address, subscriptions
from tests.brokers import Broker, Embedded, free_port
from tests.ports.wire import Wire

KITCHEN = Address("lotus-12", "pi-a")


def test_without_accounts_it_listens_on_loopback_only() -> None:
    with pytest.raises(BrokerError, match=r"loopback only, not on 0\.0\.0\.0"):
        BrokerThread("0.0.0.0", free_port(), None).start()


def test_a_port_in_use_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(BrokerError, match="in use"):
            BrokerThread("127.0.0.1", other.getsockname()[1], None).start()


def test_a_connection_that_says_nothing_does_not_hold_up_its_end(broker: Broker) -> None:
    with socket.create_connection(("127.0.0.1", broker.port)) as silent:
        broker.stop()
        assert silent.recv(1) == b""
    broker.start()


def test_a_client_that_reads_no_more_is_not_left_open_at_the_end(broker: Broker) -> None:
    """What it has still to be told fills every buffer on the way."""
    topic = KITCHEN.topic("events").encode()
    asks = b"\x00\x01" + len(topic).to_bytes(2) + topic + b"\x00"
    with socket.create_connection(("127.0.0.1", broker.port), timeout=10) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04deaf")
        assert deaf.recv(4) == b"\x20\x02\x00\x00"
        deaf.sendall(b"\x82" + bytes([len(asks)]) + asks)
        assert deaf.recv(5)[0] == 0x90
        with Wire(broker.port, "hub-1") as hub:
            for _ in range(400):
                hub.say(KITCHEN.topic("events"), b"x" * 30_000)
        broker.stop()
    broker.start()  # nothing refers to the one that has ended any more
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(one.message) for one in said if issubclass(one.category, ResourceWarning)] == []


def test_a_packet_announced_too_long_ends_the_connection_before_it_is_sent(broker: Broker) -> None:
    length, announced = bytearray(), 200 * 1024 * 1024
    assert announced > MAX_PACKET
    while announced:
        announced, low = divmod(announced, 128)
        length.append(low | (0x80 if announced else 0))
    with socket.create_connection(("127.0.0.1", broker.port), timeout=10) as flood:
        flood.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04edge")
        assert flood.recv(4) == b"\x20\x02\x00\x00"
        flood.sendall(b"\x30" + bytes(length) + b"\x00\x01a" + b"x" * 100)
        assert flood.recv(1) == b""


def test_a_connection_that_falls_silent_ends_and_its_will_is_said(broker: Broker) -> None:
    """With a keepalive of one second, two are allowed."""
    topic = KITCHEN.topic("state").encode()
    fields = (
        b"\x00\x04MQTT\x04\x06\x00\x01" + b"\x00\x04edge" + len(topic).to_bytes(2) + topic + b"\x00\x04lost"
    )
    with Wire(broker.port, "hub-1") as hub:
        hub.subscribe(subscriptions())
        with socket.create_connection(("127.0.0.1", broker.port), timeout=10) as silent:
            silent.sendall(b"\x10" + bytes([len(fields)]) + fields)
            assert silent.recv(4) == b"\x20\x02\x00\x00"
            assert hub.until_heard(KITCHEN.topic("state")) == [b"lost"]
            assert silent.recv(1) == b""


def test_a_new_account_works_at_once_and_one_taken_away_does_not(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    broker = Embedded(accounts)
    broker.start()
    try:
        password = accounts.add("lotus-12/pi-a")
        with Wire(broker.port, "edge", account="lotus-12/pi-a", password=password) as edge:
            assert not edge.refused
        accounts.remove("lotus-12/pi-a")
        with Wire(broker.port, "edge", account="lotus-12/pi-a", password=password) as edge:
            assert edge.refused
    finally:
        broker.stop()


def test_only_its_owner_reads_the_file_of_accounts(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    assert len(Accounts(path)["hub"]) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(path.read_text(encoding="utf-8"))) == ["hub"]


def test_of_many_agents_that_are_paired_at_once_none_is_lost(tmp_path: Path) -> None:
    """As many threads and readers of the file as a town might bring at one moment."""
    path = tmp_path / "accounts.json"
    Accounts(path)
    with ThreadPoolExecutor(16) as many:
        given = dict(many.map(lambda n: (f"home-{n}/pi", Accounts(path).add(f"home-{n}/pi")), range(100)))
    kept = Accounts(path)
    assert {account: kept[account] for account in given} == given
    assert len(kept) == 101
