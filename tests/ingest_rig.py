"""An ingest worker for tests: a real broker, a real database, and an edge agent's side of the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from hub.broker.address import BrokerAddress
from hub.clock import Clock, SystemClock, milliseconds
from hub.ingest.receiver import Receiver
from hub.ingest.worker import Worker
from hub.storage.database import Connection, connect
from hub.watch.registry import Watch
from models.contract import VERSION, codec
from models.contract.messages import Ack, Batch, Device, Devices, Event, State
from models.contract.topics import SHARDS, Address, subscriptions
from models.detection.judge import Judge

WANG = Address("wang", "pi")


def event(seq: int, kind: str = "motion", at: datetime | None = None, **more: Any) -> Event:
    """An event of Mrs Wang's home, by default a movement just now."""
    moment = at or datetime.now(UTC)
    more.setdefault("device", "0x01")
    return Event(seq=seq, at=milliseconds(moment), mono=seq * 1000, kind=kind, **more)


def batch(*events: Event, stream: str = "s1", floor: int = 1) -> Batch:
    """A batch as an edge agent sends it."""
    return Batch(
        v=VERSION,
        boot="b1",
        stream=stream,
        sent_at=milliseconds(datetime.now(UTC)),
        events=list(events),
        floor=floor,
    )


class Edge:
    """The wire as an edge agent sees it: it says things and hears acknowledgements."""

    def __init__(self, port: int, address: Address = WANG) -> None:
        self.address = address
        self.acks: list[Ack] = []
        self._new = threading.Condition()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"edge-{id(self):x}")
        self._client.on_message = self._on_message
        ready = threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe(address.topic("ack"), 1)
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert ready.wait(10), "the broker does not answer"

    def say(self, message: Any, leaf: str = "events", *, retain: bool = False) -> None:
        """Publish a message of the contract under this edge's address."""
        self.say_raw(self.address.topic(leaf), codec.encode(message), retain=retain)  # type: ignore[arg-type]

    def say_raw(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish anything anywhere; returns when the broker has it."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def be_born(self, *, session: int = 1, stream: str = "s1", devices: Sequence[Device] = ()) -> None:
        """Say who is there."""
        self.say(
            State(v=VERSION, state="online", session=session, boot="b1", stream=stream), "state", retain=True
        )
        self.say(Devices(v=VERSION, devices=list(devices)), "devices", retain=True)

    def wait_for_ack(self, wanted: Callable[[Ack], bool], seconds: float = 10) -> Ack:
        """Return the first acknowledgement that is wanted."""
        end = time.monotonic() + seconds
        with self._new:
            while True:
                for ack in self.acks:
                    if wanted(ack):
                        return ack
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no such acknowledgement; heard: {self.acks[-5:]}")
                self._new.wait(left)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        with self._new:
            self.acks.append(codec.decode(bytes(message.payload), Ack))
            self._new.notify_all()


class RunningWorker:
    """An ingest worker in a thread, and eyes on its database."""

    def __init__(self, url: str, port: int, clock: Clock | None = None, ack_s: float = 0.2) -> None:
        address = BrokerAddress("127.0.0.1", port, None, None, tls=False)
        self.url = url
        self.port = port
        self.receiver = Receiver(address, f"hub-{id(self):x}", subscriptions())
        self.worker = Worker(
            url,
            self.receiver,
            Watch(Judge()),
            clock or SystemClock(),
            shards=range(SHARDS),
            pause=timedelta(milliseconds=2),
            ack_every=timedelta(seconds=ack_s),
        )
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    def __enter__(self) -> RunningWorker:
        self._thread.start()
        assert self.receiver.subscribed.wait(10), "the worker did not subscribe"
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(15)
        assert not self._thread.is_alive(), "the worker did not stop"
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self.worker.run(self._stop)
        except BaseException as error:
            self._failure = error

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Read the database."""
        with connect(self.url, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def until(self, query: str, *parameters: Any, seconds: float = 10) -> list[dict[str, Any]]:
        """Read until there is something to see."""
        end = time.monotonic() + seconds
        with connect(self.url, autocommit=True) as connection:
            while time.monotonic() < end:
                if rows := connection.execute(query, parameters).fetchall():
                    return rows
                time.sleep(0.01)
        raise AssertionError(f"not within {seconds} s: {query} {parameters}; quarantine: {self.quarantine()}")

    def quarantine(self) -> list[str]:
        """Why messages were refused."""
        return [row["reason"] for row in self.rows("select reason from quarantine order by id")]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that commits at the end."""
    with connect(url) as connection:
        yield connection
