"""paho's client with a shorter way for what comes in by the thousand: publishes of QoS 0 and 1.

Reads what the socket holds at once, takes publishes apart itself and leaves every other packet to paho, whose
own way costs four calls to the system and a dozen function calls for each message. Acknowledgements of a lot
leave as one piece. It leans on paho's inside: tests hold it against a real broker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

READ = 256 * 1024
PUBLISH, PUBACK = 0x30, 0x40


class Arrived(NamedTuple):
    """One message as it came."""

    topic: str
    payload: bytes
    retained: bool
    mid: int
    qos: int


class SwiftClient(mqtt.Client):
    """A client with manual acknowledgement that hands over messages by the lot, from its own thread."""

    def __init__(self, client_id: str, on_lot: Callable[[Sequence[Arrived]], None]) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=True, manual_ack=True
        )
        self._on_lot = on_lot
        self._unread = b""

    def acknowledge(self, mids: Iterable[int]) -> None:
        """Tell the broker that it may forget these messages of QoS 1."""
        packet = b"".join(b"\x40\x02" + mid.to_bytes(2, "big") for mid in mids)
        if packet:
            self._packet_queue(PUBACK, packet, 0, 1)

    def _create_socket(self) -> Any:
        self._unread = b""  # a new connection begins with a new packet
        return super()._create_socket()

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Read what is there and handle every whole packet of it."""
        try:
            data = self._sock_recv(READ)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            data = b""
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_msg_in = mqtt.time_func()
        data = self._unread + data if self._unread else data
        lot: list[Arrived] = []
        at, code = 0, MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            while code == MQTTErrorCode.MQTT_ERR_SUCCESS and (span := _body(data, at)) is not None:
                begin, end = span
                head = data[at]
                if head & 0xF0 == PUBLISH and head & 0x04 == 0:
                    lot.append(_arrived(head, data, begin, end))
                else:
                    code = self._leave_to_paho(head, data[begin:end])
                at = end
        except (ValueError, IndexError):
            code = MQTTErrorCode.MQTT_ERR_PROTOCOL
        self._unread = data[at:]
        if lot:
            self._on_lot(lot)
        return code if code == MQTTErrorCode.MQTT_ERR_SUCCESS else self._loop_rc_handle(code)

    def _leave_to_paho(self, head: int, body: bytes) -> MQTTErrorCode:
        packet = self._in_packet
        packet["command"], packet["packet"] = head, bytearray(body)
        packet["remaining_length"] = len(body)
        try:
            return self._packet_handle()
        finally:
            packet["command"], packet["packet"], packet["remaining_length"] = 0, bytearray(b""), 0


def _body(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the body of the packet at `at` begins and ends; None when it is not all there yet."""
    length, place = 0, at + 1
    for shift in (0, 7, 14, 21):
        if place >= len(data):
            return None
        digit = data[place]
        length |= (digit & 127) << shift
        place += 1
        if digit < 128:
            return (place, place + length) if place + length <= len(data) else None
    raise ValueError("a length of more than four bytes")


def _arrived(head: int, data: bytes, begin: int, end: int) -> Arrived:
    """Return the message of a PUBLISH packet; raises ValueError when it is none."""
    topic_end = begin + 2 + (data[begin] << 8 | data[begin + 1])
    qos = head >> 1 & 3
    payload = topic_end + 2 if qos else topic_end
    if payload > end:
        raise ValueError("a publish that is too short")
    try:
        topic = data[begin + 2 : topic_end].decode()
    except UnicodeDecodeError:
        topic = "(not UTF-8)"
    mid = data[topic_end] << 8 | data[topic_end + 1] if qos else 0
    return Arrived(topic, data[payload:end], bool(head & 1), mid, qos)
