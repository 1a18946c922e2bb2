"""Lets a scenario happen in a simulated home, now, and watches what a hub makes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.errors import ScenarioError
from simulators.faults.cable import Cable
from simulators.hub import HomeAtHub
from simulators.scenarios.judge import HubAlert, Score, judge
from simulators.scenarios.script import OF_THE_BRIDGE, OF_THE_CABLE, Deed, Script
from simulators.street import LiveHome

_LOOK_EVERY_S = 0.5


@dataclass(slots=True)
class Course:
    """How a scenario went."""

    happened: dict[str, int] = field(default_factory=dict)  #: the first instant (ms) of each act
    acts: int = 0
    seconds: float = 0.0
    score: Score | None = None  #: None when no hub was watched


class Stage:
    """A scenario, the home it happens in, and perhaps a cable and a hub."""

    def __init__(
        self,
        script: Script,
        home: LiveHome,
        *,
        cable: Cable | None = None,
        hub: HomeAtHub | None = None,
        tell: Callable[[float, Deed, str], None] = lambda second, act, room: None,
    ) -> None:
        """Raises ScenarioError when the scenario needs a cable and there is none."""
        if script.needs_cable and cable is None:
            raise ScenarioError("It cuts the line between the agent and the hub: lay it through --cable.")
        self._script = script
        self._home = home
        self._cable = cable
        self._hub = hub
        self._tell = tell
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End it early, from another thread."""
        self._stopped.set()

    def play(self) -> Course:
        """Let everything happen. Raises SimulatorError's kinds when the broker or the hub fails."""
        course = Course()
        before = self._before()
        begun = time.monotonic()
        left = self._script.schedule()
        quiet_until = self._script.settles_s
        while not self._stopped.is_set():
            passed = time.monotonic() - begun
            while left and left[0][0] <= passed:
                second, act, room = left.pop(0)
                self._tell(second, act, room)
                course.happened.setdefault(act, self._happen(act, room))
                course.acts += 1
                quiet_until = passed + self._script.settles_s
            if self._home.failure:
                raise self._home.failure
            if self._hub:
                news = [alert for alert in self._hub.alerts() if alert.id not in before]
                course.score = judge(self._script, course.happened, news)
            ready = course.score is None or all(found.delay_s is not None for found in course.score.found)
            if not left and ((ready and passed >= quiet_until) or passed >= self._script.lasts_s):
                break
            until_next = left[0][0] - passed if left else _LOOK_EVERY_S
            self._stopped.wait(max(0.0, min(until_next, _LOOK_EVERY_S)))
        course.seconds = time.monotonic() - begun
        return course

    def _before(self) -> dict[str, HubAlert]:
        """The alerts from earlier times. One that is still open would hide what is to be seen."""
        if self._hub is None:
            return {}
        before = {alert.id: alert for alert in self._hub.alerts()}
        wanted = {must.risk for must in self._script.must}
        for alert in before.values():
            if alert.risk in wanted and alert.status != "resolved":
                raise ScenarioError(f"An alert '{alert.risk}' of this home is open; resolve it first.")
        return before

    def _happen(self, act: Deed, room: str) -> int:
        now = time.time_ns() // 1_000_000
        if act in OF_THE_CABLE and self._cable:
            {
                "cable_cut": self._cable.cut,
                "cable_stalled": self._cable.stall,
                "cable_whole": self._cable.restore,
            }[act]()
        elif act in OF_THE_BRIDGE:
            (self._home.bridge_lost if act == "bridge_lost" else self._home.bridge_back)()
        else:
            return round(self._home.act(act, room).timestamp() * 1000)
        return now
