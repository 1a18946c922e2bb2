"""What the page's buttons do: to a home that lives, and to the cable before the hub's broker."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from simulators.errors import NoSuchSensorError
from simulators.faults.cable import Cable
from simulators.home.plan import Plan
from simulators.street import LiveHome

KEPT: Final = 40  #: of what was done

#: What may be pressed: name → what happens. Those of the resident first, then of the house, then of the line.
BUTTONS: Final[dict[str, str]] = {
    "fall": "resident",
    "get_up": "resident",
    "sos": "resident",
    "hold": "resident",
    "go_on": "resident",
    "door_open": "house",
    "door_close": "house",
    "smoke": "house",
    "smoke_clear": "house",
    "smoke_test": "house",
    "leak": "house",
    "leak_dry": "house",
    "bridge_lost": "line",
    "bridge_back": "line",
    "cut": "line",
    "stall": "line",
    "whole": "line",
}


@dataclass(slots=True)
class Desk:
    """One home and its line."""

    home: LiveHome
    cable: Cable | None = None
    trouble: Callable[[], str] = str  #: says what else is wrong, empty while nothing is
    done: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def press(self, what: str, room: str = "") -> bool:
        """Let it happen; return whether this home can do that. Unknown words are refused with False."""
        if what == "walk":
            return self._do(what, room, lambda: self.home.walk(room))
        if what not in BUTTONS:
            return False
        deeds: dict[str, Callable[[], object]] = {
            "fall": self.home.fall,
            "get_up": self.home.get_up,
            "hold": self.home.hold,
            "go_on": self.home.go_on,
            "bridge_lost": self.home.bridge_lost,
            "bridge_back": self.home.bridge_back,
        }
        if self.cable is not None:
            deeds |= {"cut": self.cable.cut, "stall": self.cable.stall, "whole": self.cable.restore}
        if what in ("cut", "stall", "whole") and self.cable is None:
            return False
        return self._do(what, "", deeds.get(what, lambda: self.home.act(what)))

    def can(self, what: str) -> bool:
        """Whether this home has what the button needs."""
        if what in ("cut", "stall", "whole"):
            return self.cable is not None
        felt = {"get_up": "fall_clear", "fall": "fall"}.get(what, what)
        if what in ("hold", "go_on", "bridge_lost", "bridge_back"):
            return True
        return self.home.feels(felt)

    def seen(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "sent": self.home.sent,
            "dropped": self.home.dropped,
            "line": None if self.cable is None else self.cable.whole,
            "failure": str(self.home.failure or "") or self.trouble(),
            "done": list(self.done),
        }

    @property
    def plan(self) -> Plan:
        """The home's plan."""
        return self.home.plan

    def _do(self, what: str, room: str, deed: Callable[[], object]) -> bool:
        try:
            deed()
        except NoSuchSensorError:
            return False
        self.done.appendleft({"at": time.time_ns() // 1_000_000, "what": what, "room": room})
        return True
