"""Quiet spells: from the last sign of life to the next, and what was known when the quiet began.

The same walk is used live and over a recording, so that what is learnt is what will be asked. Instants are
milliseconds since 1970; a spell knows the local clock only by the offset that held when it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.detection.limits import EMPTY, LEAVING, MINUTE
from models.detection.routines.places import ENTRANCE, place_of

STEP: Final = 5 * MINUTE  #: quiet is judged in steps of so long; shorter quiet is no spell
_HOUR_OF_STEPS: Final = 12

Offset = Callable[[int], int]  #: instant → what the clock on the wall is ahead of UTC, in milliseconds


class Sign(NamedTuple):
    """A sign of life: when, in which room, and whether it was an outer door's contact."""

    at: int
    room: str
    outer_door: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Quiet since `since`, after a sign in `room`."""

    since: int
    room: str
    place: int
    offset: int  #: local time = instant + offset
    active_1h: int  #: five-minute steps with signs within the hour before
    active_3h: int
    left_at: int | None = None  #: an outer door was used and nobody seen inside since: probably out
    answers: int = 0  #: how often the resident has said since the last sign that all is well
    until: int | None = None  #: the next sign, once there was one
    ended_by_door: bool = False

    def minute_of_day(self, at: int) -> float:
        """Return the minute on the home's clock at an instant of this spell."""
        return (at + self.offset) / MINUTE % 1440


#: Last sign, its step, active steps, door at, door's room, inside at, came home.
WalkState = tuple[Sign | None, int, int, int, str, int, bool]


class Walk:
    """Follows the signs of one home; small enough for every home: a bit mask and a few instants."""

    __slots__ = ("_active", "_came_home", "_door_at", "_door_room", "_inside_at", "_last", "_step")

    def __init__(self) -> None:
        self._active = 0  #: one bit a step, the lowest the latest
        self._step = 0
        self._last: Sign | None = None
        self._door_at = 0
        self._door_room = ""
        self._inside_at = 0
        self._came_home = False

    def saved(self) -> WalkState:
        """Return all that is remembered, to go on from after a restart."""
        return (
            self._last,
            self._step,
            self._active,
            self._door_at,
            self._door_room,
            self._inside_at,
            self._came_home,
        )

    @classmethod
    def restored(cls, saved: WalkState) -> Walk:
        """Return the walk that `saved` was asked of."""
        walk = cls()
        walk._last, walk._step, walk._active = saved[:3]
        walk._door_at, walk._door_room, walk._inside_at, walk._came_home = saved[3:]
        return walk

    def take(self, sign: Sign) -> None:
        """Take in the next sign; signs come in order."""
        last = self._last
        if sign.outer_door:
            out = self.left_at()
            episode = last is None or not (last.outer_door and sign.at - last.at < LEAVING)
            if episode:
                # Whoever was out and uses the door has come home; inside, the next use is a leaving.
                self._came_home = out is not None and last is not None and sign.at - last.at >= EMPTY
            self._door_at, self._door_room = sign.at, sign.room
        elif (sign.room != self._door_room and bool(sign.room)) or sign.at > self._door_at + LEAVING:
            self._inside_at = sign.at
            self._came_home = False
        step = sign.at // STEP
        self._active = ((self._active << min(step - self._step, 64)) | 1) & (1 << 3 * _HOUR_OF_STEPS) - 1
        self._step = step
        self._last = sign

    def left_at(self) -> int | None:
        """Return when somebody left and was not seen inside since, or None."""
        if self._door_at > self._inside_at and not self._came_home:
            return self._door_at
        return None

    def spell(self, offset: Offset) -> Spell | None:
        """Return the quiet that began with the last sign; None before the first."""
        last = self._last
        if last is None:
            return None
        return Spell(
            since=last.at,
            room=last.room,
            place=ENTRANCE if last.outer_door else place_of(last.room),
            offset=offset(last.at),
            active_1h=(self._active & (1 << _HOUR_OF_STEPS) - 1).bit_count(),
            active_3h=self._active.bit_count(),
            left_at=self.left_at(),
        )


def spells(signs: Iterable[Sign], offset: Offset, walk: Walk | None = None) -> Iterator[Spell]:
    """Yield every ended spell of at least one step, in order; a `walk` that is given goes on."""
    walk = walk if walk is not None else Walk()
    last = walk.saved()[0]
    for sign in signs:
        if last is not None and sign.at - last.at >= STEP:
            quiet = walk.spell(offset)
            if quiet is not None:
                yield _ended(quiet, sign)
        walk.take(sign)
        last = sign


def _ended(quiet: Spell, sign: Sign) -> Spell:
    return Spell(
        since=quiet.since,
        room=quiet.room,
        place=quiet.place,
        offset=quiet.offset,
        active_1h=quiet.active_1h,
        active_3h=quiet.active_3h,
        left_at=quiet.left_at,
        until=sign.at,
        ended_by_door=sign.outer_door,
    )
