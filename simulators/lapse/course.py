"""A scenario in time-lapse: from its first instant to its last, with the score at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from models.contract.codec import encode
from models.contract.topics import Address
from models.detection.finding import Reason
from simulators import history
from simulators.home.plan import Plan
from simulators.lapse.home import EDGE, LapseHome
from simulators.lapse.programs import AgentTape, HubTape, Said
from simulators.scenarios.judge import HubAlert, Score, judge
from simulators.scenarios.script import Script, instant

_TOGETHER_MS = 2_000  #: what happens so close together is carried together; the agent waits up to a second
_AT_MOST_MS = 60_000
#: The agent reports on itself once a minute. Of a home that may be silent for over ten minutes one report
#: in five is carried, and any that tells of a device which was not heard for longer: the day passes three
#: times as fast, and no detector sees less.
_THINNED_MS = 300_000
_AWAITED_MS = 480_000
_THIN_FROM_S = 600.0
_LOOK_MS = 600_000


@dataclass(slots=True)
class LapseCourse:
    """How it went."""

    score: Score
    alerts: list[HubAlert] = field(default_factory=list)
    messages: int = 0  #: of sensors
    batches: int = 0  #: of events, from the agents
    seconds: float = 0.0  #: that it took
    lived_s: float = 0.0  #: that passed in it

    def figures(self) -> dict[str, Any]:
        """Return the course for programs."""
        return {
            "lived_s": self.lived_s,
            "seconds": round(self.seconds, 2),
            "messages": self.messages,
            "batches": self.batches,
            **self.score.figures(),
            "alerts": [msgspec.to_builtins(alert) for alert in self.alerts],
        }


def play(
    script: Script,
    plan: Plan,
    hub: HubTape,
    *,
    agents: Sequence[AgentTape] = (),
    tell: Callable[[float, float], None] = lambda lived_s, of_s: None,
) -> LapseCourse:
    """Let it happen, and judge it. Raises SimulatorError's kinds.

    `agents` are used again where there are any, each for a new home; `tell` hears how far it is.
    """
    with ExitStack() as stack:
        more = [stack.enter_context(AgentTape()) for _ in range(script.homes - len(agents))]
        return _Lapse(script, plan, hub, [*agents, *more][: script.homes]).play(tell)


class _Lapse:
    def __init__(self, script: Script, plan: Plan, hub: HubTape, agents: list[AgentTape]) -> None:
        self._script = script
        self._hub = hub
        self._plan = plan
        self._homes = [
            LapseHome(script, plan, f"home-{place}", place, agent) for place, agent in enumerate(agents)
        ]
        self._begin = instant(script, plan, 0)
        self._end = instant(script, plan, script.lasts_s)
        self._alerts: list[HubAlert] = []
        self._heard: dict[str, list[tuple[str, str]]] = {home.name: [] for home in self._homes}
        self._wills: list[Said] = []
        self._health: dict[str, tuple[int, dict[str, int]]] = {}  #: carried last, by topic
        self._batches = 0
        self._asked_at = 0

    def play(self, tell: Callable[[float, float], None]) -> LapseCourse:
        begun = time.monotonic()
        self._set_the_scene()
        controls = sorted(self._homes[0].hub_steps(), key=lambda step: step.at)
        now = self._begin
        while now < self._end:
            due = min(home.next_due() for home in self._homes)
            until = min(now + _AT_MOST_MS, max(now + 1, due + _TOGETHER_MS), self._end)
            if controls and controls[0].at <= until:
                step = controls.pop(0)
                until = max(now + 1, step.at)
                self._carry(until)
                self._ask({"at": until, **step.does})
            else:
                self._carry(until)
            now = until
            tell((now - self._begin) / 1000, self._script.lasts_s)
        self._ask({"at": self._end})
        happened = {
            what: instant(self._script, self._plan, second)
            for what, second in self._script.happenings().items()
        }
        return LapseCourse(
            judge(self._script, happened, self._alerts),
            self._alerts,
            sum(home.messages for home in self._homes),
            self._batches,
            time.monotonic() - begun,
            self._script.lasts_s,
        )

    def _set_the_scene(self) -> None:
        script, plan = self._script, self._plan
        homes = [
            {
                "id": home.name,
                "name": plan.resident.name,
                "edge": EDGE,
                "zone": plan.zone,
                "supervision_s": script.supervision_s,
                "up_by": script.up_by.isoformat() if script.up_by is not None else None,
            }
            for home in self._homes
        ]
        self._ask({"scene": homes, "at": self._begin})
        if script.history_days:
            first = script.begins().date() - timedelta(days=script.history_days)
            for place, home in enumerate(self._homes):
                self._learn(home.name, script.seed + place, first)
        said = [one for home in self._homes for one in home.start()]
        self._ask({"messages": said, "at": self._begin})
        self._ask({"live": True, "at": self._begin})

    def _learn(self, home: str, seed: int, first: date) -> None:
        """Send the resident's past, in order of time."""
        address = Address(home, EDGE)
        until = self._begin - 1
        self._ask(
            {
                "messages": [
                    (
                        self._begin,
                        address.topic("devices"),
                        encode(history.catalogue(self._plan)).decode(),
                        True,
                    )
                ],
                "at": self._begin,
            }
        )
        for batch in history.batches(self._plan, address, seed, first, until):
            self._ask(
                {"messages": [(self._begin, address.topic("events"), encode(batch).decode(), False)],
                 "at": self._begin}
            )  # fmt: skip

    def _carry(self, until: int) -> None:
        """Let all homes live up to `until`, and the hub hear what they said."""
        said: list[Said] = []
        for home in self._homes:
            heard, self._heard[home.name] = self._heard[home.name], []
            said += home.live_to(until, heard)
        said = sorted([*self._wills, *said], key=lambda one: one.at)
        self._wills = [one for one in said if one.at > until]
        arrives = [one for one in said if one.at <= until and self._is_news(one)]
        self._batches += sum(one.topic.endswith("/events") for one in arrives)
        if arrives or until - self._asked_at >= _LOOK_MS:
            self._ask({"messages": arrives, "at": until})

    def _is_news(self, said: Said) -> bool:
        if not said.topic.endswith("/health") or self._script.supervision_s < _THIN_FROM_S:
            return True
        seen = {
            one["id"]: one.get("last_seen_at") or 0
            for one in msgspec.json.decode(said.payload).get("devices", ())
        }
        known_at, known = self._health.get(said.topic, (0, {}))
        awaited = any(
            at > known.get(device, 0) and said.at - known.get(device, 0) > _AWAITED_MS
            for device, at in seen.items()
        )
        if said.at - known_at < _THINNED_MS and not awaited:
            return False
        self._health[said.topic] = (said.at, seen)
        return True

    def _ask(self, request: dict[str, Any]) -> None:
        answer = self._hub.ask(request)
        self._asked_at = request["at"]
        for topic, payload in answer["said"]:
            home = topic.split("/")[3]
            if home in self._heard:
                self._heard[home].append((topic, payload))
        self._alerts += [
            HubAlert(
                id=row["id"],
                risk=row["risk"],
                severity=row["severity"],
                status=row["status"],
                triggered_at=row["triggered_at"],
                occurred_at=row["occurred_at"],
                reason=msgspec.convert(row["reason"], Reason),
            )
            for row in answer["alerts"]
        ]
