"""A connection to an MQTT broker: publishing with a bounded number of messages under way.

Knows paho, whose callbacks here only count and hand over. So do `conformance/listening.py` and
`town/load.py`, which must see more of the wire than others need.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from simulators.errors import BrokerError
from simulators.home.bridge import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAt:
    """Where a broker is and who we are there."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password: str = ""

    @classmethod
    def parse(cls, text: str, username: str = "", password_file: Path | None = None) -> BrokerAt:
        """Read `host`, `host:port` or `[::1]:port`. Raises BrokerError."""
        host, port = text, "1883"
        if text.startswith("["):
            host, _, rest = text[1:].partition("]")
            port = rest.removeprefix(":") or port
        elif text.count(":") == 1:
            host, port = text.split(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise BrokerError(f"'{text}' is no address: write host:port.")
        try:
            password = password_file.read_text().strip() if password_file else ""
        except OSError as error:
            raise BrokerError(f"The password cannot be read: {error}") from error
        return cls(host=host, port=int(port), username=username, password=password)

    def __repr__(self) -> str:
        return f"BrokerAt({self.host}:{self.port}, {self.username or 'nobody'})"


class Line:
    """One client's connection. QoS 1 messages wait for the broker, at most `window` at a time."""

    def __init__(
        self,
        broker: BrokerAt,
        client_id: str,
        *,
        will: Message | None = None,
        window: int = 200,
        patience_s: float = 30.0,
    ) -> None:
        self.broker = broker
        self.sessions = 0  #: how often the broker has let us in
        self.inbox: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._patience = patience_s
        self._window = window
        self._free = threading.Semaphore(window)
        self._answered = threading.Event()
        self._subscribed = threading.Event()
        self._refused = ""
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=True)
        self._client.max_inflight_messages_set(min(window, 100))
        self._client.reconnect_delay_set(1, 5)
        if broker.username:
            self._client.username_pw_set(broker.username, broker.password)
        if will:
            self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._topics: list[str] = []

    def open(self) -> None:
        """Connect and wait until the broker has let us in. Raises BrokerError."""
        try:
            self._client.connect(self.broker.host, self.broker.port, keepalive=30)
        except (OSError, ValueError) as error:
            raise BrokerError(f"{self.broker.host}:{self.broker.port}: {error}") from error
        self._client.loop_start()
        if not self._answered.wait(self._patience) or self._refused:
            self._client.disconnect()
            self._client.loop_stop()
            raise BrokerError(
                f"{self.broker.host}:{self.broker.port}: {self._refused or 'it does not answer.'}"
            )

    def subscribe(self, topic: str) -> None:
        """Listen to `topic`; messages come to `inbox`. Raises BrokerError when that is not allowed."""
        self._topics.append(topic)
        self._subscribed.clear()
        self._client.subscribe(topic, qos=1)
        if not self._subscribed.wait(self._patience) or self._refused:
            raise BrokerError(f"{topic}: {self._refused or 'no answer.'}")

    def publish(self, message: Message) -> None:
        """Hand one message over. Waits while the window is full; raises BrokerError when that lasts."""
        if not self._free.acquire(timeout=self._patience):
            raise BrokerError(f"It has taken nothing for {self._patience:.0f} s.")
        code = self._client.publish(message.topic, message.payload, message.qos, message.retain).rc
        if code not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            raise BrokerError(mqtt.error_string(code))

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def drain(self) -> None:
        """Wait until the broker has taken everything. Raises BrokerError when it does not."""
        for taken in range(self._window):
            if not self._free.acquire(timeout=self._patience):
                if taken:
                    self._free.release(taken)
                raise BrokerError(f"It has taken nothing for {self._patience:.0f} s.")
        self._free.release(self._window)

    def close(self) -> None:
        """Take leave of the broker; the last will is not sent."""
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        self._refused = str(reason) if reason.is_failure else ""
        self.sessions += not reason.is_failure
        self._answered.set()
        for topic in self._topics:
            client.subscribe(topic, qos=1)

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, reasons: list[Any], _more: Any) -> None:
        self._refused = "refused" if any(reason.is_failure for reason in reasons) else ""
        self._subscribed.set()

    def _on_publish(self, _client: Any, _data: Any, _mid: int, _reason: Any, _more: Any) -> None:
        self._free.release()

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        self.inbox.put((message.topic, bytes(message.payload)))
