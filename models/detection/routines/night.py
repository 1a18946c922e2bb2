"""One night of a home, counted as it goes on: changes of room, and times at the outer door.

Between eleven and five. Going to the bathroom and back to bed is not counted. A sign costs a few comparisons.
Instants are milliseconds, 0 meaning never.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from models.detection.hours import day_of
from models.detection.limits import MINUTE
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Sign

#: Fewer changes are never said, however quiet the nights usually are: a glass of water and back makes three.
LEAST: Final = 6
#: On foot without a rest longer than that is one walk.
REST: Final = 6 * MINUTE
#: Two signs from two rooms within this time are one step of a sensor's edge, not a walk.
_APART: Final = 20_000
_AT_REST: Final = (BEDROOM, BATHROOM)


class Night(Struct, array_like=True, gc=False):
    """The night that is, or comes next."""

    until: int = 0  #: when it ends
    walks: int = 0  #: changes of room
    doors: int = 0  #: times at the outer door
    first_at: int = 0
    walking_since: int = 0
    walked: int = 0  #: changes since then
    room: str = ""
    at: int = 0  #: of the last change that counts
    moved_at: int = 0  #: of the last change of any kind
    door_at: int = 0
    since: int = 0  #: when it begins
    said_at: int = 0  #: when something was said of it

    def take(self, sign: Sign) -> bool:
        """Take in a sign of this night; return whether a change of room was counted."""
        at = sign.at
        if sign.outer_door:
            self.doors += at - self.door_at > MINUTE
            self.door_at = at
        if sign.room == self.room:
            return False
        since = at - self.moved_at
        if self.room and since < _APART:
            return False
        if since > REST:
            self.walking_since, self.walked = at, 0
        # To bed, to the bathroom, or the first sign of a night: nobody is walking about.
        counts = bool(self.room) and not (place_of(sign.room) in _AT_REST and place_of(self.room) in _AT_REST)
        if counts:
            self.walks += 1
            self.walked += 1
            self.first_at = self.first_at or at
            self.at = at
        self.room, self.moved_at = sign.room, at
        return counts


def night_at(zone: str, at: int) -> Night:
    """Return the night in which an instant lies, or the next one, with nothing counted yet."""
    day = day_of(zone, at)
    if at < day.night_end:
        return Night(since=day_of(zone, at, -1).night_start, until=day.night_end)
    return Night(since=day.night_start, until=day_of(zone, at, 1).night_end)
