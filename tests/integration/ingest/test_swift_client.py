"""The ingest worker's own way through MQTT packets, against a broker that sends them in any pieces."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from hub.ingest.swift import Arrived, SwiftClient

CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"
BIG = b"x" * 300_000
SAID = [
    Arrived("anju/v1/24/wang/pi/events", b'{"v":1}', False, 1, 1),
    Arrived("a", b"", True, 0, 0),
    Arrived("门厅", b"\x00" * 127, False, 65535, 1),
    Arrived("big", BIG, False, 258, 1),
    Arrived("last", b"\x30\x02", False, 3, 1),
]


def packet(message: Arrived) -> bytes:
    """A PUBLISH as a broker sends it."""
    topic = message.topic.encode()
    body = len(topic).to_bytes(2, "big") + topic
    body += message.mid.to_bytes(2, "big") if message.qos else b""
    body += message.payload
    left, length = len(body), b""
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([0x30 | message.qos << 1 | message.retained]) + length + body


class Heard:
    """What a client handed over, and a wait for it."""

    def __init__(self) -> None:
        self.messages: list[Arrived] = []
        self._changed = threading.Condition()

    def take(self, lot: Sequence[Arrived]) -> None:
        with self._changed:
            self.messages += lot
            self._changed.notify_all()

    def wait_for(self, n: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.messages) >= n, 10), self.messages


@contextmanager
def connected(heard: Heard) -> Iterator[tuple[SwiftClient, socket.socket]]:
    """A client, and the broker's end of its connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = SwiftClient("hub", heard.take)
        client.connect_async("127.0.0.1", server.getsockname()[1])
        client.loop_start()
        broker, _ = server.accept()
        with broker:
            broker.settimeout(10)
            broker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            broker.recv(1000)
            broker.sendall(CONNACK)
            yield client, broker
            client.disconnect()
        client.loop_stop()


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64, 100_000])
def test_messages_arrive_whole_and_in_order_however_they_are_cut(piece: int) -> None:
    heard = Heard()
    said = SAID if piece > 60 else [message for message in SAID if message.payload != BIG]
    stream = SUBACK + b"".join(map(packet, said))
    with connected(heard) as (_, broker):
        for at in range(0, len(stream), piece):
            broker.sendall(stream[at : at + piece])
        heard.wait_for(len(said))
    assert heard.messages == said


def test_the_broker_is_told_of_every_message_of_a_lot() -> None:
    heard = Heard()
    with connected(heard) as (client, broker):
        client.acknowledge([1, 258, 65535])
        told = b""
        while len(told) < 12:
            told += broker.recv(100)
    assert told == b"\x40\x02\x00\x01\x40\x02\x01\x02\x40\x02\xff\xff"


def test_a_topic_that_is_no_text_is_still_handed_over() -> None:
    """It can be counted and refused; it does not end the connection."""
    heard = Heard()
    with connected(heard) as (_, broker):
        broker.sendall(b"\x30\x04\x00\x02\xff\xfe" + packet(SAID[0]))
        heard.wait_for(2)
    assert [message.topic for message in heard.messages] == ["(not UTF-8)", SAID[0].topic]


@pytest.mark.parametrize("nonsense", [b"\x32\x02\x00\x09", b"\x30\xff\xff\xff\xff\x01", b"\x32\x00"])
def test_a_packet_that_cannot_be_ends_the_connection(nonsense: bytes) -> None:
    """The client comes back by itself; what was whole before is kept."""
    heard = Heard()
    with connected(heard) as (_, broker):
        broker.sendall(packet(SAID[0]) + nonsense)
        end = time.monotonic() + 10
        while time.monotonic() < end and broker.recv(100):
            pass
        assert time.monotonic() < end, "the connection was kept"
    assert heard.messages == SAID[:1]
