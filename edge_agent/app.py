"""The edge agent, wired: the home's broker → intake → outbox → hub's broker, in one loop.

One turn of the loop: take what came in, let the intake say what happened, store it, and only then tell the
home's broker that it was received and the hub's broker what happened. Nobody else touches the outbox.
Whatever cuts the turn short, the next start finds an event in the outbox or its message still at the broker.
"""

from __future__ import annotations

import fcntl
import logging
import zlib
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import msgspec

from edge_agent import __version__, machine
from edge_agent.core.sending import Pace, Sending
from edge_agent.core.state import Happening
from edge_agent.intake import Intake
from edge_agent.mqtt import Down, Inbox, Incoming, Link, Up
from edge_agent.outbox import Entry, Outbox, OutboxError
from edge_agent.settings import Settings
from edge_agent.sources.zigbee2mqtt import Zigbee2Mqtt
from edge_agent.uplink import Lane, Uplink, encode_attributes, worth_of
from models.contract import VERSION
from models.contract.measurements import MEASUREMENTS, is_urgent
from models.contract.messages import Devices, Health
from models.contract.topics import Address

TURN = 200  #: messages at most before their events are stored
HEALTH_MS = 60_000
CLOCK_MS = 10_000
HANDLED = 256  #: messages that are remembered in case the home's broker sends them again
SILENT_MS = 180_000  #: a hub's broker that confirms no health report for this long is given up
STEP_MS = 2_000  #: a wall clock that moved this far against the machine's own was set

log = logging.getLogger("anju.agent")


class AlreadyRunningError(OutboxError):
    """Another agent uses this data directory."""


class Agent:
    """One edge agent. `run` returns when `stop` was called."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = Address(settings.home, settings.edge)
        self._folder = Path(settings.data_dir)
        self._lock = _only_one(self._folder)
        self._outbox = Outbox(self._folder / "outbox.db", most_events=settings.most_events)
        self._boot = machine.boot_id()
        self._inbox = Inbox()
        self._intake = Intake([Zigbee2Mqtt(settings.sensors.prefix)], settings.devices)
        self._handled: deque[int] = deque(maxlen=HANDLED)
        self._restore()
        pace = Pace(backlog_per_s=settings.backlog_rate)
        self._pace = pace
        self._uplink = Uplink(
            self._address, self._boot, __version__, self._outbox.next_session(), history=settings.history
        )
        self._uplink.lanes.append(Lane(self._outbox, Sending(pace)))
        self._sensors = Link(
            "sensors",
            settings.sensors,
            f"anju-agent-{settings.edge}",
            self._inbox,
            subscriptions=self._intake.subscriptions,
            keeps_session=True,
            acknowledges=True,
        )
        self._hub = Link(
            "hub",
            settings.hub,
            f"anju-{settings.home}-{settings.edge}",
            self._inbox,
            subscriptions=self._uplink.subscriptions,
            will=self._uplink.will,
        )
        self._stopping = False
        self._started_mono = machine.mono_ms()
        self._health_at = 0
        self._clock_at = 0
        self._skew: int | None = None
        self._hub_heard_at = 0

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Carry events from the sensors to the hub until `stop`."""
        log.info(
            "home %s, edge %s: stream %s, %d events wait for the hub",
            self._settings.home, self._settings.edge, self._outbox.stream, self._outbox.depth,
        )  # fmt: skip
        try:
            if self._outbox.damaged is not None:
                self._store([self._own_event("outbox_damaged")])
            while not self._stopping:
                self._turn()
        finally:
            self._finish()

    def _turn(self) -> None:
        mono = machine.mono_ms()
        self._look_at_clock(mono)
        self._sensors.tick(mono)
        self._hub.tick(mono)
        items = self._inbox.take(self._wait_s(mono), TURN)
        received: list[Incoming] = []
        happenings: list[Happening] = []
        for item in items:
            now, mono = machine.now_ms(), machine.mono_ms()
            if not isinstance(item, Incoming):
                self._connection(item, now, mono)
            elif item.link == "hub":
                self._hub_heard_at = mono
                self._uplink.heard(self._hub, item.topic, item.payload, now, mono)
            else:
                received.append(item)
                if not self._was_handled(item):
                    happenings += self._intake.feed(
                        item.topic, item.payload, retained=item.retained, now=now, mono=mono
                    )
                if any(self._is_urgent(happening) for happening in happenings):
                    # A call for help does not wait for what else came in.
                    happenings = self._commit(received, happenings)
                    self._uplink.pump(self._hub, now, mono)
        now, mono = machine.now_ms(), machine.mono_ms()
        happenings += self._intake.settle(mono)
        self._commit(received, happenings)
        self._speak(now, mono)

    def _commit(self, received: list[Incoming], happenings: list[Happening]) -> list[Happening]:
        """Store, then acknowledge to the home's broker. Returns an empty list to go on with."""
        memory = self._intake.take_changes()
        if happenings or memory:
            handled = [item for item in received if item.qos]
            if handled:
                self._handled.extend(map(_fingerprint, handled))
                memory["handled"] = msgspec.json.encode(list(self._handled))
            self._store([self._entry(happening) for happening in happenings], memory)
        for item in received:
            self._sensors.acknowledge(item)
        received.clear()
        return []

    def _store(self, entries: list[Entry], memory: Mapping[str, bytes] | None = None) -> None:
        mono = machine.mono_ms()
        try:
            seqs = self._outbox.append(entries, memory)
        except OutboxError as error:
            self._store_in_memory(entries, error, mono)
            return
        urgent = (entry.urgent for entry in entries)
        self._uplink.lanes[0].sending.add(
            ((seq, is_so) for seq, is_so in zip(seqs, urgent, strict=True) if seq), mono
        )

    def _store_in_memory(self, entries: list[Entry], error: OutboxError, mono: int) -> None:
        """The disk takes nothing any more: go on without it, in a stream of its own, and say so."""
        if len(self._uplink.lanes) == 1:
            log.critical("the disk cannot be written (%s): events are kept in memory only", error)
            lane = Lane(Outbox(":memory:", most_events=20_000), Sending(self._pace))
            self._uplink.lanes.append(lane)
            if self._hub.connected:
                lane.sending.begin(lane.outbox.last_seq, mono)
        lane = self._uplink.lanes[1]
        seqs = lane.outbox.append(entries)
        lane.sending.add(((seq, entry.urgent) for seq, entry in zip(seqs, entries, strict=True) if seq), mono)

    def _entry(self, happening: Happening) -> Entry:
        measurement = MEASUREMENTS.get(happening.kind)
        return Entry(
            boot=self._boot,
            at=happening.at,
            mono=happening.mono,
            skew=machine.now_ms() - machine.mono_ms(),
            clock=self._uplink.clock,
            device=happening.device,
            kind=happening.kind,
            value=happening.value,
            attributes=encode_attributes(happening.attributes),
            urgent=self._is_urgent(happening),
            worth=worth_of(happening.kind, measurement.group if measurement else None),
        )

    def _own_event(self, kind: str) -> Entry:
        now, mono = machine.now_ms(), machine.mono_ms()
        return self._entry(Happening(self._settings.edge, kind, 1.0, now, mono, {}))

    def _is_urgent(self, happening: Happening) -> bool:
        if happening.kind == "contact" and happening.value == 1:
            return self._intake.placement(happening.device).outer_door
        return is_urgent(happening.kind, happening.value)

    def _connection(self, item: Up | Down, now: int, mono: int) -> None:
        if item.link == "sensors":
            self._sensors.took(item, mono)
        elif self._hub.took(item, mono):
            if isinstance(item, Up):
                self._hub_heard_at = mono
                self._uplink.connected(self._hub, now, mono)
                self._intake.catalogue_changed = True
                self._health_at = mono
            else:
                self._uplink.lost()
                self._uplink.session = self._outbox.next_session()

    def _speak(self, now: int, mono: int) -> None:
        if not self._hub.connected:
            return
        self._uplink.pump(self._hub, now, mono)
        if self._intake.catalogue_changed:
            placed, unplaced = self._intake.devices()
            devices = Devices(v=VERSION, devices=placed, unplaced=unplaced)
            self._intake.catalogue_changed = not self._uplink.describe(self._hub, devices)
        if mono >= self._health_at:
            if self._hub.heard:
                self._hub.heard = False
                self._hub_heard_at = mono
            elif mono - self._hub_heard_at > SILENT_MS:
                self._hub.hang_up()
                self._hub_heard_at = mono
            self._uplink.report(self._hub, self._health(now, mono))
            self._health_at = mono + HEALTH_MS

    def _health(self, now: int, mono: int) -> Health:
        outboxes = [lane.outbox for lane in self._uplink.lanes]
        oldest_at = min((at for box in outboxes if (at := box.oldest_at()) is not None), default=None)
        return Health(
            v=VERSION,
            at=now,
            uptime_s=round((mono - self._started_mono) / 1000, 1),
            outbox=sum(box.depth for box in outboxes),
            clock=self._uplink.clock,
            oldest_s=None if oldest_at is None else max(0.0, (now - oldest_at) / 1000),
            dropped=sum(box.dropped for box in outboxes) + self._inbox.refused,
            rejected=self._intake.rejected + self._uplink.rejected,
            disk_free_mb=machine.disk_free_mb(self._folder),
            temperature_c=machine.temperature_c(),
            bridge=self._intake.bridge(),
            devices=self._intake.health(),
        )

    def _look_at_clock(self, mono: int) -> None:
        """Notice that the time became known, and move what was stored before to its right place."""
        if mono < self._clock_at:
            return
        self._clock_at = mono + CLOCK_MS
        now = machine.now_ms()
        clock, skew = machine.clock(now), now - mono
        was_set = self._skew is not None and abs(skew - self._skew) > STEP_MS
        now_known = clock == "synced" and self._uplink.clock != "synced"
        if now_known or (was_set and clock != "unsynced"):
            moved = self._outbox.correct_clock(self._boot, skew)
            if moved:
                log.info("the time is known: %d stored events moved to their right instants", moved)
        if clock != self._uplink.clock:
            log.info("the clock is %s", clock)
        self._uplink.clock, self._skew = clock, skew

    def _was_handled(self, item: Incoming) -> bool:
        """Whether this message was stored before the agent's last end, and only its receipt was not sent."""
        return item.again and bool(item.qos) and _fingerprint(item) in self._handled

    def _wait_s(self, mono: int) -> float:
        dues = [self._intake.next_due(), self._sensors.next_due(), self._hub.next_due()]
        if self._hub.connected:
            dues += [self._uplink.next_due(mono), self._health_at]
        due = min((due for due in dues if due is not None), default=mono + 1000)
        return min(max(0.0, (due - mono) / 1000), 1.0)

    def _restore(self) -> None:
        remembered = self._outbox.remembered()
        boot = remembered.get("boot", b"").decode()
        self._intake.restore(remembered, machine.mono_ms(), rebooted=boot != self._boot)
        self._handled.extend(msgspec.json.decode(remembered.get("handled", b"[]"), type=list[int]))
        if boot != self._boot:
            self._outbox.append([], {"boot": self._boot.encode()})

    def _finish(self) -> None:
        """Say good-bye to both brokers, and leave the outbox whole."""
        if self._hub.connected:
            self._uplink.stopping(self._hub, machine.now_ms())
        self._hub.close()
        self._sensors.close()
        self._outbox.close()
        self._lock.close()
        log.info("stopped")


def _fingerprint(item: Incoming) -> int:
    """Tells a message that is sent again from one that only looks alike: the broker keeps its number."""
    return (zlib.crc32(item.payload, zlib.crc32(item.topic.encode())) << 16) | item.mid


def _only_one(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "agent.lock").open("w")
    except OSError as error:
        raise OutboxError(f"{folder}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise AlreadyRunningError(str(folder)) from error
    return lock
