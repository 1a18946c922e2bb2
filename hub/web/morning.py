"""Whether somebody is up and well today, in one word for the family. Pure.

It says "up" only where a sensor saw it today, and never where the home cannot be seen: unknown is not well.
Who is up is seen about the home, outside bedroom and bathroom, or uses a door, after four in the morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from models.contract.measurements import PRESENCE

Word = Literal["emergency", "warning", "unknown", "unwatched", "away", "up", "not_up", "night"]

MORNING: Final = 4  #: o'clock; earlier movement is the night's
#: Until then somebody may well sleep: nothing is said of the morning.
LATE: Final = 7
_ELSEWHERE: Final = ("bed", "bath", "toilet", "卧室", "卫生间", "浴室")


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The word, and when they were first seen up today."""

    word: Word
    up_at: datetime | None = None


def morning(
    state: str,
    events: Iterable[Mapping[str, Any]],
    rooms: Mapping[str, str],
    zone: ZoneInfo,
    now: datetime,
    *,
    away: bool = False,
) -> Morning:
    """Return how it is at `now`; `state` is the home's, `events` are today's in order, `rooms` by device."""
    up_at = next((e["occurred_at"] for e in events if _shows_up(e, rooms, zone)), None)
    if state in ("emergency", "warning", "unknown"):
        return Morning(word=state, up_at=up_at)  # type: ignore[arg-type]
    if state in ("commissioning", "paused"):
        return Morning(word="unwatched", up_at=up_at)
    if up_at is not None:
        return Morning(word="up", up_at=up_at)
    if away:
        return Morning(word="away")
    return Morning(word="not_up" if now.astimezone(zone).hour >= LATE else "night")


def _shows_up(event: Mapping[str, Any], rooms: Mapping[str, str], zone: ZoneInfo) -> bool:
    room = rooms.get(event["device"], "").lower()
    return bool(
        event["kind"] in PRESENCE
        and event["value"]
        and event["occurred_at"].astimezone(zone).hour >= MORNING
        and not any(part in room for part in _ELSEWHERE)
    )
