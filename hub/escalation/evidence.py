"""Whether the sensors agree with somebody who says that all is well.

Pure: facts in, a reason or None out. `contradiction` is for the moment of the answer, or of a cancelled
countdown; `doubt` for some time after it. What cannot be seen contradicts nobody; what is certain outweighs
a word: people who lie on the floor say that they are fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.clock import milliseconds
from models.contract.measurements import PRESENCE
from models.detection.doubts import DOUBTS
from models.detection.finding import Reason
from models.detection.hours import is_night

FALLS: Final = frozenset({"fall", "fall_suspected"})
#: Kinds that show somebody inside: a door that moves may be somebody who goes.
INSIDE: Final = PRESENCE - {"contact", "sos", "call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an alert when the resident answers."""

    risk: str
    device: str = ""  #: that raised it; empty: no single one
    room: str = ""
    zone: str = "Asia/Shanghai"
    occurred_at: datetime
    asked_at: datetime  #: when the question, or the countdown, began
    cleared_at: datetime | None = None  #: the sensor has said that it is over
    said_again_at: datetime | None = None  #: the latest time that the finding was repeated or became graver
    never_takes_back: bool = False  #: this sensor has raised before, and has never said that anything is over
    limit: float | None = None  #: the very number that was crossed, for cold and heat


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event of the home since the trouble began."""

    at: datetime
    device: str
    kind: str
    value: float | None
    room: str = ""
    outer_door: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How much could have been seen: sensors of movement inside that are heard, of how many."""

    alive: int
    sensors: int


def contradiction(facts: Facts, seen: Sequence[Seen], now: datetime) -> Reason | None:
    """Return what speaks against "I am fine" at `now`, or None; `seen` is in order of time."""
    if facts.said_again_at is not None and facts.said_again_at > facts.asked_at:
        return Reason(DOUBTS["said_again"], {"again_at": milliseconds(facts.said_again_at)})
    if facts.risk in FALLS and _on_the_floor(facts, seen):
        return Reason(DOUBTS["on_the_floor"], {})
    if facts.risk == "night_exit" and is_night(facts.zone, milliseconds(now)):
        opened_at = _open_since(seen)
        if opened_at is not None and not any(_inside(one) and one.at > opened_at for one in seen):
            return Reason(DOUBTS["out_at_night"], {"opened_at": milliseconds(opened_at)})
    return None


def doubt(
    facts: Facts, seen: Sequence[Seen], sight: Sight, answered_at: datetime, now: datetime
) -> Reason | None:
    """Return what speaks against the answer of `answered_at` some time after it, or None.

    Only what was seen after the answer counts as life; where no sensor is heard, silence proves nothing.
    """
    said = milliseconds(answered_at)
    if facts.risk in ("cold", "hot"):
        return _still_beyond(facts, seen, said)
    if facts.risk == "door_open":
        still = _open_since(one for one in seen if one.device == facts.device) is not None
        return Reason(DOUBTS["door_still_open"], {"answered_at": said}) if still else None
    if facts.risk == "night_wandering":
        return None  # whoever is back in bed does not move, as was hoped
    if sight.alive == 0 or any(_alive(one) and one.at > answered_at for one in seen):
        return None
    return Reason(
        DOUBTS["no_movement"],
        {
            "answered_at": said,
            "quiet_s": (now - answered_at).total_seconds(),
            "alive": sight.alive,
            "sensors": sight.sensors,
        },
    )


def _on_the_floor(facts: Facts, seen: Sequence[Seen]) -> bool:
    """Whether, as far as the sensor goes, somebody still lies there."""
    if facts.cleared_at is not None:
        return False
    words = [one for one in seen if one.kind in FALLS and one.device == facts.device]
    if any(one.value == 1 and one.at > facts.asked_at for one in words):
        return True
    if words and words[-1].value == 0:
        return False
    here = facts.room or facts.device
    since = [one for one in seen if one.at > facts.occurred_at and _inside(one)]
    elsewhere = any((one.room or one.device) != here for one in since)
    return not elsewhere and not facts.never_takes_back


def _open_since(seen: Iterable[Seen]) -> datetime | None:
    """Since when an outer door stands open, or None when all that moved are closed."""
    since: dict[str, datetime] = {}
    for one in seen:
        if one.kind == "contact" and one.outer_door:
            if one.value == 1:
                since.setdefault(one.device, one.at)
            else:
                since.pop(one.device, None)
    return min(since.values(), default=None)


def _still_beyond(facts: Facts, seen: Sequence[Seen], said: int) -> Reason | None:
    measured = [(one.room, one.value) for one in seen if one.kind == "temperature" and one.value is not None]
    if facts.room:
        measured = [(room, value) for room, value in measured if room == facts.room] or measured
    if not measured or facts.limit is None:
        return None
    value = measured[-1][1]
    beyond = value < facts.limit if facts.risk == "cold" else value > facts.limit
    text = DOUBTS["still_cold" if facts.risk == "cold" else "still_hot"]
    return Reason(text, {"answered_at": said, "temperature": value}) if beyond else None


def _inside(one: Seen) -> bool:
    return one.kind in INSIDE and (one.value or 0) > 0


def _alive(one: Seen) -> bool:
    """Whether an event shows a living person at all, also one who only leaves the bed or opens a door."""
    return (one.kind in PRESENCE and (one.value or 0) > 0) or one.kind == "bed"
