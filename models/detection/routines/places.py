"""Which kind of place a room is, so that what was learnt in other homes holds in a home with other names.

Knows names only; a room that nobody recognises is simply another place.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

BEDROOM, BATHROOM, KITCHEN, SITTING, ENTRANCE, OTHER = range(6)
PLACES: Final = 6

#: In this order: "bathroom" before "room", "bedroom door" is a bedroom.
_WORDS: Final = (
    (
        BATHROOM,
        ("bath", "toilet", "shower", "restroom", "lavatory", "wc", "卫生间", "厕所", "浴室", "洗手间"),
    ),
    (BEDROOM, ("bed", "卧室", "睡房")),
    (KITCHEN, ("kitchen", "pantry", "dining", "厨房", "餐厅")),
    (SITTING, ("living", "lounge", "sitting", "chair", "couch", "sofa", "tv", "客厅", "起居")),
    (ENTRANCE, ("entrance", "front", "hall", "outside", "corridor", "porch", "玄关", "门厅", "走廊")),
)


@lru_cache(maxsize=4096)
def place_of(room: str) -> int:
    """Return the kind of place that a room's name speaks of."""
    name = room.lower()
    for place, words in _WORDS:
        if any(word in name for word in words):
            return place
    return OTHER
