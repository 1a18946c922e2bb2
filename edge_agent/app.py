"""The edge agent, wired: the home's broker → intake → outbox → hub's broker, in one loop.

One turn of the loop: take what came in, let the intake say what happened, store it, and only then tell the
home's broker that it was received and the hub's broker what happened. Nobody else touches the outbox.
Whatever cuts the turn short, the next start finds an event in the outbox or its message still at the broker.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from edge_agent import __version__, machine
from edge_agent.appearing import Appearance
from edge_agent.clock import WallClock
from edge_agent.commands import Commands
from edge_agent.condition import Condition
from edge_agent.core.sending import Pace
from edge_agent.core.state import Happening
from edge_agent.desired import PROVED_MS, Desired
from edge_agent.handled import Handled
from edge_agent.inbox import Down, Inbox, Incoming, Up
from edge_agent.intake import Intake
from edge_agent.lanes import Lanes
from edge_agent.mqtt import Link
from edge_agent.outbox import OutboxError
from edge_agent.pins import Pins
from edge_agent.rows import Entry, encode_attributes, worth_of
from edge_agent.settings import Settings
from edge_agent.sounding import Siren, Voice, identify
from edge_agent.sources.mounted import mounted
from edge_agent.spot.on_the_spot import OnTheSpot
from edge_agent.spot.words import spoken
from edge_agent.trouble import Trouble
from edge_agent.uplink import MOST_UNSENT, Uplink
from edge_agent.wearables import fall_watch
from models.contract.measurements import MEASUREMENTS, is_urgent
from models.contract.topics import Address

TURN = 200  #: messages at most before their events are stored
HEALTH_MS = 60_000
GOOD_BYE_MS = 2_000
SILENT_MS = 180_000  #: a hub's broker that confirms no health report for this long is given up

log = logging.getLogger("anju.agent")


class AlreadyRunningError(OutboxError):
    """Another agent uses this data directory."""


class Agent:
    """One edge agent. `run` returns when `stop` was called."""

    def __init__(self, settings: Settings) -> None:
        self.turned_at = time.monotonic()  #: a watchdog looks at it
        self.starts_anew = False  #: `run` returned because another configuration begins with the next start
        self._own = settings
        self._address = Address(settings.home, settings.edge)
        self._folder = Path(settings.data_dir)
        self._lock = _only_one(self._folder)
        self._desired = Desired(self._folder)
        self._settings = settings = self._desired.begin(settings)
        pace = Pace(backlog_per_s=settings.backlog_rate)
        self._lanes = Lanes(self._folder / "outbox.db", pace, settings.most_events)
        self._boot = machine.boot_id()
        self._inbox = Inbox()
        self._intake = Intake(mounted(settings), settings.devices)
        self._falls = fall_watch(settings)
        self._spot = OnTheSpot(settings, self._inbox.wake, spoken(settings.spot.language))
        self._trouble = Trouble(self._falls, self._spot, self._folder)
        remembered = self._restore()
        self._intake.mute(self._desired.muted)
        self._siren = Siren(
            settings.sensors.prefix,
            self._say_at_home,
            lambda: self._intake.devices()[0],
        )
        self._voice = Voice()
        self._commands = Commands(
            {
                "config": self._ask_for_config,
                "siren": lambda arguments: self._siren.sound(_whole(arguments.get("seconds", 10))),
                "say": lambda arguments: self._voice.say(
                    str(arguments.get("text", "")), str(arguments.get("language", "zh"))
                ),
                "identify": self._identify,
            },
            remembered.get("commands", b""),
        )
        self._uplink = Uplink(
            self._address,
            self._boot,
            __version__,
            self._lanes.first.next_session(),
            self._lanes,
            history=settings.history,
            desired=self._desired,
            commands=self._commands,
        )
        self._condition = Condition(
            settings, self._lanes, self._inbox, self._intake, self._falls, self._uplink, self._desired
        )
        self._appearance = Appearance(settings, self._address, self._lanes, remembered)
        self._sensors = Link(
            "sensors",
            settings.sensors,
            f"anju-agent-{settings.home}-{settings.edge}",
            self._inbox,
            subscriptions=self._intake.subscriptions,
            keeps_session=True,
            acknowledges=True,
            will=self._appearance.will,
        )
        self._sensors.follow(self._appearance.topics)
        self._hub = Link(
            "hub",
            settings.hub,
            f"anju-{settings.home}-{settings.edge}",
            self._inbox,
            stand_in=settings.hub2,
            subscriptions=self._uplink.subscriptions,
            will=self._uplink.will,
        )
        self._pins = Pins(settings.devices, self._inbox)
        self._stopping = False
        self._started_mono = machine.mono_ms()
        self._health_at = 0
        self._status_at = 0
        self._clock = WallClock()
        self._hub_heard_at = 0

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._stopping = True
        self._inbox.wake()

    def run(self) -> None:
        """Carry events from the sensors to the hub until `stop`."""
        log.info(
            "home %s, edge %s: stream %s, %d events wait for the hub",
            self._settings.home, self._settings.edge, self._lanes.first.stream, self._lanes.first.depth,
        )  # fmt: skip
        try:
            if self._lanes.first.damaged is not None:
                self._lanes.store([self._own_event("outbox_damaged")], {}, machine.mono_ms())
            self._commit([], self._begun_before)
            while not self._stopping:
                self._turn()
        finally:
            self._finish()

    def _turn(self) -> None:
        self.turned_at = time.monotonic()
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
                met = self._uplink.met
                self._hear(item, now, mono)
                if self._uplink.met and not met:
                    # A hub that came after us missed our report: it need not wait a minute for the next.
                    self._health_at = self._status_at = mono
            else:
                self._appearance.heard(item, mono)
                received.append(item)
                fresh = [] if item in self._handled else self._read(item, now, mono)
                fresh += self._watch_for_falls(fresh, now, mono)
                fresh += self._act(fresh, now, mono)
                happenings += fresh
                if any(self._is_urgent(happening) for happening in fresh):
                    # A call for help does not wait for what else came in.
                    happenings = self._commit(received, happenings)
                    self._uplink.pump(self._hub, now, mono)
        now, mono = machine.now_ms(), machine.mono_ms()
        happenings += self._intake.settle(mono)
        if self._falls is not None:
            ticked = self._falls.tick(now, mono)
            happenings += ticked + self._act(ticked, now, mono)
        self._commit(received, happenings)
        # Only what is stored can be asked for: whether the hub has it.
        self._commit([], self._spot.tick(now, mono, self._sensors, self._is_held))
        self._sensors.follow(self._intake.subscriptions)
        self._trouble.tell(mono)
        self._keep_to_configuration(mono)
        self._speak(now, mono)
        self._appear(now, mono)
        if mono >= self._status_at:
            self._status_at = mono + HEALTH_MS
            self._condition.write(now, mono, self._hub, self._sensors)

    def _hear(self, item: Incoming, now: int, mono: int) -> None:
        """Take a message from the hub. What it wants kept back is so for the very next message."""
        done = self._commands.taken
        self._uplink.heard(self._hub, item.topic, item.payload, now, mono)
        if self._commands.taken != done:
            self._lanes.store([], {"commands": self._commands.snapshot()}, mono)
        offered, self._uplink.offered = self._uplink.offered, None
        if offered is not None and self._desired.offer(offered, self._own):
            self._intake.mute(self._desired.muted)

    def _keep_to_configuration(self, mono: int) -> None:
        """A configuration that lived for a minute is kept; a new one begins while nobody may need help."""
        if self._desired.changed and self._hub.connected:
            self._desired.changed = not self._uplink.tell_config(self._hub, machine.now_ms())
        if mono - self._started_mono >= PROVED_MS:
            self._desired.proved()
        if self._desired.waits and not self._trouble.lasts(mono):
            log.info("another configuration: starting anew")
            self._desired.take_over()
            self.starts_anew = self._stopping = True

    def _say_at_home(self, topic: str, payload: bytes) -> bool:
        """Tell a bridge of this home something; never retained."""
        return self._sensors.publish(topic, payload)

    def _identify(self, arguments: Mapping[str, object]) -> str:
        device = str(arguments.get("device", ""))
        heard_by = self._intake.heard_by(device)
        return identify(self._settings.sensors.prefix, self._say_at_home, device, heard_by)

    def _ask_for_config(self, _: Mapping[str, object]) -> str:
        self._desired.changed = True
        return "" if self._hub.ask_again() else "There is no connection."

    def _read(self, item: Incoming, now: int, mono: int) -> list[Happening]:
        """Read one sensor's message. Whatever is wrong with it or with us, the next one is read too."""
        try:
            return self._intake.feed(item.topic, item.payload, retained=item.retained, now=now, mono=mono)
        except Exception:
            self._intake.rejected += 1
            log.exception("a message on %s could not be handled", item.topic[:200])
            return []

    def _act(self, happenings: list[Happening], now: int, mono: int) -> list[Happening]:
        """Do in the home what an event demands, and return what was done."""

        def answered() -> list[Happening]:
            return [] if self._falls is None else self._falls.answered(now, mono)

        return self._spot.heard(happenings, now, mono, answered)

    def _is_held(self, device: str, kind: str) -> bool:
        """Whether the hub has not yet said that it has an emergency of this device."""
        return any(lane.outbox.holds(device, kind) for lane in self._lanes)

    def _watch_for_falls(self, others: list[Happening], now: int, mono: int) -> list[Happening]:
        """Judge what the wearables have just sent. What is wrong with one packet does not stop the next."""
        batches, self._intake.motions = self._intake.motions, []
        if self._falls is None:
            return []
        self._falls.seen(others, mono)
        happenings: list[Happening] = []
        for batch in batches:
            try:
                happenings += self._falls.feed(batch, now, mono)
            except Exception:
                self._intake.rejected += 1
                log.exception("a packet of %s could not be judged", batch.device)
        return happenings

    def _commit(self, received: list[Incoming], happenings: list[Happening]) -> list[Happening]:
        """Store, then acknowledge to the home's broker. Returns an empty list to go on with."""
        if any(self._is_urgent(happening) for happening in happenings):
            self._trouble.urgent(machine.mono_ms())
        memory = self._intake.take_changes()
        if self._falls is not None:
            memory |= self._falls.take_changes(machine.mono_ms())
        memory |= self._spot.take_changes()
        if happenings or memory:
            self._handled.note(received)
            memory["handled"] = self._handled.snapshot()
            self._lanes.store([self._entry(happening) for happening in happenings], memory, machine.mono_ms())
        for item in received:
            self._sensors.acknowledge(item)
        self._appearance.happened(
            self._sensors, happenings, lambda device: self._intake.placement(device).room
        )
        received.clear()
        return []

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
            worth=worth_of(measurement.group if measurement else None),
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
            if self._sensors.took(item, mono):
                self._appearance.connected(mono)
        elif self._hub.took(item, mono):
            self._status_at = mono + 2_000  # once the hub had time to answer
            if isinstance(item, Up):
                self._hub_heard_at = mono
                self._uplink.connected(self._hub, now, mono)
                self._intake.catalogue_changed = True
                self._health_at = mono
            else:
                self._uplink.lost()
                self._uplink.session = self._lanes.first.next_session()

    def _speak(self, now: int, mono: int) -> None:
        if not self._hub.connected:
            return
        self._uplink.pump(self._hub, now, mono)
        if self._intake.catalogue_changed:
            self._intake.catalogue_changed = not self._uplink.describe(self._hub, self._condition.devices())
        if mono >= self._health_at:
            if self._hub.heard:
                self._hub.heard = False
                self._hub_heard_at = mono
            elif mono - self._hub_heard_at > SILENT_MS:
                self._hub.hang_up()
                self._hub_heard_at = mono
            self._uplink.report(self._hub, self._condition.health(now, mono, self._sensors))
            self._health_at = mono + HEALTH_MS

    def _appear(self, now: int, mono: int) -> None:
        """Show this home in Home Assistant, where that is wanted."""
        taken = self._appearance.turn(
            self._sensors,
            self._uplink.alerts,
            lambda: self._intake.devices()[0],
            lambda: self._condition.health(now, mono, self._sensors),
            hub=self._hub.connected and self._uplink.met,
            mono=mono,
        )
        if taken:
            self._uplink.alerts = None

    def _look_at_clock(self, mono: int) -> None:
        """Move what was stored while nobody knew the time to its right place, once somebody does."""
        skew = self._clock.look(machine.now_ms(), mono)
        if skew is not None:
            moved = self._lanes.first.correct_clock(self._boot, skew)
            if moved:
                log.info("the time is known: %d stored events moved to their right instants", moved)
        self._uplink.clock = self._clock.trust

    def _wait_s(self, mono: int) -> float:
        dues = [
            self._falls.next_due() if self._falls is not None else None,
            self._spot.next_due(),
            self._intake.next_due(),
            self._sensors.next_due(),
            self._hub.next_due(),
        ]
        if self._hub.connected:
            dues.append(self._health_at)
            if self._hub.unsent < MOST_UNSENT:
                # Otherwise the broker's next confirmation ends the wait.
                dues.append(self._uplink.next_due(mono))
        due = min((due for due in dues if due is not None), default=mono + 1000)
        return min(max(0.0, (due - mono) / 1000), 1.0)

    def _restore(self) -> dict[str, bytes]:
        remembered = self._lanes.first.remembered()
        boot = remembered.get("boot", b"").decode()
        self._intake.restore(remembered, machine.mono_ms(), rebooted=boot != self._boot)
        if self._falls is not None:
            self._falls.restore(remembered, machine.mono_ms(), rebooted=boot != self._boot)
        self._handled = Handled(remembered.get("handled", b""))
        now, mono = machine.now_ms(), machine.mono_ms()
        self._begun_before = self._spot.restore(remembered, now, mono, rebooted=boot != self._boot)
        if boot != self._boot:
            self._lanes.store([], {"boot": self._boot.encode()}, machine.mono_ms())
        return remembered

    def _finish(self) -> None:
        """Say good-bye to both brokers, and leave the outbox whole."""
        if self._hub.connected:
            self._uplink.stopping(self._hub, machine.now_ms())
            self._wait_for_good_bye()
        self._appearance.leave(self._sensors)
        self._hub.close()
        self._sensors.close()
        self._pins.close()
        self._spot.close()
        if self._falls is not None:
            mono = machine.mono_ms()
            self._lanes.store([], self._falls.take_changes(mono, all_of_it=True), mono)
        self._lanes.close()
        self._lock.close()
        log.info("stopped")

    def _wait_for_good_bye(self) -> None:
        """Some brokers drop what they have not routed when a client hangs up."""
        until = machine.mono_ms() + GOOD_BYE_MS
        while self._hub.unsent and machine.mono_ms() < until:
            # What still comes in stays unacknowledged, and comes again at the next start.
            self._inbox.take(0.05, TURN)


def _whole(seconds: object) -> int:
    """A duration as the hub gave it; what is none is a short one."""
    return int(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 10


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
