"""Walking about at night: more changes of room than this home's nights have, or a long walk without a rest.

Between eleven and five. Going to the bathroom and back to bed is not counted; being at the outer door is
told. A count that the home's own nights make rare is an advice; half an hour on foot without a rest, which
holds from the first night, is a warning. An event costs a few comparisons; limits are worked out once a
night.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Struct, field

from models.detection.finding import Cleared, Finding, Outcome, Reason, Severity, Value
from models.detection.hours import day_of, is_night
from models.detection.limits import HOUR, MINUTE
from models.detection.routines.counts import Counts, shrunk
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Sign
from models.detection.routines.wandering_sentences import (
    AT_THE_DOOR,
    CATCHING_UP,
    ONE_ROOM,
    RESTLESS,
    RESTLESS_FOR_OTHERS,
    SETTLED,
    UNSEEN,
    WALKING_ON,
)

KEY: Final = "night_wandering"
VERSION: Final = 1
#: What nights of other homes show (mean, variance over mean): the recorded homes of docs/routines.md, whose
#: residents were not old, pooled by `anju-models evaluate routines`.
OTHERS: Final = Counts(2.8, 4.7)
#: By chance once in so many nights; the budget may say otherwise.
NIGHTS: Final = 30.0
#: Fewer changes are never said, however quiet the nights usually are: a glass of water and back makes three.
LEAST: Final = 6
NIGHTS_KEPT: Final = 42
ENOUGH_NIGHTS: Final = 14  #: from here on the home's own usual is told
#: The fixed rule: on foot for so long, with no rest longer than that, through so many rooms.
WALKING: Final = 30 * MINUTE
REST: Final = 6 * MINUTE
WALKING_CHANGES: Final = 8
#: Two signs from two rooms within this time are one step of a sensor's edge, not a walk.
_APART: Final = 20_000
_QUIET: Final = 45 * MINUTE  #: after so long without a change it is over
_DAY: Final = 24 * HOUR
_AT_REST: Final = (BEDROOM, BATHROOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a look needs to know beside the signs. Instants in milliseconds."""

    now: int
    zone: str
    alive: int  #: sensors inside that are heard
    sensors: int  #: sensors inside
    rooms: int  #: rooms with a sensor inside
    caught_up_at: int = 0  #: before this old events are still coming


class Night(Struct, array_like=True, gc=False):
    """The night as it stands."""

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


class Nights(Struct, array_like=True):
    """All that is remembered of a home's nights."""

    night: Night = field(default_factory=Night)
    known: list[int] = field(default_factory=list)  #: changes of room of the last ordinary nights

    def to_bytes(self) -> bytes:
        """Return it for a row."""
        return bytes((VERSION,)) + _ENCODER.encode(self)

    @classmethod
    def from_bytes(cls, row: bytes) -> Nights:
        """Return what `to_bytes` gave; UnreadableNightsError for another version's or a broken one."""
        if not row or row[0] != VERSION:
            raise UnreadableNightsError(f"Its version is {row[:1].hex() or 'missing'}, not {VERSION:02x}.")
        try:
            return _DECODER.decode(memoryview(row)[1:])
        except msgspec.DecodeError as error:
            raise UnreadableNightsError(str(error)) from error


class UnreadableNightsError(Exception):
    """A home's nights cannot be read by this program."""


class NightWandering:
    """One home's walking at night."""

    def __init__(self, zone: str, nights: Nights | None = None, others: Counts = OTHERS) -> None:
        self.zone = zone
        self.nights = nights if nights is not None else Nights()
        self.others = others
        self.a_night = 1 / NIGHTS  #: what may be said by chance; set from the home's budget
        self._limit: tuple[float, int, Counts] | None = None
        self._from, self._until = 0, 0  #: the night that is, or comes next; instants

    def take(self, sign: Sign) -> None:
        """Take in a sign of life; signs come in order. By day it costs two comparisons."""
        at = sign.at
        if at >= self._until or at < self._from - _DAY:
            self._from, self._until = _night(self.zone, at)
        if at < self._from:
            return
        night = self.nights.night
        if night.until != self._until:
            night = self.nights.night = Night(until=self._until)
        if sign.outer_door:
            night.doors += sign.at - night.door_at > MINUTE
            night.door_at = sign.at
        if sign.room == night.room:
            return
        since = sign.at - night.moved_at
        if night.room and since < _APART:
            return
        if since > REST:
            night.walking_since, night.walked = sign.at, 0
        # To bed, to the bathroom, or the first sign of a night: nobody is walking about.
        resting = place_of(sign.room) in _AT_REST and place_of(night.room) in _AT_REST
        if night.room and not resting:
            night.walks += 1
            night.walked += 1
            night.first_at = night.first_at or sign.at
            night.at = sign.at
        night.room, night.moved_at = sign.room, sign.at

    def learn(self, ordinary: bool = True) -> None:
        """The night is over: learn it, unless it was not `ordinary` (out, visitors, a sensor not heard,
        something was said), and begin anew.
        """
        if ordinary:
            self.nights.known.append(self.nights.night.walks)
            del self.nights.known[:-NIGHTS_KEPT]
        self.nights.night = Night()
        self._limit = None

    def limit(self) -> int:
        """Return the number of changes of room in one night from which on something is said."""
        if self._limit is None or self._limit[0] != self.a_night:
            counts = shrunk(self.nights.known, self.others)
            self._limit = (self.a_night, max(LEAST, counts.rarer_than(self.a_night)), counts)
        return self._limit[1]

    def score(self, facts: Facts, *, active: bool = False) -> Outcome | None:
        """Return what is to be said at `facts.now`; with `active` (it was said before) when it is over."""
        night = self.nights.night
        if active:
            if facts.now - night.at < _QUIET and is_night(facts.zone, facts.now):
                return None
            values: dict[str, Value] = {"quiet_s": (facts.now - night.at) / 1000, "seen_at": night.at}
            return Cleared(dedup_key=KEY, at=facts.now, reason=Reason(SETTLED, values))
        if not night.walks or not is_night(facts.zone, facts.now) or facts.now >= night.until:
            return None
        if self.abstains(facts) is not None:
            return None
        if night.at - night.walking_since >= WALKING and night.walked >= WALKING_CHANGES:
            return self._walking_on(facts)
        return self._restless(facts) if night.walks >= self.limit() else None

    def due(self, facts: Facts, *, active: bool = False) -> int | None:
        """Return when time alone may change something: only that an active one is over."""
        if not active:
            return None
        return max(facts.now + 1, min(self.nights.night.at + _QUIET, self.nights.night.until))

    def abstains(self, facts: Facts) -> Reason | None:
        """Return why nothing can be said at present, or None while something can."""
        if facts.rooms < 2:
            return Reason(ONE_ROOM)
        if facts.alive * 2 < facts.sensors or not facts.alive:
            return Reason(UNSEEN, {"alive": facts.alive, "sensors": facts.sensors})
        if facts.now < facts.caught_up_at:
            return Reason(CATCHING_UP)
        return None

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _walking_on(self, facts: Facts) -> Finding:
        night = self.nights.night
        values: dict[str, Value] = {
            "walking_s": (night.at - night.walking_since) / 1000,
            "walks": night.walked,
            "since_at": night.walking_since,
            "room": night.room,
            "limit_s": WALKING / 1000,
        }
        return self._finding(facts, "warning", WALKING_ON, values)

    def _restless(self, facts: Facts) -> Finding:
        night, limit = self.nights.night, self.limit()
        counts = shrunk(self.nights.known, self.others)
        known = len(self.nights.known)
        values: dict[str, Value] = {
            "walks": night.walks,
            "since_at": night.first_at,
            "seen_at": night.at,
            "room": night.room,
            "nights": known,
            "usual": round(counts.mean, 1),
            "chance_nights": round(1 / max(counts.above(night.walks), 1e-4)),
            "limit": limit,
        }
        text = RESTLESS if known >= ENOUGH_NIGHTS else RESTLESS_FOR_OTHERS
        return self._finding(facts, "advice", text, values)

    def _finding(self, facts: Facts, severity: Severity, text: str, values: dict[str, Value]) -> Finding:
        night = self.nights.night
        if night.doors:
            text = f"{text}\n{AT_THE_DOOR}"
            values["doors"] = night.doors
        return Finding(
            risk="night_wandering",
            severity=severity,
            occurred_at=facts.now,
            reason=Reason(text, values),
            dedup_key=KEY,
            room=night.room,
        )


def _night(zone: str, at: int) -> tuple[int, int]:
    """Return when the night begins and ends that an instant lies in, or the next one."""
    day = day_of(zone, at)
    if at < day.night_end:
        return day_of(zone, at, -1).night_start, day.night_end
    return day.night_start, day_of(zone, at, 1).night_end


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Nights)
