"""A client on the wire that remembers what it heard, and an edge agent's connection that can be killed."""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from models.contract.topics import Address

WAIT = 10.0  #: seconds until a wait is given up


class Heard(NamedTuple):
    """One message as it arrived."""

    topic: str
    payload: bytes
    retained: bool


class Wire:
    """A connection. Everything that it hears is kept in order; waits end after `WAIT` seconds."""

    def __init__(
        self,
        port: int,
        client_id: str,
        *,
        account: str = "",
        password: str = "",
        authority: Path | None = None,
        will: tuple[str, bytes] | None = None,
        reconnect: bool = False,
    ) -> None:
        self.heard: list[Heard] = []
        self.connections = 0
        self.refused = False
        self.granted: list[bool] = []
        self._port = port
        self._filters: list[tuple[str, int]] = []
        self._acknowledged: set[int] = set()
        self._subscribed: set[int] = set()
        self._counts: Counter[str] = Counter()
        self._lost = False
        self._changed = threading.Condition()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, reconnect_on_failure=reconnect)
        client.max_inflight_messages_set(100)
        client.reconnect_delay_set(1, 1)
        if account:
            client.username_pw_set(account, password)
        if authority is not None:
            client.tls_set(ca_certs=str(authority), tls_version=ssl.PROTOCOL_TLS_CLIENT)
        if will is not None:
            client.will_set(will[0], will[1], qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_publish = lambda _c, _u, mid, _r, _p: self._note(lambda: self._acknowledged.add(mid))
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = lambda *_: self._note(lambda: setattr(self, "_lost", True))
        self._client = client

    def __enter__(self) -> Wire:
        self._client.connect("127.0.0.1", self._port, keepalive=60)
        self._client.loop_start()
        self.until(lambda: self.connections > 0 or self.refused or self._lost, "an answer to the connection")
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def lost(self) -> bool:
        """Whether the connection ended since it was made."""
        return self._lost

    def subscribe(self, filters: Iterable[str], qos: int = 1) -> None:
        """Subscribe now and after every reconnection; returns when the broker has answered."""
        self._filters = [(topic_filter, qos) for topic_filter in filters]
        mid = self._client.subscribe(self._filters)[1]
        assert mid is not None
        self.until(lambda: mid in self._subscribed, "an answer to the subscription")

    def say(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False, wait: bool = True
    ) -> int:
        """Publish; with `wait`, return when the broker has acknowledged it."""
        mid = self._client.publish(topic, payload, qos=qos, retain=retain).mid
        if wait and qos:
            self.until(lambda: mid in self._acknowledged or self._lost, f"an acknowledgement of {topic}")
        return mid

    @property
    def subscriptions(self) -> int:
        """How often the broker has answered to a subscription."""
        return len(self._subscribed)

    def payloads(self, topic: str) -> list[bytes]:
        """What was heard on `topic`, in order."""
        with self._changed:
            return [message.payload for message in self.heard if message.topic == topic]

    def until_heard(self, topic: str, n: int = 1) -> list[bytes]:
        """Wait until `topic` was heard `n` times and return what it said."""
        self.until(lambda: self._counts[topic] >= n, f"{n} of {topic}")
        return self.payloads(topic)

    def until(self, condition: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
        """Wait for a condition that changes with what arrives; fails with `what` when time is up."""
        with self._changed:
            assert self._changed.wait_for(condition, seconds), f"waited {seconds} s for {what}"

    def _note(self, change: Callable[[], object]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _on_connect(
        self, client: mqtt.Client, _u: object, _f: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.is_failure:
            self._note(lambda: setattr(self, "refused", True))
            return
        if self._filters:
            client.subscribe(self._filters)
        self._note(lambda: setattr(self, "connections", self.connections + 1))

    def _on_message(self, _c: mqtt.Client, _u: object, message: mqtt.MQTTMessage) -> None:
        def change() -> None:
            self.heard.append(Heard(message.topic, bytes(message.payload), bool(message.retain)))
            self._counts[message.topic] += 1

        self._note(change)

    def _on_subscribe(
        self, _c: mqtt.Client, _u: object, mid: int, codes: list[ReasonCode], _p: object
    ) -> None:
        def change() -> None:
            self.granted = [not code.is_failure for code in codes]
            self._subscribed.add(mid)

        self._note(change)


EDGE = """
import sys
import paho.mqtt.client as mqtt
from models.contract import VERSION
from models.contract.codec import encode
from models.contract.messages import State
from models.contract.topics import Address

port, client_id, home, edge, session = sys.argv[1:]
topic = Address(home, edge).topic("state")

def state(word):
    return encode(State(v=VERSION, state=word, session=int(session), boot="boot-1"))

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client_id, reconnect_on_failure=False)
client.will_set(topic, state("lost"), qos=1, retain=True)
client.on_connect = lambda c, *_: c.publish(topic, state("online"), qos=1, retain=True)
client.on_publish = lambda *_: print("born", flush=True)
client.connect("127.0.0.1", int(port), keepalive=60)
client.loop_forever()
"""


class EdgeProcess:
    """An edge agent's connection in a process of its own: birth, last will, and `kill -9`."""

    def __init__(self, port: int, client_id: str, address: Address, session: int) -> None:
        arguments = [str(port), client_id, address.home, address.edge, str(session)]
        self._process = subprocess.Popen([sys.executable, "-c", EDGE, *arguments], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"born\n"

    def kill(self) -> None:
        """End it without a word, and reap it."""
        self._process.kill()
        self.wait()

    def wait(self) -> None:
        """Wait for its end: it does not come back when its connection is gone."""
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
