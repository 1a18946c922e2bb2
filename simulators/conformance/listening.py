"""Plays the hub's part towards one edge: listens, first answers nothing, then acknowledges, and commands."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from models.contract import VERSION, codec
from models.contract.errors import ContractError
from models.contract.messages import Ack, Batch, Command
from models.contract.sequence import Settled
from models.contract.topics import Address
from simulators.broker import BrokerAt
from simulators.conformance.heard import Hearing, Message
from simulators.errors import BrokerError

_UNKNOWN = "conformance-check"  #: a command that no edge can know
_ACK_EVERY_S = 1.0


def listen(
    broker: BrokerAt,
    address: Address,
    *,
    unanswered_s: float,
    answered_s: float,
    tell: Callable[[str, float], None] = lambda part, passed: None,
) -> Hearing:
    """Return what was heard in `unanswered_s` seconds without an answer and `answered_s` with.

    `tell` hears which part it is and how many seconds of it have passed. Raises BrokerError.
    """
    inbox: queue.Queue[Message] = queue.Queue()
    subscribed = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"anju-conform-{time.monotonic_ns():x}")
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    filters = [(f"anju/v1/+/{address.home}/{address.edge}/{leaf}", 1) for leaf in
               ("state", "devices", "health", "events", "command/+/result")]  # fmt: skip
    client.on_connect = lambda *_args: _listen_to(client, filters)
    client.on_subscribe = lambda *_args: subscribed.set()
    client.on_message = lambda _client, _data, one: inbox.put(
        Message(_now(), one.topic, bytes(one.payload), one.qos, bool(one.retain))
    )
    hearing = Hearing(address, _now())
    try:
        client.connect(broker.host, broker.port)
    except OSError as error:
        raise BrokerError(f"{broker.host}:{broker.port}: {error}") from error
    client.loop_start()
    try:
        if not subscribed.wait(15):
            raise BrokerError(f"{broker.host}:{broker.port}: it does not let us listen.")
        hearing.begun_at = _now()
        _command(client, hearing)
        _hear(inbox, hearing, unanswered_s, lambda passed: tell("unanswered", passed))
        hearing.silent_until = _now()
        _Answers(client, hearing).run(inbox, answered_s, lambda passed: tell("answered", passed))
    finally:
        client.disconnect()
        client.loop_stop()
    hearing.ended_at = _now()
    return hearing


def _listen_to(client: mqtt.Client, filters: list[tuple[str, int]]) -> None:
    client.subscribe(filters)


def _hear(
    inbox: queue.Queue[Message], hearing: Hearing, seconds: float, tell: Callable[[float], None]
) -> None:
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        tell(passed)
        with suppress(queue.Empty):
            hearing.messages.append(inbox.get(timeout=min(0.2, seconds - passed)))


def _command(client: mqtt.Client, hearing: Hearing) -> None:
    """One command that nobody knows, and one that came too late."""
    for number, expires_at in enumerate((_now() + 60_000, _now() - 60_000)):
        command_id = f"conform-{number}-{_now() % 1_000_000}"
        hearing.commands[command_id] = expires_at < _now()
        payload = codec.encode(Command(v=VERSION, name=_UNKNOWN, expires_at=expires_at))
        client.publish(hearing.address.command(command_id), payload, qos=1)


class _Answers:
    """Acknowledges everything that was heard, again and again as a hub does."""

    def __init__(self, client: mqtt.Client, hearing: Hearing) -> None:
        self._client = client
        self._hearing = hearing
        self._settled: dict[str, Settled] = {}
        self._read = 0

    def run(self, inbox: queue.Queue[Message], seconds: float, tell: Callable[[float], None]) -> None:
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            self._acknowledge()
            _hear(inbox, self._hearing, min(_ACK_EVERY_S, seconds - passed), lambda _s: None)
            tell(passed)

    def _acknowledge(self) -> None:
        hearing = self._hearing
        news: set[str] = set()
        for message in hearing.messages[self._read :]:
            if not message.topic.endswith("/events"):
                continue
            with suppress(ContractError):
                batch = codec.decode(message.payload, Batch)
                settled = self._settled.setdefault(batch.stream, Settled())
                settled.raise_floor(batch.floor)
                for event in batch.events:
                    settled.add(event.seq)
                    hearing.acked_at.setdefault((batch.stream, event.seq), _now())
                news.add(batch.stream)
        self._read = len(hearing.messages)
        for stream in news:
            settled = self._settled[stream]
            ack = Ack(v=VERSION, stream=stream, upto=settled.upto, ranges=settled.ranges[:20])
            self._client.publish(hearing.address.topic("ack"), codec.encode(ack))


def _now() -> int:
    return time.time_ns() // 1_000_000
