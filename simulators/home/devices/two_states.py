"""What many devices share: one field that is one thing or the other, as the bridge keeps it.

The subclasses in the files of their trades are little more than names, words and quirks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from simulators.home.devices.base import Device, Later, Report, Value


class TwoStates(Device):
    """`begins` and `ends` are what it feels; `field` says `yes` or `no`."""

    begins: ClassVar[str]
    ends: ClassVar[str]
    field: ClassVar[str]
    kind: ClassVar[str]
    yes: ClassVar[Value] = True
    no: ClassVar[Value] = False
    tells_end: ClassVar[bool] = True  #: whether the end is an event too

    def first_state(self) -> dict[str, Value]:
        return {"linkquality": self.link, self.field: self.no, **self.beside()}

    def beside(self) -> dict[str, Value]:
        """What else the bridge remembers of it."""
        return {"battery": 100, "battery_low": False, "tamper": False}

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        wanted = self.yes if stimulus == self.begins else self.no
        if self.cache[self.field] == wanted:
            return ()
        event = (self.kind, 1.0 if wanted == self.yes else 0.0)
        told = event if wanted == self.yes or self.tells_end else None
        return (self.say(at, {self.field: wanted}, told),)
