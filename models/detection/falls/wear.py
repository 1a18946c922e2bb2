"""Whether the sensor is worn: a body is never quite still for long, a bedside table is.

Not worn is a state of its own. It never means that all is well, only that nothing can be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: The noise of cheap sensors stays below, breathing and pulse of a sleeper mostly above.
_DEAD_G: Final = 0.006
_ALIVE_G: Final = 0.03
#: Deep sleepers turn more often than this.
_TAKEN_OFF_S: Final = 30 * 60
#: Who puts it on moves it for longer than who only lifts it from the table.
_PUT_ON_S: Final = 10
_WITHIN_S: Final = 60


@dataclass(slots=True)
class Wear:
    """Counts seconds without and with movement."""

    dead_s: int = 0
    alive_s: int = 0
    quiet_s: int = 0  #: since the last movement, while not worn
    worn: bool = True
    since: int = 0  #: the second from which on it was not worn

    def add(self, number: int, spread: float) -> None:
        """Take in the spread, in g, of second `number`."""
        self.dead_s = self.dead_s + 1 if spread < _DEAD_G else 0
        if self.worn:
            if self.dead_s >= _TAKEN_OFF_S:
                self.take_off(number - self.dead_s + 1)
            return
        if spread > _ALIVE_G:
            self.alive_s, self.quiet_s = self.alive_s + 1, 0
        else:
            self.quiet_s += 1
            if self.quiet_s > _WITHIN_S:
                self.alive_s = 0
        if self.alive_s >= _PUT_ON_S:
            self.worn = True

    def take_off(self, since: int) -> None:
        """From second `since` on it is not worn."""
        self.worn, self.since = False, since
        self.alive_s = self.quiet_s = 0
