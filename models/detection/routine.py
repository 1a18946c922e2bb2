"""What is remembered of a home's routine between two signs of life: small, and the same after a restart.

Fed by every sign in a microsecond, in order; concludes nothing and looks at no calendar but by one instant
that a look has set. Instants are milliseconds since 1970, 0 meaning never.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

from models.detection.hours import four_after
from models.detection.limits import FIRST_LOOK_BATHROOM, MINUTE
from models.detection.routines.bathroom import Bathroom
from models.detection.routines.night import LEAST, Night, night_at
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Sign, Walk

#: Two signs within so long are somebody about, as `routines.wake` has it; one alone may be a draught.
TWICE_WITHIN: Final = 30 * MINUTE


class Looked(Struct, array_like=True, gc=False):
    """What a look has found of the quiet since `since`: when each stage is due. It outlives a restart."""

    since: int = 0
    whole: bool = True  #: all sensors inside were heard
    ask_at: int = 0  #: 0: never
    help_at: int = 0


class Routine(Struct, array_like=True):
    """One home's signs of life, as far as what is learnt has use for them."""

    walk: Walk = field(default_factory=Walk)
    bathroom: Bathroom = field(default_factory=Bathroom)
    about_at: int = 0  #: the last sign outside bedroom and bathroom
    up_at: int = 0  #: the last time that somebody was surely about: two signs, or an outer door
    evening_at: int = 0  #: the last sign about the home before the latest four o'clock
    four_at: int = 0  #: the next four o'clock in the morning, as of the last look
    bedroom_at: int = 0  #: the last sign in a bedroom
    looked: Looked = field(default_factory=Looked)
    night: Night = field(default_factory=Night)
    second_at: int = 0  #: when the resident was last asked a second time about one quiet

    def take(self, at: int, room: str, outer_door: bool) -> int:
        """Take in a sign of life that is not older than the last; return how soon to look, 0: as ever."""
        sign = Sign(at, room, outer_door)
        self.walk.take(sign)
        night = self.night
        walked = night.since <= at < night.until and night.take(sign) and night.walks >= LEAST
        bathroom = self.bathroom
        was_inside = bathroom.inside_since
        bathroom.take(sign)
        if outer_door:
            self.up_at = at
            return 1 if walked else 0
        place = place_of(room)
        if place == BEDROOM:
            self.bedroom_at = at
        elif place != BATHROOM:
            if at >= self.four_at > self.about_at:
                self.evening_at = self.about_at
            if at - self.about_at <= TWICE_WITHIN and self.about_at > self.up_at:
                self.up_at = self.about_at
            self.about_at = at
        if walked:
            return 1
        entered = bathroom.inside_since != was_inside and bathroom.inside_since > 0
        return FIRST_LOOK_BATHROOM if entered else 0

    def pass_four(self, zone: str, now: int) -> None:
        """Note at a look that a night has passed, and when the next one will have."""
        if self.four_at <= now:
            if self.about_at < self.four_at:
                self.evening_at = self.about_at
            self.four_at = four_after(zone, now)

    def pass_night(self, zone: str, now: int) -> None:
        """Note at a look that a night has passed, and when the next one will be."""
        if self.night.until <= now:
            self.night = night_at(zone, now)


def saved(thing: Any) -> Any:
    """Return the walk and the bathroom as plain values (a msgspec `enc_hook`)."""
    if isinstance(thing, Walk):
        return thing.saved()
    if isinstance(thing, Bathroom):
        return (thing.inside_since, thing.moved_at)
    raise NotImplementedError(f"Nothing is known of how to write down a {type(thing).__name__}.")


def restored(kind: type, values: Any) -> Any:
    """Return what `saved` was given (a msgspec `dec_hook`). ValueError for what is broken."""
    if kind is Walk:
        last, *rest = values
        return Walk.restored((Sign(*last) if last is not None else None, *rest))
    if kind is Bathroom:
        bathroom = Bathroom()
        bathroom.inside_since, bathroom.moved_at = values
        return bathroom
    raise NotImplementedError(f"Nothing is known of how to read a {kind.__name__}.")
