"""What becomes of the sensors' messages on their way to the agent, while faults hold.

Pure and seeded. A message goes in when it is said; what comes out may be none, one or several, and later.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from simulators.faults.fault import Fault
from simulators.home.devices.base import Value

_STUCK = ("occupancy", "presence", "contact", "smoke", "water_leak", "fall_status")


class Saying(NamedTuple):
    """A device's message on its way: instants in ms."""

    at: int
    device: str  #: its friendly name
    fields: dict[str, Value]
    last_seen: int


class Holding(NamedTuple):
    """A fault, from when to when."""

    begin: int
    end: int
    fault: Fault


class Air:
    """The air of one home. Messages must come in the order in which they are said."""

    def __init__(self, faults: Sequence[Holding], seed: int) -> None:
        self.lost = 0  #: messages that nobody will ever hear
        self._faults = [one for one in faults if one.fault.what in _SPOILERS]
        self._chance = Random(f"air/{seed}")  # noqa: S311 - a simulation
        self._latest: dict[str, Saying] = {}  #: by device
        self._frozen: dict[tuple[int, str], dict[str, Value]] = {}
        self._flooded_to: dict[int, int] = {}

    def carry(self, said: Saying) -> list[Saying]:
        """Return what arrives of one message, and when."""
        self._latest[said.device] = said
        carried = [said]
        for number, holding in enumerate(self._faults):
            fault = holding.fault
            if fault.device not in ("", said.device):
                continue
            begin = holding.begin - (fault.how_much * 1000 if fault.what == "dead_battery" else 0)
            if not begin <= said.at < holding.end:
                continue
            if fault.what != "stuck" and fault.share < 1 and self._chance.random() >= fault.share:
                continue
            carried = [out for one in carried for out in self._spoil(number, holding, one)]
        self.lost += not carried
        return carried

    def floods(self, until: int) -> list[Saying]:
        """Return what a device that babbles says by itself up to `until`."""
        said = []
        for number, holding in enumerate(self._faults):
            fault = holding.fault
            if fault.what != "flood":
                continue
            at = self._flooded_to.get(number, holding.begin)
            every = max(1, round(fault.how_much * 1000))
            while at < min(until, holding.end):
                for device, latest in self._latest.items():
                    if fault.device in ("", device):
                        fields = {**latest.fields, "linkquality": 60 + at // every % 40}
                        said.append(Saying(at, device, fields, at))
                at += every
            self._flooded_to[number] = at
        return said

    def next_flood(self) -> int | None:
        """When something is babbled next."""
        dues = [
            at
            for number, holding in enumerate(self._faults)
            if holding.fault.what == "flood"
            and (at := self._flooded_to.get(number, holding.begin)) < holding.end
        ]
        return min(dues, default=None)

    def _spoil(self, number: int, holding: Holding, said: Saying) -> list[Saying]:
        fault = holding.fault
        match fault.what:
            case "drop" | "broker_away" | "bridge_lost":
                return []
            case "repeat":
                return [said, said._replace(at=said.at + round(fault.how_much * 1000))]
            case "reorder":
                return [said._replace(at=said.at + round(self._chance.uniform(0, fault.how_much) * 1000))]
            case "delay":
                return [said._replace(at=said.at + round(fault.how_much * 1000))]
            case "stuck":
                kept = self._frozen.setdefault(
                    (number, said.device), {name: said.fields[name] for name in _STUCK if name in said.fields}
                )
                return [said._replace(fields={**said.fields, **kept})]
            case "dead_battery":
                if said.at >= holding.begin:
                    return []
                low: dict[str, Value] = {"battery": 3, "voltage": 2780}
                if "battery_low" in said.fields:
                    low["battery_low"] = True
                return [said._replace(fields={**said.fields, **low})]
            case _:
                return [said]


_SPOILERS = frozenset(
    {"drop", "repeat", "reorder", "delay", "stuck", "flood", "dead_battery", "broker_away", "bridge_lost"}
)
