"""Number 7, Willow Lane: one home under the judge, with its own clock. What the rules' tests speak about.

The judge is asked exactly when the watch would ask it: on everything that is said, and when `wake_at` comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.contract import VERSION
from models.contract.messages import DeviceHealth, Event, Health, State
from models.detection.detector import Detector
from models.detection.finding import Cleared, Finding, Outcome
from models.detection.judge import Judge
from models.detection.profile import DeviceProfile, HomeProfile
from models.detection.state import HomeState

EDGE = "pi"
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def device(room: str, *kinds: str, heartbeat: int | None = HOUR, outer_door: bool = False) -> DeviceProfile:
    """A device as its catalogue describes it."""
    return DeviceProfile(room=room, kinds=frozenset(kinds), heartbeat=heartbeat, outer_door=outer_door)


DEVICES = {
    "pir-hall": device("hall", "motion"),
    "pir-kitchen": device("kitchen", "motion", "temperature"),
    "pir-bedroom": device("bedroom", "motion"),
    "front-door": device("hall", "contact", outer_door=True),
    "fridge": device("kitchen", "contact"),
    "smoke-hall": device("hall", "smoke", "smoke_test"),
    "smoke-kitchen": device("kitchen", "smoke"),
    "radar": device("bathroom", "fall", "fall_suspected", "presence"),
    "pendant": device("", "sos", "fall", heartbeat=24 * HOUR),
    "leak": device("bathroom", "leak", "tamper"),
    "thermometer": device("living room", "temperature", heartbeat=HOUR),
    "ups": device("hall", "mains", heartbeat=None),
}


class Lane:
    """The home, its judge and the time."""

    def __init__(
        self,
        start: str = "2026-03-10 09:00",
        zone: str = "Asia/Shanghai",
        devices: dict[str, DeviceProfile] | None = None,
        detectors: Sequence[Detector] | None = None,
        **profile: Any,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.now = self.instant(start)
        known = DEVICES if devices is None else devices
        self.profile = HomeProfile(
            id="willow-7",
            zone=zone,
            devices={(EDGE, name): one for name, one in known.items()},
            **profile,
        )
        self.judge = Judge(detectors)
        self.state = HomeState.fresh(self.now)
        self.judge.on_profile(self.profile, self.state, self.now)
        self.told: list[Outcome] = []
        self.speaking = True  #: the edge says once a minute how it does
        self.mute: set[str] = set()  #: devices that nothing is heard of
        self.bridge: bool | None = True
        self.seq = 0
        self.session = 0
        self.seen = dict.fromkeys(known, self.now)
        self.speaks_at = self.now + MINUTE
        self.birth()
        self.health()

    def instant(self, local: str) -> int:
        """Milliseconds since 1970 of a local time like "2026-03-10 09:00"."""
        return round(datetime.fromisoformat(local).replace(tzinfo=self.zone).timestamp() * 1000)

    # ── what is said ──────────────────────────────────────────────────────────────────────────────────

    def event(self, name: str, kind: str, value: float | None = 1.0, ago: int = 0, **more: Any) -> Event:
        """An event that happened `ago` milliseconds before now."""
        self.seq += 1
        return Event(seq=self.seq, at=self.now - ago, mono=0, device=name, kind=kind, value=value, **more)

    def says(
        self, name: str, kind: str, value: float | None = 1.0, ago: int = 0, **more: Any
    ) -> list[Outcome]:
        """One event arrives."""
        return self.arrive(self.event(name, kind, value, ago, **more))

    def arrive(self, *events: Event) -> list[Outcome]:
        """Events arrive together."""
        return self._tell(self.judge.on_events(self.profile, self.state, EDGE, events, self.now))

    def moves(self, room: str, ago: int = 0) -> list[Outcome]:
        """Somebody is seen by the motion sensor of a room."""
        return self.says(f"pir-{room}", "motion", 1.0, ago)

    def birth(self, boot: str = "boot-1") -> list[Outcome]:
        """The edge comes online."""
        self.session += 1
        self.speaking = True
        return self.line("online", self.session, boot)

    def line(self, state: Any, session: int, boot: str = "boot-1") -> list[Outcome]:
        """The line's state is said."""
        message = State(v=VERSION, state=state, session=session, boot=boot)
        return self._tell(self.judge.on_edge_state(self.profile, self.state, EDGE, message, self.now))

    def health(self, **more: Any) -> list[Outcome]:
        """The edge says how it and its devices do; each device that is not mute beats all the time."""
        for name in self.seen:
            if name not in self.mute:
                self.seen[name] = self.now
        report = Health(
            v=VERSION,
            at=self.now,
            uptime_s=1.0,
            outbox=0,
            bridge=self.bridge,
            devices=[DeviceHealth(id=name, last_seen_at=at) for name, at in self.seen.items()],
            **more,
        )
        return self._tell(self.judge.on_health(self.profile, self.state, EDGE, report, self.now))

    # ── what time brings ──────────────────────────────────────────────────────────────────────────────

    def passes(self, hours: float = 0, minutes: float = 0, seconds: float = 0) -> list[Outcome]:
        """Time goes by: the edge speaks once a minute, and the judge looks when it asked to."""
        told: list[Outcome] = []
        end = self.now + round(
            timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds() * 1000
        )
        self.speaks_at = max(self.speaks_at, self.now)
        while True:
            then = min(end, max(self.state.wake_at, self.now))
            if self.speaking:
                then = min(then, self.speaks_at)
            self.now = then
            if self.state.wake_at <= then:
                told += self._tell(self.judge.on_tick(self.profile, self.state, then))
                assert self.state.wake_at > then, "a look must not ask for itself again at once"
            if self.speaking and self.speaks_at <= then:
                told += self.health()
                self.speaks_at = then + MINUTE
            if then >= end:
                return told

    def until(self, local: str) -> list[Outcome]:
        """Time goes by until a local time."""
        return self.passes(seconds=(self.instant(local) - self.now) / 1000)

    def lives(self, hours: float, rooms: tuple[str, ...] = ("kitchen", "hall")) -> list[Outcome]:
        """Time goes by, and every 20 minutes somebody is seen."""
        told = []
        for turn in range(round(hours * 3)):
            told += self.passes(minutes=20)
            told += self.moves(rooms[turn % len(rooms)])
        return told

    def _tell(self, outcomes: list[Outcome]) -> list[Outcome]:
        self.told += outcomes
        return outcomes

    @property
    def findings(self) -> list[Finding]:
        """Everything that was raised so far."""
        return [one for one in self.told if isinstance(one, Finding)]


def risks(outcomes: list[Outcome]) -> list[str]:
    """What was raised, by risk, in order; `+` begins and `-` ends by dedup key."""
    return [
        f"+{one.risk}" if isinstance(one, Finding) else f"-{one.dedup_key}"
        for one in outcomes
        if isinstance(one, Finding | Cleared)
    ]
