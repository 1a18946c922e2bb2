"""One connection to one MQTT broker, with paho's threads kept at arm's length.

paho's callbacks run in its own thread, where an exception or a long wait would end or stall the connection:
they do nothing but put what came into an inbox. Each connection is a new paho client, so nothing of an old
one (unsent messages, a message that the broker refuses by hanging up) is dragged into the next. Whoever owns
the link calls `tick` often; reconnecting is ours, with a jitter so that a street does not return as one.

Where there is a second broker it stands in while the first does not answer; whether the first is back is
looked at now and then, by a connection of its own, before the second one is left.
"""

from __future__ import annotations

import logging
import random
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import edge_agent.paho_alone  # noqa: F401  isort: skip
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from edge_agent.inbox import Down, Inbox, Incoming, Up
from edge_agent.reaching import what_is_wrong
from edge_agent.settings import Broker

KEEPALIVE_S = 30
RETRY_S = (1.0, 15.0)  #: the first wait after a loss, and the longest
GOOD_BYE_S = 3.0  #: a broker that does not answer does not keep the agent from stopping
CHANGE_AFTER = 3  #: attempts that failed before the other broker is tried
RETURN_MS = (60_000, 900_000)  #: how soon it is looked whether the first broker is back, and the longest
MOST_QUEUED = 200  #: messages that paho may hold for a slow broker

log = logging.getLogger("anju.agent")


class Will(NamedTuple):
    """What the broker shall say, retained, if the connection breaks."""

    topic: str
    payload: bytes


class Link:
    """A connection that comes back. Every method is called by one thread, the owner's."""

    def __init__(
        self,
        name: str,
        broker: Broker,
        client_id: str,
        inbox: Inbox,
        *,
        stand_in: Broker | None = None,
        subscriptions: Sequence[str] = (),
        keeps_session: bool = False,
        acknowledges: bool = False,
        will: Callable[[], Will] | None = None,
    ) -> None:
        self.name = name
        self.connected = False
        self.reason = "not yet"  #: why it is not connected
        self.life = 0  #: counts connections; what belongs to an older one is stale
        self.unsent = 0  #: publishes that the broker has not confirmed on this connection
        self.heard = False  #: the broker gave a sign of life since the owner last cleared this
        self._brokers = [broker] if stand_in is None else [broker, stand_in]
        self._at = 0  #: which of them
        self._look_at = 0  #: when to look whether the first is back
        self._look_pause = RETURN_MS[0]
        self._looking = False
        self._first_is_back = False
        self._client_id = client_id
        self._inbox = inbox
        self._subscriptions = list(subscriptions)
        self._keeps_session = keeps_session
        self._acknowledges = acknowledges
        self._will = will
        self._client: paho.Client | None = None
        self._alive = False  #: there is a connection, or an attempt at one
        self._retry_at = 0
        self._failures = 0
        self._reported_down = False
        self._lock = threading.Lock()

    def tick(self, mono: int) -> None:
        """Begin a new connection if there is none and it is time."""
        if self.connected and self._at:
            self._look_after_first(mono)
        if self._alive or mono < self._retry_at:
            return
        self._alive = True
        self.life += 1
        self.unsent = 0
        try:
            self._client = self._build(self.life)
        except (OSError, ValueError) as error:
            self._inbox.put(Down(self.name, self.life, str(error)))
            return
        arguments = (self._client, self.life)
        threading.Thread(target=self._live, args=arguments, daemon=True).start()

    def next_due(self) -> int | None:
        """When, in `mono`, `tick` has something to do."""
        if self.connected and self._at:
            return self._look_at
        return None if self._alive else self._retry_at

    def took(self, item: Up | Down, mono: int) -> bool:
        """Take note of a change that the inbox brought; return whether it changed anything."""
        if item.life != self.life or not self._alive:
            return False
        if isinstance(item, Up):
            self.connected = True
            self._failures = 0
            self._look_at = mono + self._look_pause
            if self._at:
                log.warning("%s broker: %s:%s stands in for %s:%s", self.name, *self._where, *self._first)
            if self._reported_down:
                log.info("%s broker %s:%s: connected again", self.name, *self._where)
            else:
                log.info("%s broker %s:%s: connected", self.name, *self._where)
            self._reported_down = False
            return True
        self._alive = False
        was_connected, self.connected = self.connected, False
        self.reason = item.reason
        if was_connected or not self._reported_down:
            log.warning("%s broker %s:%s: %s; trying again", self.name, *self._where, item.reason)
            self._reported_down = True
        self._drop()
        longest = min(RETRY_S[1], RETRY_S[0] * 2**self._failures)
        self._failures = min(self._failures + 1, 8)
        if self._first_is_back:
            self._first_is_back = False
            self._at, longest = 0, RETRY_S[0]
        elif len(self._brokers) > 1 and self._failures % CHANGE_AFTER == 0:
            if self._at == 0:  # it is not soon looked for again what has just failed
                self._look_pause = min(RETURN_MS[1], self._look_pause * 2)
            self._at = 1 - self._at
        wait_s = random.uniform(RETRY_S[0] / 2, longest)  # noqa: S311 - spreads load, hides nothing
        self._retry_at = mono + int(wait_s * 1000)
        return was_connected

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand a QoS 1 message to paho; return False when it has no room or no connection.

        A broker's confirmation is no proof that the hub has anything, so nobody is told about it.
        """
        client = self._client
        if client is None or not self.connected:
            return False
        with self._lock:
            self.unsent += 1
        info = client.publish(topic, payload, qos=1, retain=retain)
        # "No connection" still means that paho holds the message for this client.
        if info.rc in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            return True
        with self._lock:
            self.unsent -= 1
        return False

    def ask_again(self) -> bool:
        """Subscribe once more: the broker says again what it retained. Returns whether it was asked."""
        client = self._client
        if client is None or not self.connected or not self._subscriptions:
            return False
        client.subscribe([(topic, 1) for topic in self._subscriptions])
        return True

    def acknowledge(self, item: Incoming) -> None:
        """Tell the broker that a message is in safe hands, in the order of arrival."""
        client = self._client
        if self._acknowledges and item.qos and item.life == self.life and client is not None:
            client.ack(item.mid, item.qos)

    def follow(self, topics: Sequence[str]) -> None:
        """Listen to these topics too, now and after every reconnection."""
        fresh = [topic for topic in topics if topic not in self._subscriptions]
        if fresh:
            self._subscriptions += fresh
            if self._client is not None and self.connected:
                self._client.subscribe([(topic, 1) for topic in fresh])

    def hang_up(self) -> None:
        """Break a connection that gives no sign of life; the loss is reported as any other."""
        client = self._client
        if client is not None:
            log.error("%s broker %s:%s: no sign of life", self.name, *self._where)
            life = self.life
            self._inbox.put(Down(self.name, life, "no sign of life"))

    def close(self) -> None:
        """Say good-bye to the broker: no will is said."""
        client, self._client = self._client, None
        self.connected = self._alive = False
        self._retry_at = 2**62
        if client is not None:
            ending = threading.Thread(target=_end, args=(client,), daemon=True)
            ending.start()
            ending.join(GOOD_BYE_S)

    @property
    def _broker(self) -> Broker:
        return self._brokers[self._at]

    @property
    def _where(self) -> tuple[str, int]:
        return self._broker.host, self._broker.port

    @property
    def _first(self) -> tuple[str, int]:
        return self._brokers[0].host, self._brokers[0].port

    def _look_after_first(self, mono: int) -> None:
        """Leave the broker that stands in once the first one lets us in again."""
        if self._first_is_back:
            log.info("%s broker %s:%s is back", self.name, *self._first)
            self._look_pause = RETURN_MS[0]
            self._inbox.put(Down(self.name, self.life, "the first broker is back"))
            self._look_at = mono + self._look_pause
        elif not self._looking and mono >= self._look_at:
            self._look_at = mono + self._look_pause
            self._looking = True
            threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            self._first_is_back = what_is_wrong(self._brokers[0]) is None
        finally:
            self._looking = False
            self._inbox.wake()

    def _build(self, life: int) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=not self._keeps_session,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=self._acknowledges,
        )
        client.suppress_exceptions = True
        client.max_queued_messages_set(MOST_QUEUED)
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.encrypted:
            client.tls_set(
                ca_certs=self._broker.ca or None,
                certfile=self._broker.certificate or None,
                keyfile=self._broker.key or None,
            )
        if self._will is not None:
            will = self._will()
            client.will_set(will.topic, will.payload, qos=1, retain=True)
        put, name = self._inbox.put, self.name

        def connected(client: paho.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
            if reason.is_failure:
                put(Down(name, life, f"refused: {reason}"))
                return
            if self._subscriptions:
                client.subscribe([(topic, 1) for topic in self._subscriptions])
            put(Up(name, life))

        def disconnected(client: paho.Client, _: Any, flags: Any, reason: Any, properties: Any) -> None:
            put(Down(name, life, f"lost: {reason}"))

        def published(client: paho.Client, _: Any, mid: int, reason: Any, properties: Any) -> None:
            with self._lock:
                if life == self.life:
                    self.unsent -= 1
                    self.heard = True
            self._inbox.wake()

        def received(client: paho.Client, _: Any, message: paho.MQTTMessage) -> None:
            self.heard = True
            try:
                topic = message.topic
            except UnicodeDecodeError:
                topic = ""
            put(
                Incoming(
                    name,
                    life,
                    topic,
                    bytes(message.payload),
                    message.retain,
                    message.qos,
                    message.mid,
                    message.dup,
                )
            )

        client.on_socket_open = _without_delay
        client.on_connect = connected
        client.on_disconnect = disconnected
        client.on_publish = published
        client.on_message = received
        return client

    def _live(self, client: paho.Client, life: int) -> None:
        """One connection from its beginning to its end, in a thread of its own.

        A broker that does not answer takes its time to fail; and a client whose own thread has ended still
        believes that it is connected, so somebody must wait for that thread.
        """
        reason = "its thread ended"
        try:
            client.connect(*self._where, keepalive=KEEPALIVE_S)
            client.loop_start()
            thread = client._thread
            if thread is not None:
                thread.join()
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
        self._inbox.put(Down(self.name, life, reason))

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        client.on_connect = client.on_disconnect = client.on_publish = client.on_message = None
        # Its thread may hang in a dead socket: it is told to end, not waited for.
        threading.Thread(target=_end, args=(client,), daemon=True).start()


def _without_delay(client: paho.Client, _: Any, connection: Any) -> None:
    """A call for help is one small packet: the system must not wait for company for it."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _end(client: paho.Client) -> None:
    try:
        client.disconnect()
        client.loop_stop()
    except (OSError, ValueError, RuntimeError) as error:
        log.debug("an old connection would not end: %s", error)
