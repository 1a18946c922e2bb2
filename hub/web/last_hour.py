"""What the sensors of a home saw lately, told room by room: the newest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

LENGTH: Final = timedelta(hours=1)
#: What is measured all the time says nothing about people.
_MEASURED: Final = frozenset({"temperature", "humidity", "illuminance", "power"})
_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen in one room, from when until when."""

    room: str
    kind: str
    first: datetime
    last: datetime


def seen(events: Iterable[Mapping[str, Any]], rooms: Mapping[str, str], most: int = _LINES) -> list[Seen]:
    """Return what was seen; `events` in order, `rooms` by device. Neighbours of a kind and room are one."""
    found: list[Seen] = []
    for event in events:
        if event["kind"] in _MEASURED or not event["value"]:
            continue
        room, at = rooms.get(event["device"], ""), event["occurred_at"]
        if found and (found[-1].room, found[-1].kind) == (room, event["kind"]):
            found[-1] = Seen(room, event["kind"], found[-1].first, at)
        else:
            found.append(Seen(room, event["kind"], at, at))
    return found[::-1][:most]
