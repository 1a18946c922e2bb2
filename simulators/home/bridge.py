"""What Zigbee2MQTT publishes: its state, the list of its devices, availability, and the devices' messages.

Pure: topics and payloads only. Follows version 2 with the settings of our kit: availability on, `last_seen`
as ISO 8601, device messages with QoS 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from simulators.home.devices.base import Device, Report


class Message(NamedTuple):
    """One MQTT message."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


class Described(Protocol):
    """What the bridge must know of a device to list it."""

    @property
    def ieee(self) -> str: ...
    @property
    def friendly_name(self) -> str: ...
    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def power_source(self) -> str: ...
    @property
    def model_id(self) -> str: ...


class Listed(NamedTuple):
    """A device as the bridge lists it."""

    ieee: str
    friendly_name: str
    vendor: str
    model: str
    description: str
    power_source: str = "Battery"
    model_id: str = ""


def listed(device: Device) -> Listed:
    """Return how the bridge lists a simulated device."""
    sensor = device.sensor
    return Listed(
        sensor.ieee,
        sensor.friendly_name,
        device.vendor,
        device.model,
        device.description,
        device.power_source,
        device.model_id,
    )


def state(prefix: str, word: str) -> Message:
    """`online` or `offline`, retained; the offline one is also the bridge's last will."""
    return Message(f"{prefix}/bridge/state", msgspec.json.encode({"state": word}), retain=True)


def devices(prefix: str, described: Iterable[Described]) -> Message:
    """The whole list of devices, retained."""
    rows = [_COORDINATOR, *(_row(place, device) for place, device in enumerate(described, 1))]
    return Message(f"{prefix}/bridge/devices", msgspec.json.encode(rows), retain=True)


def availability(prefix: str, friendly_name: str, word: str = "online") -> Message:
    """Whether the bridge takes the device to be there, retained."""
    return Message(
        f"{prefix}/{friendly_name}/availability", msgspec.json.encode({"state": word}), retain=True
    )


def report(prefix: str, said: Report) -> Message:
    """One device's message."""
    return message(prefix, said.sensor.friendly_name, said.fields, said.last_seen)


def message(prefix: str, friendly_name: str, fields: Mapping[str, Any], last_seen: int) -> Message:
    """One device's message, put together from its fields."""
    told = {**fields, "last_seen": iso(last_seen)}
    return Message(f"{prefix}/{friendly_name}", msgspec.json.encode(told))


def iso(instant: int) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC, with milliseconds."""
    return f"{datetime.fromtimestamp(instant / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


_COORDINATOR: dict[str, Any] = {
    "ieee_address": "0x00124b0024c0ffee",
    "type": "Coordinator",
    "network_address": 0,
    "supported": True,
    "friendly_name": "Coordinator",
    "disabled": False,
    "definition": None,
    "interviewing": False,
    "interview_completed": True,
}


def _row(place: int, device: Described) -> dict[str, Any]:
    mains = device.power_source.startswith("Mains")
    return {
        "ieee_address": device.ieee,
        "type": "Router" if mains else "EndDevice",
        "network_address": 4096 + place,
        "supported": True,
        "friendly_name": device.friendly_name,
        "disabled": False,
        "definition": {
            "model": device.model,
            "vendor": device.vendor,
            "description": device.description,
            "exposes": [],
            "options": [],
        },
        "power_source": device.power_source,
        "model_id": device.model_id or device.model,
        "interviewing": False,
        "interview_completed": True,
    }
