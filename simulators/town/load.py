"""Says a town's words at a chosen rate over one connection, and counts what became of every single one.

All homes speak over one connection: what is loaded is the hub, by topics and messages. Whether a broker
carries as many connections as homes is another question: so many sockets would load this machine more than
the hub does.

Nothing is made to look better: what could not be said in time is counted as late, what the broker did not
confirm and what the hub did not acknowledge is told, and time goes on to be measured until the end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from models.contract import codec
from models.contract.errors import ContractError
from models.contract.messages import Ack
from simulators.broker import BrokerAt
from simulators.errors import BrokerError
from simulators.town.words import Said, Town

_WINDOW = 2_000  #: messages that the broker has not confirmed
_LATE_S = 1.0
_SLICE_S = 0.005


@dataclass(slots=True)
class Report:
    """What was really done."""

    homes: int
    asked_per_s: float
    seconds: float = 0.0  #: of saying
    births: int = 0  #: homes that have said who is there, two messages each, as fast as the broker takes them
    births_s: float = 0.0
    sent: int = 0  #: messages, births not among them
    events: int = 0
    confirmed: int = 0  #: by the broker
    acknowledged: int = 0  #: events, by the hub
    late: int = 0  #: that left more than a second after their time
    not_sent: int = 0  #: whose time came and for which there was no room until the end
    worst_late_s: float = 0.0
    delays_ms: list[float] = field(default_factory=list)  #: from saying to the hub's acknowledgement

    def figures(self) -> dict[str, Any]:
        """Return the report for programs."""
        delays = sorted(self.delays_ms)

        def share(part: float) -> float | None:
            return round(delays[min(len(delays) - 1, int(len(delays) * part))], 1) if delays else None

        return {
            "homes": self.homes,
            "asked_per_s": self.asked_per_s,
            "sent_per_s": round(self.sent / self.seconds, 1) if self.seconds else 0.0,
            "seconds": round(self.seconds, 2),
            "births": self.births,
            "births_s": round(self.births_s, 2),
            "sent": self.sent,
            "events": self.events,
            "confirmed_by_broker": self.confirmed,
            "acknowledged_by_hub": self.acknowledged,
            "unacknowledged": self.events - self.acknowledged,
            "late": self.late,
            "worst_late_s": round(self.worst_late_s, 3),
            "not_sent": self.not_sent,
            "ack_ms": {"p50": share(0.5), "p99": share(0.99)},
        }


class Load:
    """One run of a town."""

    def __init__(self, town: Town, broker: BrokerAt) -> None:
        self._town = town
        self._broker = broker
        self._room = threading.Semaphore(_WINDOW)
        self._lock = threading.Lock()
        self._said_at: dict[tuple[int, int], float] = {}  #: (home, seq) → when
        self._ready = threading.Event()
        self._report = Report(town.homes, 0.0)
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"anju-town-{time.monotonic_ns():x}"
        )
        self._client.max_inflight_messages_set(_WINDOW)
        if broker.username:
            self._client.username_pw_set(broker.username, broker.password)
        self._client.on_connect = lambda client, *_args: client.subscribe("anju/v1/+/+/+/ack", 1)
        self._client.on_subscribe = lambda *_args: self._ready.set()
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def run(
        self,
        rate: float,
        seconds: float,
        *,
        births: bool = True,
        wait_s: float = 30.0,
        progress: Callable[[Report], None] = lambda report: None,
    ) -> Report:
        """Say `rate` messages a second for so long, half of them events; then wait for acknowledgements.

        Raises BrokerError when the broker does not let us in.
        """
        report = self._report
        report.asked_per_s = rate
        try:
            self._client.connect(self._broker.host, self._broker.port, keepalive=60)
        except OSError as error:
            raise BrokerError(f"{self._broker.host}:{self._broker.port}: {error}") from error
        self._client.loop_start()
        try:
            if not self._ready.wait(15):
                raise BrokerError(f"{self._broker.host}:{self._broker.port}: it does not let us listen.")
            if births:
                self._be_born()
                report.confirmed = 0
            self._speak(rate, seconds, progress)
            self._wait_for_acks(wait_s, progress)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
        return report

    def _be_born(self) -> None:
        session = time.time_ns() // 1_000_000_000
        begun = time.monotonic()
        for home in range(self._town.homes):
            for said in self._town.birth(home, _now_ms(), session):
                self._room.acquire(timeout=30)
                self._publish(said)
            self._report.births += 1
        for _ in range(_WINDOW):  # until the broker has all of them
            self._room.acquire(timeout=30)
        self._room.release(_WINDOW)
        self._report.births_s = time.monotonic() - begun

    def _speak(self, rate: float, seconds: float, progress: Callable[[Report], None]) -> None:
        town, report = self._town, self._report
        begun = time.monotonic()
        total = int(rate * seconds)
        number = 0
        while number < total:
            passed = time.monotonic() - begun
            if passed > seconds + max(5.0, seconds):  # the machine cannot: what is left was not said
                break
            due = min(total, int(passed * rate) + 1)
            while number < due and self._room.acquire(timeout=1.0):
                home = number // 2 % town.homes
                said = town.event(home, _now_ms()) if number % 2 == 0 else town.health(home, _now_ms())
                behind = time.monotonic() - begun - number / rate
                report.late += behind > _LATE_S
                report.worst_late_s = max(report.worst_late_s, behind)
                self._publish(said)
                report.sent += 1
                report.events += said.seq > 0
                number += 1
            progress(report)
            time.sleep(_SLICE_S)
        report.not_sent = total - number
        report.seconds = time.monotonic() - begun

    def _publish(self, said: Said) -> None:
        if said.seq:
            with self._lock:
                self._said_at[said.home, said.seq] = time.monotonic()
        message = said.message
        code = self._client.publish(message.topic, message.payload, message.qos, message.retain).rc
        if code not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            raise BrokerError(mqtt.error_string(code))

    def _wait_for_acks(self, seconds: float, progress: Callable[[Report], None]) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._report.acknowledged < self._report.events:
            progress(self._report)
            time.sleep(0.05)

    def _on_publish(self, *_args: Any) -> None:
        self._report.confirmed += 1
        self._room.release()

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        parts = message.topic.split("/")
        home = self._town.number(parts[3]) if len(parts) == 6 else None
        if home is None:
            return
        try:
            ack = codec.decode(bytes(message.payload), Ack)
        except ContractError:
            return
        if ack.stream != self._town.stream(home):
            return
        now = time.monotonic()
        with self._lock:
            for low, high in ((1, ack.upto), *ack.ranges):
                for seq in range(high, low - 1, -1):
                    said_at = self._said_at.pop((home, seq), None)
                    if said_at is None:
                        break
                    self._report.acknowledged += 1
                    self._report.delays_ms.append((now - said_at) * 1000)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
