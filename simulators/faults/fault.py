"""A fault as it is written down in a scenario: what goes wrong, from when, for how long, where.

Pure. Any number of them may hold at once; each message passes through all that hold when it is said.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from msgspec import Meta, Struct

#: Of the air and the bridge: what becomes of the sensors' messages before the agent hears them.
OfTheAir = Literal[
    "drop", "repeat", "reorder", "delay", "stuck", "flood", "dead_battery", "broker_away", "bridge_lost"
]
#: Of the agent's machine and of the line: only a time-lapse can do these, for it holds the machine.
OfTheMachine = Literal[
    "drift", "clock_1970", "power_cut", "sd_full", "line_away", "hub_away", "village_outage"
]

#: What `amount` means where it means anything, and what it is otherwise.
AMOUNTS: dict[str, tuple[float, str]] = {
    "repeat": (0.4, "seconds until it is said again"),
    "reorder": (3.0, "seconds by which a message may be overtaken"),
    "delay": (30.0, "seconds"),
    "flood": (1.0, "seconds between two messages"),
    "dead_battery": (3600.0, "seconds before the end in which the battery is called low"),
    "drift": (20_000.0, "milliseconds in an hour"),
    "village_outage": (8.0, "seconds between the first home and the last"),
}


class Fault(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that goes wrong."""

    what: OfTheAir | OfTheMachine
    after_s: Annotated[float, Meta(ge=0)] | None = None  #: either this, or `at` by the clock on the wall
    at: time | None = None
    day: Annotated[int, Meta(ge=0, le=400)] = 0
    lasts_s: Annotated[float, Meta(gt=0)] | None = None  #: to the end of the scenario by default
    device: str = ""  #: its friendly name; all devices by default
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0  #: of the messages that it hits
    amount: Annotated[float, Meta(gt=0)] | None = None  #: see AMOUNTS

    @property
    def how_much(self) -> float:
        """`amount`, or what is usual."""
        return AMOUNTS.get(self.what, (0.0, ""))[0] if self.amount is None else self.amount
