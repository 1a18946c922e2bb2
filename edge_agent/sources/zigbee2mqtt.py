"""Zigbee2MQTT, versions 1 and 2: topics under a prefix, one flat JSON object per device.

A device is known by its IEEE address; people's names for it may hold slashes, spaces and any script, and may
change at any time. Knows nothing of what the fields mean: that is the catalogue's.
"""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime
from typing import Any

import msgspec

from edge_agent.sources import Availability, BridgeState, Fact, Known, Reading, Roster, UnreadableError
from edge_agent.sources.objects import json_object
from models.contract.topics import is_id

QUARANTINE_S = 10.0  #: after its start the bridge publishes what it remembers, all within a few seconds
PARKED = 500  #: messages that are kept until the list of devices has come
MOST_FIELDS = 100  #: of one device

LATEST = 2**53  #: the latest instant of the contract

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IEEE = re.compile(r"0x[0-9a-f]{16}\Z")


class _Definition(msgspec.Struct):
    model: str = ""
    vendor: str = ""


class _Device(msgspec.Struct):
    ieee_address: str
    friendly_name: str
    type: str = ""
    disabled: bool = False
    definition: _Definition | None = None
    model_id: str | None = None
    manufacturer: str | None = None
    power_source: str | None = None


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_DEVICE = msgspec.json.Decoder(_Device)
_ROSTER = msgspec.json.Decoder(tuple[Known, ...])


class Zigbee2Mqtt:
    """What is known of one Zigbee2MQTT on the home's broker."""

    name = "zigbee2mqtt"
    bridged = True
    placed: tuple[Known, ...] = ()

    def __init__(self, prefix: str = "zigbee2mqtt") -> None:
        self.subscriptions: tuple[str, ...] = (f"{prefix}/#",)
        self._prefix = f"{prefix}/"
        self._roster: tuple[Known, ...] = ()
        self._ids: dict[str, str] = {}
        self._listed = False
        self._online: bool | None = None
        self._quarantined: set[str] = set()
        self._quarantine_ends = 0
        self._attributes: dict[str, set[str]] = {}  #: fields that came one by one since the last whole state
        self._parked: deque[tuple[str, bytes, int]] = deque(maxlen=PARKED)

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        if not topic.startswith(self._prefix):
            return []
        rest = topic[len(self._prefix) :]
        if rest.startswith("bridge/"):
            return self._bridge(rest[7:], payload, retained, mono)
        device = self._ids.get(rest)
        if device is not None:
            # A retained state may be from any time: it says nothing about now.
            return [] if retained else [self._state(device, payload, mono)]
        name, _, leaf = rest.rpartition("/")
        if leaf == "availability":
            device = self._ids.get(name)
            return [] if device is None else [Availability(device, _is_online(payload))]
        if name in self._ids and leaf not in ("set", "get"):
            self._attribute(self._ids[name], leaf)
            return []
        if not self._listed and not retained and leaf not in ("set", "get"):
            self._parked.append((topic, payload, mono))
        return []

    def snapshot(self) -> bytes:
        """Return the list of devices: a message may come before the bridge has listed them again."""
        return msgspec.json.encode(self._roster)

    def restore(self, snapshot: bytes) -> Roster:
        """Take back a list of devices. Raises UnreadableError."""
        try:
            self._learn(_ROSTER.decode(snapshot))
        except msgspec.DecodeError as error:
            raise UnreadableError(str(error)) from error
        return Roster(self._roster)

    def _attribute(self, device: str, field: str) -> None:
        """A field as a topic of its own. Fields that come one by one cannot be judged together.

        Raises UnreadableError when the same field comes again without a whole state in between.
        """
        said = self._attributes.setdefault(device, set())
        if field in said:
            raise UnreadableError(
                "Zigbee2MQTT publishes every attribute as a topic of its own: set advanced.output to json."
            )
        if len(said) < MOST_FIELDS:
            said.add(field)

    def _bridge(self, rest: str, payload: bytes, retained: bool, mono: int) -> list[Fact]:
        if rest == "state":
            return self._bridge_state(_is_online(payload), retained, mono)
        if rest == "devices":
            return self._devices(payload)
        if rest == "event":
            return self._event(payload)
        return []

    def _bridge_state(self, online: bool, retained: bool, mono: int) -> list[Fact]:
        came_up = online and (not retained or self._online is False)
        self._online = online
        if came_up:
            self._quarantined = set(self._ids.values())
            self._quarantine_ends = mono + int(QUARANTINE_S * 1000)
        return [BridgeState(online)]

    def _devices(self, payload: bytes) -> list[Fact]:
        try:
            raws = _LIST.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnreadableError(str(error)) from error
        devices = []
        for raw in raws:
            try:
                device = _DEVICE.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            known = _known(device)
            if known:
                devices.append(known)
        fresh = {device.id for device in devices} - set(self._ids.values())
        if self._quarantined or not self._listed:
            self._quarantined |= fresh
        self._learn(tuple(devices))
        self._listed = True
        facts: list[Fact] = [Roster(self._roster)]
        parked, self._parked = list(self._parked), deque(maxlen=PARKED)
        for topic, state, then in parked:
            facts += self.read(topic, state, retained=False, mono=then)
        return facts

    def _learn(self, devices: tuple[Known, ...]) -> None:
        self._roster = devices
        self._ids = {device.id: device.id for device in devices} | {
            device.name: device.id for device in devices
        }

    def _event(self, payload: bytes) -> list[Fact]:
        """A device that joins or leaves is heard of at once; the list follows."""
        event = json_object(payload)
        data = event.get("data")
        address = data.get("ieee_address") if isinstance(data, dict) else None
        if event.get("type") != "device_leave" or not isinstance(address, str):
            return []
        device = address.lower()
        return [Availability(device, False)] if device in self._ids else []

    def _state(self, device: str, payload: bytes, mono: int) -> Reading:
        self._attributes.pop(device, None)
        values = json_object(payload)
        cached = device in self._quarantined and mono < self._quarantine_ends
        self._quarantined.discard(device)
        return Reading(device, values, _instant(values.get("last_seen")), cached)


def _is_online(payload: bytes) -> bool:
    """Version 1 says `online`, version 2 `{"state":"online"}`."""
    state: Any = payload.decode("utf-8", "replace").strip()
    if payload[:1] == b"{":
        state = json_object(payload).get("state")
    if state not in ("online", "offline"):
        raise UnreadableError("Neither online nor offline.")
    return bool(state == "online")


def _instant(last_seen: Any) -> int | None:
    """Return `last_seen` in milliseconds: it may be ISO 8601, with or without a zone, or a number."""
    if isinstance(last_seen, int) and not isinstance(last_seen, bool):
        return last_seen if 0 <= last_seen <= LATEST else None
    if not isinstance(last_seen, str):
        return None
    try:
        instant = datetime.fromisoformat(last_seen)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(0, round((instant - _EPOCH).total_seconds() * 1000))


def _known(device: _Device) -> Known | None:
    identity = device.ieee_address.lower()
    if device.disabled or device.type == "Coordinator" or not (_IEEE.match(identity) or is_id(identity)):
        return None
    definition = device.definition or _Definition()
    power = device.power_source
    return Known(
        identity,
        definition.vendor or device.manufacturer or "",
        definition.model or device.model_id or "",
        device.friendly_name,
        None if power is None else power.lower() == "battery",
    )
