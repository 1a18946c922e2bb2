"""The agent in time-lapse: the whole agent, but brokers, clock and disk are what a tape says.

For simulators and tests: `python -m edge_agent.lapse` reads one JSON request a line and answers each with one
line. A day passes as fast as its messages can be handled; nothing of the agent itself is another than in a
home. Time never goes back.

    {"settings": {…}, "at": 1767225600000}            as in agent.toml; the machine is switched on
    {"steps": [{"at": …, "topic": …, "payload": …, "retained": false},      a sensor's message
               {"at": …, "link": true},               the hub's broker is there, or is not
               {"at": …, "heard": […topic, payload]}, the hub says something
               {"at": …, "clock": "unsynced", "wrong_ms": -86400000},       what the wall clock shows
               {"at": …, "disk": false},              the disk takes nothing any more, or does again
               {"at": …, "power": false},             the power is cut; true: the machine starts anew
               {"at": …}]}                            time passes

The answer, {"said": [[at, topic, payload, retain]]}, is what was published to the hub, and when. The last
will of a connection that ended badly is among it, as late as a broker notices.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from edge_agent import machine
from edge_agent.app import Agent
from edge_agent.inbox import Down, Inbox, Incoming, Up
from edge_agent.mqtt import Link
from edge_agent.settings import Settings

_BOOT_S = 30  #: from power to the agent's start
_NOTICED_MS = 45_000  #: a broker misses a client after one and a half times its keepalive
Said = tuple[int, str, str, bool]


class TapeTime:
    """What this process takes for the machine's clocks. Installed once; nobody else runs here."""

    def __init__(self, at: int) -> None:
        self.at = at  #: the true instant
        self.booted_at = at
        self.boots = 0
        self.wrong_ms = 0
        self.steered = True
        machine.now_ms = lambda: self.at + self.wrong_ms
        machine.mono_ms = lambda: self.at - self.booted_at
        machine.boot_id = lambda: f"tape{self.boots}"
        machine._steered = lambda: self.steered


class TapeLink(Link):
    """A broker that is there or not, as the tape says; what is published is kept with its instant."""

    def __init__(self, name: str, inbox: Inbox, time: TapeTime, said: list[Said]) -> None:
        super().__init__(name, Settings(home="a", edge="a").hub, "tape", inbox)
        self._time = time
        self._said = said

    def tick(self, mono: int) -> None:
        """Do nothing: the tape connects."""

    def next_due(self) -> int | None:
        """Nothing falls due."""
        return None

    def set(self, there: bool) -> None:
        """Be there, or gone."""
        if there == self._alive:
            return
        if there:
            self.life += 1
            self._alive = self.heard = True
            self._inbox.put(Up(self.name, self.life))
        else:
            self._inbox.put(Down(self.name, self.life, "by the tape"))

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Keep it for the answer."""
        if not self.connected:
            return False
        self._said.append((self._time.at, topic, payload.decode("utf-8", "replace"), retain))
        self.heard = True
        return True

    def acknowledge(self, item: Incoming) -> None:
        """Nobody waits for it."""

    def hang_up(self) -> None:
        """The tape alone decides."""


class TapedAgent(Agent):
    """The agent, turned by hand."""

    time: TapeTime

    def play_on(self, time: TapeTime, said: list[Said], link: bool) -> None:
        """Take the tape's brokers instead of real ones."""
        self.time = time
        self._sensors = TapeLink("sensors", self._inbox, time, [])
        self._hub = self._tape_hub = TapeLink("hub", self._inbox, time, said)
        self._said = said
        self._sensors.set(True)
        self._tape_hub.set(link)
        self._turn()

    def pass_to(self, at: int) -> None:
        """Let time pass, with a turn wherever something falls due."""
        while self.time.at < at:
            due = self.time.at + max(1, round(super()._wait_s(machine.mono_ms()) * 1000))
            soon = due < self.time.at + 1000
            self.time.at = min(at, due) if soon else at
            self._turn()

    def sensor_says(self, topic: str, payload: bytes, retained: bool, qos: int = 1) -> None:
        """A message on the home's broker."""
        self._inbox.put(Incoming("sensors", self._sensors.life, topic, payload, retained, qos, 1, False))
        self._turn()

    def hub_says(self, topic: str, payload: bytes) -> None:
        """A message of the hub."""
        self._inbox.put(Incoming("hub", self._hub.life, topic, payload, False, 0, 0, False))
        self._turn()

    def link(self, there: bool) -> None:
        """The hub's broker is there, or gone."""
        if not there:
            self._leave_a_will()
        self._tape_hub.set(there)
        self._turn()

    def die(self) -> None:
        """The power is cut: no good-bye."""
        self._leave_a_will()
        self._lanes.close()
        self._lock.close()

    def _leave_a_will(self) -> None:
        if self._tape_hub.connected:
            will = self._uplink.will()
            self._said.append((self.time.at + _NOTICED_MS, will.topic, will.payload.decode(), True))

    def _wait_s(self, mono: int) -> float:
        return 0.0


class Tape:
    """One home's machine, from request to request."""

    def __init__(self, raw: dict[str, Any], at: int, folder: Path) -> None:
        settings: Settings = msgspec.convert({**raw, "data_dir": str(folder)}, Settings, strict=False)
        self._settings = settings
        self._time = TapeTime(at)
        self._said: list[Said] = []
        self._link = True
        self._agent: TapedAgent | None = None
        self._start()

    def play(self, steps: list[dict[str, Any]]) -> list[Said]:
        """Let it happen; return what was said to the hub."""
        for step in steps:
            self._step(step)
        said = list(self._said)
        self._said.clear()
        return said

    def end(self) -> None:
        """Let go of the files, for another home."""
        _disk(True)
        if self._agent is not None:
            self._agent.die()

    def _step(self, step: dict[str, Any]) -> None:
        at = max(int(step["at"]), self._time.at)
        if self._agent is not None:
            self._agent.pass_to(at)
        self._time.at = at
        if "power" in step:
            self._power(bool(step["power"]))
        elif "link" in step:
            self._link = bool(step["link"])
        elif "clock" in step:
            self._time.wrong_ms = int(step.get("wrong_ms", 0))
            self._time.steered = step["clock"] == "synced"
        elif "disk" in step:
            _disk(bool(step["disk"]))
        if self._agent is None:
            return
        if "link" in step:
            self._agent.link(self._link)
        elif "heard" in step:
            topic, payload = step["heard"]
            self._agent.hub_says(topic, payload.encode())
        elif "topic" in step:
            retained = bool(step.get("retained", False))
            self._agent.sensor_says(step["topic"], step["payload"].encode(), retained)

    def _power(self, on: bool) -> None:
        if not on and self._agent is not None:
            self._agent.die()
            self._agent = None
        elif on and self._agent is None:
            self._time.boots += 1
            self._time.booted_at = self._time.at
            self._time.at += _BOOT_S * 1000
            self._start()

    def _start(self) -> None:
        self._agent = TapedAgent(self._settings)
        self._agent.play_on(self._time, self._said, self._link)


def _disk(takes: bool) -> None:
    """Let the operating system refuse every write to a file, or take them again."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if takes else 0, hard))


def serve(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Answer every request."""
    with tempfile.TemporaryDirectory(prefix="anju-lapse-", dir=_memory()) as folder:
        tape: Tape | None = None
        for number, line in enumerate(lines):
            request = msgspec.json.decode(line)
            if "settings" in request:
                if tape is not None:
                    tape.end()
                tape = Tape(request["settings"], request["at"], Path(folder) / str(number))
            said = tape.play(request.get("steps", [])) if tape else []
            yield msgspec.json.encode({"said": said}) + b"\n"


def _memory() -> str | None:
    """A folder in memory where there is one: what a tape writes need not outlive it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def main() -> None:
    """Serve standard input until it ends."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for answer in serve(iter(sys.stdin.buffer)):
            sys.stdout.buffer.write(answer)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
