"""From a message on the home's broker to what happened: sources, catalogue and memory, together.

Both the running agent and `anju-agent watch` read the sensors through this. It has no connection, no disk and
no clock; times come with every message: `now` in UTC milliseconds, `mono` in milliseconds since the start of
the machine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from edge_agent.core import normalise
from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.judging import number
from edge_agent.core.motion import MotionBatch
from edge_agent.core.rules import Capability
from edge_agent.core.state import DeviceState, Happening, Message
from edge_agent.settings import Placement
from edge_agent.sources import (
    Availability,
    BridgeState,
    Fact,
    Known,
    Reading,
    Roster,
    Source,
    UnreadableError,
)
from models.contract.messages import Device, DeviceHealth

EARLIEST = 1_104_537_600_000  #: 2005: before that is no clock at all; recordings that are replayed are old
AHEAD_MS = 5 * 60 * 1000  #: a sensor's instant further in the future than this is a wrong clock
WORN = ["fall", "fall_suspected", "worn"]  #: what a wearable's accelerations tell once they are judged
MOST_DEVICES = 500  #: the contract's limit of the catalogue

_STATE = msgspec.json.Decoder(DeviceState)
log = logging.getLogger("anju.agent")


@dataclass(slots=True)
class Vitals:
    """How one device does, as far as its messages show it."""

    seen_at: int | None = None
    battery: float | None = None
    battery_low: bool | None = None
    link: float | None = None
    available: bool | None = None


class Intake:
    """The sensors of one home."""

    def __init__(
        self,
        sources: Sequence[Source],
        placements: Mapping[str, Placement],
        catalogue: Mapping[tuple[str, str], Capability] = CATALOGUE,
    ) -> None:
        self.rejected = 0  #: messages and values that could not be understood
        self.catalogue_changed = True
        self.motions: list[MotionBatch] = []  #: of wearables, until whoever watches for falls takes them
        self._sources = sources
        self._placements = placements
        self._table = catalogue
        self._known: dict[str, dict[str, Known]] = {source.name: {} for source in sources}
        self._capabilities: dict[str, Capability] = {}
        self._states: dict[str, DeviceState] = {}
        self._vitals: dict[str, Vitals] = {}
        self._dues: dict[str, int] = {}
        self._bridges: dict[str, bool] = {}
        self._to_remember: dict[str, bytes] = {}
        self._complained: set[str] = set()
        self._muted: frozenset[str] = frozenset()
        for source in sources:
            self._learn(source, source.placed)

    def mute(self, devices: frozenset[str]) -> None:
        """From now on these devices tell nothing: no event, no sign of life, no place in the catalogue."""
        if devices != self._muted:
            self._muted = devices
            self.catalogue_changed = True
            for device in devices:
                self._dues.pop(device, None)
                self._vitals.pop(device, None)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Topic filters on the home's broker."""
        return tuple(topic for source in self._sources for topic in source.subscriptions)

    def restore(self, remembered: Mapping[str, bytes], mono: int, *, rebooted: bool) -> None:
        """Take back what `take_changes` gave, from before the agent's restart."""
        for source in self._sources:
            snapshot = remembered.get(f"source/{source.name}")
            if snapshot is not None:
                roster = source.restore(snapshot)
                self._learn(source, roster.devices if roster else ())
        for key, blob in remembered.items():
            kind, _, device = key.partition("/")
            if kind == "device":
                state = _STATE.decode(blob)
                self._remember(device, normalise.after_reboot(state, mono) if rebooted else state)
            elif kind == "bridge":
                self._bridges[device] = blob == b"1"
        self._to_remember.clear()

    def take_changes(self) -> dict[str, bytes]:
        """Return what must be remembered together with the latest happenings, since the last call."""
        changes, self._to_remember = self._to_remember, {}
        return changes

    def feed(self, topic: str, payload: bytes, *, retained: bool, now: int, mono: int) -> list[Happening]:
        """Return what happened according to one message. Never raises because of what the message holds."""
        happenings: list[Happening] = []
        for source in self._sources:
            try:
                facts = source.read(topic, payload, retained=retained, mono=mono)
            except UnreadableError as error:
                self._reject(topic, str(error))
                continue
            for fact in facts:
                happenings += self._take(source, fact, now, mono)
        return happenings

    def next_due(self) -> int | None:
        """When, in `mono`, the next held change becomes an event."""
        return min(self._dues.values(), default=None)

    def settle(self, mono: int) -> list[Happening]:
        """Return the held changes that have become events by `mono`."""
        happenings: list[Happening] = []
        for device in [device for device, due in self._dues.items() if due <= mono]:
            result = normalise.settle(device, self._states[device], self._capabilities[device], mono)
            self._remember(device, result.state)
            happenings += result.happenings
        return happenings

    def placement(self, device: str) -> Placement:
        """Where a device is, as far as somebody has said it."""
        return self._placements.get(device, Placement())

    def name(self, device: str) -> str:
        """A device's name for people."""
        known = next((k[device] for k in self._known.values() if device in k), None)
        return self.placement(device).name or (known.name if known else device)

    def heard_by(self, device: str) -> str | None:
        """Return the source that hears a device, None for one that nobody knows."""
        return next((name for name, known in self._known.items() if device in known), None)

    def devices(self) -> tuple[list[Device], list[Device]]:
        """Return the catalogue of this home: the placed devices, and those of no known model."""
        placed: list[Device] = []
        unplaced: list[Device] = []
        for source in self._sources:
            if source.bridged:
                placed.append(_bridge_device(source.name))
            for known in self._known[source.name].values():
                if known.id in self._muted:
                    continue
                capability = self._capabilities.get(known.id)
                device = self._device(known, capability)
                (unplaced if capability is None else placed).append(device)
        return placed[:MOST_DEVICES], unplaced[:MOST_DEVICES]

    def health(self) -> list[DeviceHealth]:
        """How every placed device does."""
        rows = []
        for device in [id_ for id_ in self._capabilities if id_ not in self._muted][:MOST_DEVICES]:
            vitals = self._vitals.get(device, Vitals())
            rows.append(
                DeviceHealth(
                    id=device,
                    last_seen_at=vitals.seen_at,
                    battery=vitals.battery,
                    battery_low=vitals.battery_low,
                    link=vitals.link,
                    available=vitals.available,
                )
            )
        return rows

    def bridge(self) -> bool | None:
        """Whether all bridges work; None while none has said anything."""
        return all(self._bridges.values()) if self._bridges else None

    def _take(self, source: Source, fact: Fact, now: int, mono: int) -> Iterator[Happening]:
        device = getattr(fact, "device", None)
        # What stands on no list is one too many of those that anybody can make up.
        if device in self._muted or (device is not None and device not in self._known[source.name]):
            return
        match fact:
            case Reading():
                yield from self._reading(fact, now, mono)
            case Availability():
                self._vitals.setdefault(fact.device, Vitals()).available = fact.available
            case BridgeState():
                before = self._bridges.get(source.name, True)
                self._bridges[source.name] = fact.online
                if fact.online != before:
                    self._to_remember[f"bridge/{source.name}"] = b"1" if fact.online else b"0"
                    yield Happening(source.name, "bridge", float(fact.online), now, mono, {})
            case MotionBatch():
                self._vitals.setdefault(fact.device, Vitals()).seen_at = now
                if self.placement(fact.device).position:
                    self.motions.append(fact)
            case Roster():
                self._learn(source, fact.devices)
                self._to_remember[f"source/{source.name}"] = source.snapshot()

    def _reading(self, reading: Reading, now: int, mono: int) -> list[Happening]:
        device, values = reading.device, reading.values
        seen_at = reading.seen_at
        if seen_at is None or not EARLIEST <= seen_at <= now + AHEAD_MS:
            seen_at = now
        if not reading.cached:
            self._note(device, values, seen_at)
        capability = self._capabilities.get(device)
        if capability is None:
            return []
        message = Message(device, capability, values, seen_at, reading.cached, reading.restated)
        state = self._states.get(device, _NEW)
        result = normalise.normalise(state, message, now, mono)
        if result.rejected:
            self._reject(device, "a value that makes no sense")
        if result.state is not state:
            self._remember(device, result.state)
        return result.happenings

    def _remember(self, device: str, state: DeviceState) -> None:
        self._states[device] = state
        self._to_remember[f"device/{device}"] = msgspec.json.encode(state)
        capability = self._capabilities.get(device)
        due = normalise.next_due(state, capability) if capability else None
        if due is None:
            self._dues.pop(device, None)
        else:
            self._dues[device] = due

    def _note(self, device: str, values: dict[str, Any], seen_at: int) -> None:
        vitals = self._vitals.setdefault(device, Vitals())
        vitals.seen_at = seen_at
        battery, link = number(values.get("battery")), number(values.get("linkquality"))
        low = values.get("battery_low")
        vitals.battery = vitals.battery if battery is None else battery
        vitals.link = vitals.link if link is None else link
        vitals.battery_low = low if isinstance(low, bool) else vitals.battery_low

    def _learn(self, source: Source, devices: Sequence[Known]) -> None:
        before = self._known[source.name]
        known = {device.id: device for device in devices}
        if known == before:
            return
        self._known[source.name] = known
        self.catalogue_changed = True
        for device in before.keys() - known.keys():
            self._capabilities.pop(device, None)
            self._dues.pop(device, None)
        for listed in devices:
            placement = self.placement(listed.id)
            # Somebody who has tried a device knows better than its ecosystem what it is.
            model = (placement.vendor or listed.vendor, placement.model or listed.model)
            capability = self._table.get(model)
            if capability is not None:
                self._capabilities[listed.id] = capability.narrowed(listed.fields)
            elif listed.id not in before:
                log.warning(
                    "%s is of a model that is not known (%s %s): listed as unplaced",
                    listed.id, listed.vendor or "?", listed.model or "?",
                )  # fmt: skip

    def _device(self, known: Known, capability: Capability | None) -> Device:
        placement = self.placement(known.id)
        battery = known.battery_powered
        if battery is None:
            battery = capability.battery_powered if capability else True
        return Device(
            id=known.id,
            vendor=known.vendor[:200],
            model=known.model[:200],
            name=(placement.name or known.name)[:200],
            room=placement.room[:200],
            kinds=list(
                dict.fromkeys((capability.kinds if capability else []) + (WORN if placement.position else []))
            ),
            heartbeat_s=capability.heartbeat_s if capability else None,
            outer_door=placement.outer_door,
            battery_powered=battery,
        )

    def _reject(self, whose: str, why: str) -> None:
        """Count a message that makes no sense; say so once for each topic or device."""
        self.rejected += 1
        if whose not in self._complained and len(self._complained) < 1000:
            self._complained.add(whose)
            log.warning("not understood, and counted from now on: %s: %s", whose[:200], why[:300])


_NEW = DeviceState()


def _bridge_device(name: str) -> Device:
    return Device(id=name, vendor=name, model="bridge", name=name, kinds=["bridge"], battery_powered=False)
