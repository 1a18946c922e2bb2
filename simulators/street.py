"""Simulated homes that live: their sensors speak to MQTT brokers, now, as the real ones would.

`LiveHome` is one home. Whoever holds it may let things happen in it (a fall, smoke, a door) at any time.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import UTC, date, datetime, timedelta

from simulators.broker import BrokerAt, Line
from simulators.clock import Clock
from simulators.errors import NoSuchSensorError, SimulatorError
from simulators.home import bridge
from simulators.home.devices.base import Report
from simulators.home.plan import Plan
from simulators.home.resident import Act, day
from simulators.home.sensors import Sensors


class LiveHome:
    """One home with its Zigbee2MQTT, from `start()` to `stop()`. Any thread may call its methods."""

    def __init__(
        self,
        plan: Plan,
        host: str = "127.0.0.1",
        port: int = 1883,
        prefix: str = "zigbee2mqtt",
        clock: Clock | None = None,
        *,
        seed: int = 1,
        resident: bool = True,
        username: str = "",
        password: str = "",
    ) -> None:
        """Prepare the home; without a `resident` only what is asked for happens, and heartbeats."""
        self.plan = plan
        self.sent = 0  #: messages of devices that were handed to the broker
        self.dropped = 0  #: that met no broker: Zigbee2MQTT does not keep them
        self.failure: SimulatorError | None = None  #: why the home has stopped by itself
        self._clock = clock or Clock()
        self._prefix = prefix
        self._seed = seed
        self._sensors = Sensors(plan, seed, self._clock.now())
        self._acts: deque[Act] = deque()
        self._wanted: list[Act] = []
        self._written: date | None = None
        self._up = resident
        self._change = threading.Condition()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._line = Line(
            BrokerAt(host=host, port=port, username=username, password=password),
            f"z2m-{plan.id}-{id(self):x}",
            will=bridge.state(prefix, "offline"),
        )

    # -- the life of the home -------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, announce all devices, tell what the bridge remembers of them, and live.

        An edge agent takes the first message of each device after the bridge's start for no news, so what
        happens afterwards counts at once. Raises BrokerError.
        """
        self._line.open()
        self._announce()
        self._line.drain()
        self._thread = threading.Thread(target=self._live, name=f"home {self.plan.id}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say that the bridge goes off, and end."""
        with self._change:
            self._ending = True
            self._change.notify()
        if self._thread:
            self._thread.join()
            if self._line.connected:
                self._line.publish(bridge.state(self._prefix, "offline"))
                self._line.drain()
            self._line.close()

    def hold(self) -> None:
        """From now on the resident does not move: no act of the day happens any more."""
        with self._change:
            self._up = False

    def go_on(self) -> None:
        """The resident takes up the day again."""
        with self._change:
            self._up = True
            self._change.notify()

    # -- what can be made to happen -------------------------------------------------------------------------

    def act(self, what: str, room: str = "", at: int | None = None) -> datetime:
        """Let `what` happen now, or tell it as of the earlier instant `at` (ms); return when it was.

        Without a room it happens wherever a sensor can feel it. When this returns, the sensors' messages
        are with the broker's client. Raises NoSuchSensorError when no sensor feels it.
        """
        self._sensors.feelers(what, room)
        with self._change:
            instant = self._clock.now() if at is None else at
            self._say(self._sensors.take(Act(instant, what, room)))
            self._change.notify()
        return datetime.fromtimestamp(instant / 1000, UTC)

    def fall(self, room: str = "", confirmed_after: timedelta = timedelta(seconds=10)) -> datetime:
        """The resident goes down and stays there: the radar warns now and is sure a little later."""
        self.hold()
        self._sensors.feelers("fall", room)
        fallen_at = self.act("fall_suspected", room)
        with self._change:
            due = round((fallen_at + confirmed_after).timestamp() * 1000)
            self._wanted.append(Act(due, "fall", room))
            self._wanted.sort()
            self._change.notify()
        return fallen_at

    def get_up(self, room: str = "") -> datetime:
        """The resident is on their feet again, and the day goes on."""
        with self._change:
            self._wanted = [act for act in self._wanted if act.what != "fall"]
        up_at = self.act("fall_clear", room)
        self.go_on()
        return up_at

    def feels(self, what: str, room: str = "") -> bool:
        """Whether a sensor of this home feels `what`."""
        try:
            return bool(self._sensors.feelers(what, room))
        except NoSuchSensorError:
            return False

    def sos(self, room: str = "") -> datetime:
        """Somebody presses the SOS button."""
        return self.act("sos", room)

    def smoke(self, room: str = "", *, clear: bool = False) -> datetime:
        """Smoke reaches the alarm, or is gone."""
        return self.act("smoke_clear" if clear else "smoke", room)

    def leak(self, room: str = "", *, dry: bool = False) -> datetime:
        """Water reaches the sensor on the floor, or is wiped up."""
        return self.act("leak_dry" if dry else "leak", room)

    def walk(self, room: str) -> datetime:
        """Somebody moves in `room`."""
        return self.act("move", room)

    def door(self, open: bool) -> datetime:
        """The front door opens, or falls shut."""
        return self.act("door_open" if open else "door_close")

    def bridge_lost(self) -> None:
        """The stick with the radio is pulled: nothing is heard any more until `bridge_back`."""
        with self._change:
            self._line.publish(bridge.state(self._prefix, "offline"))
            self._muted = True

    def bridge_back(self) -> None:
        """The radio works again; what happened meanwhile is lost."""
        with self._change:
            self._muted = False
            self._announce()

    # -- inside ---------------------------------------------------------------------------------------------

    _muted = False
    _announced = 0  #: the session of the line in which the bridge last said who is there

    def _announce(self) -> None:
        """Say all that a bridge says when it comes up."""
        self._announced = self._line.sessions
        devices = self._sensors.devices
        self._line.publish(bridge.state(self._prefix, "online"))
        self._line.publish(bridge.devices(self._prefix, [bridge.listed(device) for device in devices]))
        for device in devices:
            self._line.publish(bridge.availability(self._prefix, device.sensor.friendly_name))
        for device in devices:
            self._line.publish(bridge.report(self._prefix, device.remembered(self._clock.now())))

    def _live(self) -> None:
        with self._change:
            try:
                while not self._ending:
                    if self._line.sessions != self._announced and not self._muted:
                        self._announce()  # the broker was away, and has told our last will
                    now = self._clock.now()
                    self._write_days(now)
                    while (due := self._next_due()) <= now:
                        self._say(self._sensors.advance(due))
                        self._happen(due)
                    self._change.wait(min(self._clock.seconds_until(self._next_due()), 1.0))
            except SimulatorError as error:
                self.failure = error

    def _next_due(self) -> int:
        due = self._sensors.next_due()
        if self._acts:
            due = min(due, self._acts[0].at)
        if self._wanted:
            due = min(due, self._wanted[0].at)
        return due

    def _happen(self, due: int) -> None:
        """Let the acts come true whose time is `due`."""
        while self._wanted and self._wanted[0].at <= due:
            self._say(self._sensors.take(self._wanted.pop(0)))
        while self._acts and self._acts[0].at <= due:
            act = self._acts.popleft()
            if self._up:
                self._say(self._sensors.take(act))

    def _write_days(self, now: int) -> None:
        """Have the resident's acts at hand until the end of today."""
        today = datetime.fromtimestamp(now / 1000, self.plan.timezone).date()
        first = self._written is None
        while self._written is None or self._written < today:
            following = today if self._written is None else self._written + timedelta(days=1)
            self._acts += day(self._seed, following, self.plan)
            self._written = following
        if first:
            while self._acts and self._acts[0].at < now:
                self._acts.popleft()

    def _say(self, reports: list[Report]) -> None:
        for report in reports:
            if self._muted:
                continue
            if not self._line.connected:
                self.dropped += 1
                continue
            self._line.publish(bridge.report(self._prefix, report))
            self.sent += 1
