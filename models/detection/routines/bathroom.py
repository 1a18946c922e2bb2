"""A long stay in the bathroom: somebody went in and has been seen nowhere else since.

A state machine of two states. Only for homes where a sensor sees movement inside the bathroom: from its door
alone nobody can tell who is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.detection.limits import MINUTE
from models.detection.routines.lengths import Bounds, Lengths, Stay
from models.detection.routines.places import BATHROOM, place_of
from models.detection.routines.spells import Sign


class Bathroom:
    """Outside, or inside since an instant."""

    __slots__ = ("inside_since", "moved_at")

    def __init__(self) -> None:
        self.inside_since = 0
        self.moved_at = 0

    def take(self, sign: Sign) -> Stay | None:
        """Take in the next sign of life; return the stay that it ends."""
        inside = not sign.outer_door and place_of(sign.room) == BATHROOM
        if inside:
            self.inside_since = self.inside_since or sign.at
            self.moved_at = sign.at
            return None
        since, self.inside_since = self.inside_since, 0
        return Stay(since, sign.at) if since else None

    def due(self, lengths: Lengths, bounds: Bounds) -> int | None:
        """Return when a stay that goes on becomes too long; None while nobody is inside."""
        if not self.inside_since:
            return None
        return self.inside_since + round(lengths.limit(bounds) * MINUTE)


def bathroom_stays(signs: Iterable[Sign]) -> Iterator[Stay]:
    """Yield every stay that ended."""
    machine = Bathroom()
    for sign in signs:
        ended = machine.take(sign)
        if ended is not None:
            yield ended
