"""When many homes of an area have the same trouble at once, and which organisation that is one incident for.

Pure: the tree of organisations with its counts in, the places of incidents out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

#: Alerts that were raised within this time belong together.
WINDOW: Final = timedelta(minutes=10)
#: Fewer homes are no area, however small the station.
LEAST: Final = 3
#: From so many homes on, where a station has some 15 of them …
ENOUGH: Final = 5
#: … and this share of them where it has more than 50: single homes fail somewhere every day.
SHARE: Final = 0.10
#: So long apart the homes are called that are left over when the area's alert ends.
SPREAD: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An organisation, its own live homes, and how many of them have the trouble now."""

    id: str
    parent_id: str | None
    homes: int
    troubled: int


def needed(homes: int) -> int:
    """Return how many of so many homes make an area's trouble."""
    return max(LEAST, min(ENOUGH, ceil(homes / 3)), ceil(homes * SHARE))


def is_over(homes: int, troubled: int) -> bool:
    """Whether so few are left that they are single homes again."""
    return troubled * 2 < needed(homes)


def places(areas: Iterable[Area]) -> list[str]:
    """Return the organisations that get one incident each: the smallest that cover what happens.

    Several at once under one parent are the parent's: whoever coordinates them hears of it once.
    """
    known = {area.id: area for area in areas}
    below: dict[str | None, list[Area]] = defaultdict(list)
    for area in known.values():
        below[area.parent_id if area.parent_id in known else None].append(area)
    found: list[str] = []
    for root in below[None]:
        found += _places(root, below)[0]
    return found


def _places(area: Area, below: dict[str | None, list[Area]]) -> tuple[list[str], int, int]:
    """Return the incidents at or under an organisation, and all its homes and troubled homes."""
    found: list[str] = []
    homes, troubled, storming = area.homes, area.troubled, 0
    for child in below[area.id]:
        of_child, child_homes, child_troubled = _places(child, below)
        found += of_child
        storming += bool(of_child)
        homes += child_homes
        troubled += child_troubled
    if storming > 1 or (not found and troubled >= needed(homes)):
        found = [area.id]
    return found, homes, troubled
