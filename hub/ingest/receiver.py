"""The broker as the ingest worker sees it: what has arrived, and what to say back.

The network thread only hands over to a queue; a fault in our own code can never end it. Any MQTT 3.1.1
broker will do: nothing rests on its memory, because an edge sends again whatever the hub did not commit.
"""

from __future__ import annotations

import itertools
import re
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as mqtt
import structlog

from hub.broker.address import BrokerAddress
from hub.ingest.swift import Arrived, SwiftClient

log = structlog.get_logger()


class Receiver:
    """A connection to the broker that comes back by itself; used by one thread besides its own."""

    def __init__(self, address: BrokerAddress, client_id: str, subscriptions: Sequence[str]) -> None:
        self._address = address
        self._subscriptions = [(topic, 1) for topic in subscriptions]
        self._arrived: deque[Arrived] = deque()
        self._signal = threading.Event()
        self._urgent = threading.Event()
        self._generation = itertools.count()
        self.generation = next(self._generation)  #: changes with every connection
        self.subscribed = threading.Event()
        self._client = client = SwiftClient(client_id, self._on_lot)
        client.suppress_exceptions = True
        client.reconnect_delay_set(1, 5)
        client.max_inflight_messages_set(2000)
        client.max_queued_messages_set(100_000)
        if address.username is not None:
            client.username_pw_set(address.username, address.password)
        if address.tls:
            client.tls_set(
                ca_certs=str(address.ca) if address.ca else None, tls_version=ssl.PROTOCOL_TLS_CLIENT
            )
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect

    def start(self) -> None:
        """Connect in the background, as often as it takes."""
        self._client.connect_async(self._address.host, self._address.port, keepalive=30)
        self._client.loop_start()

    def stop(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def poll(self, timeout: float) -> bool:
        """Wait until something has arrived, at most so long; return whether it has."""
        if self._arrived:
            return True
        self._signal.clear()
        if self._arrived:
            return True
        return self._signal.wait(timeout)

    @property
    def waiting(self) -> int:
        """How many messages have arrived and were not taken."""
        return len(self._arrived)

    def wait_for_company(self, seconds: float) -> None:
        """Wait a moment for more to arrive, unless somebody may lie on the floor: now, or meanwhile."""
        self._urgent.wait(seconds)

    def take(self, at_most: int) -> list[Arrived]:
        """Return what has arrived, oldest first."""
        self._urgent.clear()
        taken: list[Arrived] = []
        arrived = self._arrived
        while arrived and len(taken) < at_most:
            taken.append(arrived.popleft())
        return taken

    def put_back(self, messages: Sequence[Arrived]) -> None:
        """Return messages that could not be handled now to the head of the queue."""
        self._arrived.extendleft(reversed(messages))

    def acknowledge(self, messages: Sequence[Arrived], generation: int) -> None:
        """Tell the broker that it may forget these; those of an earlier connection it has forgotten."""
        if generation != self.generation:
            return
        self._client.acknowledge(message.mid for message in messages if message.qos)

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Say something to an edge agent. While the broker is away it is not said: the edge asks again."""
        self._client.publish(topic, payload, qos=qos, retain=retain)

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            log.error("broker refused", reason=str(code), host=self._address.host)
            return
        self.generation = next(self._generation)
        log.info("broker connected", host=self._address.host, port=self._address.port)
        client.subscribe(self._subscriptions)

    def _on_subscribe(self, *_args: Any) -> None:
        self.subscribed.set()
        self._signal.set()

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self.subscribed.clear()
        log.warning("broker lost", reason=str(code))

    def _on_lot(self, lot: Sequence[Arrived]) -> None:
        self._arrived.extend(lot)
        if any(map(_may_be_urgent, lot)):
            self._urgent.set()
        self._signal.set()


_URGENT = re.compile(rb'"kind":"(?:fall|sos|smoke|co|gas|leak|tamper)')


def _may_be_urgent(message: Arrived) -> bool:
    """A quick look at the bytes: at worst an ordinary message is not kept waiting."""
    return len(message.payload) < 2000 and _URGENT.search(message.payload) is not None
