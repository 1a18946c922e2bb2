"""After a knock that looks like a fall: does the person get up, lie still, or is nothing to be seen?

Looked at 10, 30 and 60 seconds after the knock. Whoever walks again has recovered. Whoever lies still is
asked at once, whoever only does not get up at the last look; no answer to the question makes it a fall. A
sensor that falls silent proves nothing and is taken for the worse case. One that lies stiller than any body
while somebody moves in the home is a thing that fell alone (`thing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from models.detection.falls.position import Position
from models.detection.falls.seconds import Seconds, turned

State = Literal["watching", "suspected", "asking", "raised"]
Sign = Literal["likely", "recovered", "lies", "well", "unanswered", "thing"]

#: What follows from what; anything that is not here changes nothing.
NEXT: Final[dict[tuple[State, Sign], State]] = {
    ("watching", "likely"): "suspected",
    ("suspected", "recovered"): "watching",
    ("suspected", "well"): "watching",
    ("suspected", "lies"): "asking",
    ("asking", "recovered"): "watching",
    ("asking", "well"): "watching",
    ("asking", "unanswered"): "raised",
    ("asking", "thing"): "watching",
    ("raised", "recovered"): "watching",
    ("raised", "well"): "watching",
    ("raised", "likely"): "suspected",
}

LOOKS_S: Final = (10, 30, 60)  #: after the knock
#: So long the resident is asked before anybody is called.
COUNTDOWN_S: Final = 30
#: A fall is raised so long after the knock at the latest.
LATEST_S: Final = LOOKS_S[-1] + COUNTDOWN_S
#: The knock itself and the last of the fall are no sign of life.
_SETTLES_S: Final = 2
#: Breathing and a pulse stay below; any turning, reaching or crawling is above.
_STILL_G: Final = 0.04
_MOVES_G: Final = 0.12
#: A walk of six seconds; feet that kick on the floor make fewer.
_STEPS: Final = 8
_STEPS_IN_S: Final = 10
_LYING_DEG: Final = 50.0
_UPRIGHT_DEG: Final = 35.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What was seen between the knock and a look, in seconds and degrees."""

    watched_s: int  #: since the knock
    seen_s: int  #: of which samples came
    still_s: int
    moving_s: int
    steps: int  #: in the last ten seconds
    turned_deg: float | None  #: from before the knock to now; none where either was not seen

    @property
    def silent_s(self) -> int:
        """How long nothing came."""
        return max(0, self.watched_s - _SETTLES_S - self.seen_s)


def aftermath(seconds: Seconds, knock: int, now: int) -> Aftermath:
    """Return what has been seen from second `knock` to second `now`."""
    since = seconds.between(knock + _SETTLES_S, now)
    spread = Seconds.spread(since)
    before = seconds.between(knock - 12, knock - 1)
    recent = seconds.between(max(knock + _SETTLES_S, now - _STEPS_IN_S), now)
    angle = turned(Seconds.down(before), Seconds.down(recent)) if len(before) and len(recent) else None
    return Aftermath(
        watched_s=now - knock,
        seen_s=len(since),
        still_s=int((spread < _STILL_G).sum()),
        moving_s=int((spread > _MOVES_G).sum()),
        steps=Seconds.steps(recent),
        turned_deg=angle,
    )


def look(seen: Aftermath, position: Position, last: bool) -> Sign | None:
    """Return what the aftermath says at a look, or None to wait for the next; `last` must decide."""
    walks = seen.steps >= _STEPS
    upright = seen.turned_deg is not None and seen.turned_deg < _UPRIGHT_DEG
    lying = seen.turned_deg is None or seen.turned_deg > _LYING_DEG
    if walks and (position == "wrist" or upright):
        return "recovered"
    unseen = seen.silent_s > seen.seen_s
    if not last:
        # An arm points anywhere, so at the wrist stillness alone must do.
        still = seen.still_s >= 0.8 * max(1, seen.seen_s)
        return "lies" if unseen or (still and (lying or position == "wrist")) else None
    busy = seen.moving_s >= 0.5 * max(1, seen.seen_s)
    if not unseen and busy and (position == "wrist" or upright):
        return "recovered"
    return "lies"
