"""What faults do to the agent's machine, to its line and to the hub, as steps of a time-lapse.

Pure: returns the steps; `edge_agent.lapse` and `hub.lapse` know what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from simulators.faults.air import Holding

_HOUR_MS = 3_600_000
_SYNCED = {"clock": "synced", "wrong_ms": 0}


class Step(NamedTuple):
    """Something that is done to an agent (`edge`) or to the hub at an instant (ms)."""

    at: int
    whose: Literal["edge", "hub", "bridge"]
    does: dict[str, Any]


def steps(holding: Holding, *, place: int = 0, homes: int = 1) -> list[Step]:
    """Return what a fault does to the home number `place` of so many."""
    begin, end, fault = holding
    match fault.what:
        case "power_cut":
            return _dark(begin, end)
        case "village_outage":
            late = round(fault.how_much * 1000 * place / max(1, homes - 1))
            return _dark(begin + late, end + late)
        case "line_away":
            return [Step(begin, "edge", {"link": False}), Step(end, "edge", {"link": True})]
        case "hub_away":
            return (
                [Step(begin, "hub", {"deaf": True}), Step(end, "hub", {"deaf": False})] if place == 0 else []
            )
        case "sd_full":
            return [Step(begin, "edge", {"disk": False}), Step(end, "edge", {"disk": True})]
        case "clock_1970":
            # A machine without a clock of its own wakes up in 1970: after a cut, until it hears the time.
            return [
                Step(begin, "edge", {"power": False}),
                Step(begin + 5_000, "edge", {"clock": "unsynced", "wrong_ms": -begin}),
                Step(begin + 5_000, "edge", {"power": True}),
                Step(end, "edge", _SYNCED),
            ]
        case "drift":
            drifting = [
                Step(
                    at,
                    "edge",
                    {"clock": "holdover", "wrong_ms": round(fault.how_much * (at - begin) / _HOUR_MS)},
                )
                for at in range(begin, end, _HOUR_MS // 4)
            ]
            return [*drifting, Step(end, "edge", _SYNCED)]
        case "broker_away" | "bridge_lost":
            return [Step(begin, "bridge", {"online": False}), Step(end, "bridge", {"online": True})]
        case _:
            return []


def is_dark(holdings: Sequence[Holding], at: int, *, place: int = 0, homes: int = 1) -> bool:
    """Whether the power of a home is cut at an instant: nothing on the mains hears or speaks then."""
    for holding in holdings:
        if holding.fault.what in ("power_cut", "village_outage"):
            first, *_, last = steps(holding, place=place, homes=homes)
            if first.at <= at < last.at:
                return True
    return False


def _dark(begin: int, end: int) -> list[Step]:
    return [
        Step(begin, "edge", {"power": False}),
        Step(end, "edge", {"power": True}),
        Step(end + 1, "bridge", {"online": True}),
    ]
