"""Walking about at night: more changes of room than this home's nights have, or a long walk without a rest.

Being at the outer door is told. A count that the home's own nights make rare is asked about; half an hour on
foot without a rest is so from the first night. An event costs a few comparisons; limits are worked out once a
night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Struct, field

from models.detection.finding import Cleared, Finding, Outcome, Reason, Value
from models.detection.hours import is_night
from models.detection.limits import HOUR, MINUTE
from models.detection.routines.counts import Counts, shrunk
from models.detection.routines.night import LEAST, Night, night_at
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
NIGHTS_KEPT: Final = 42
ENOUGH_NIGHTS: Final = 14  #: from here on the home's own usual is told
#: The fixed rule: on foot for so long, through so many rooms.
WALKING: Final = 30 * MINUTE
WALKING_CHANGES: Final = 8
QUIET: Final = 45 * MINUTE  #: after so long without a change it is over
_DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a look needs to know beside the signs. Instants in milliseconds."""

    now: int
    zone: str
    alive: int  #: sensors inside that are heard
    sensors: int  #: sensors inside
    rooms: int  #: rooms with a sensor inside
    caught_up_at: int = 0  #: before this old events are still coming
    answered_at: int = 0  #: when the resident last said that all is well


@dataclass(frozen=True, slots=True)
class Measure:
    """What a night is held against."""

    limit: int  #: changes of room in one night from which on something is said
    counts: Counts
    nights: int  #: known of this home


def measure(known: Sequence[int], a_night: float = 1 / NIGHTS, others: Counts = OTHERS) -> Measure:
    """Return the measure of a home whose ordinary nights had `known` changes; `a_night` by chance."""
    counts = shrunk(list(known), others)
    return Measure(max(LEAST, counts.rarer_than(a_night)), counts, len(known))


def judged(night: Night, held_against: Measure, facts: Facts) -> Finding | None:
    """Return what is to be said of a night at `facts.now`, once a night and once again of each long walk."""
    if not night.walks or not is_night(facts.zone, facts.now) or facts.now >= night.until:
        return None
    if abstains(facts) is not None:
        return None
    said_at = max(night.said_at, facts.answered_at)
    on_foot = night.at - night.walking_since
    if on_foot >= WALKING and night.walked >= WALKING_CHANGES and night.walking_since > said_at:
        return _walking_on(night, facts)
    restless = night.walks >= held_against.limit and said_at < night.since
    return _restless(night, held_against, facts) if restless else None


def over(night: Night, facts: Facts) -> Cleared | None:
    """Return that what was said is over: it is quiet, or the night has ended."""
    if facts.now < over_at(night):
        return None
    values: dict[str, Value] = {"quiet_s": (facts.now - night.at) / 1000, "seen_at": night.at}
    return Cleared(dedup_key=KEY, at=facts.now, reason=Reason(SETTLED, values))


def over_at(night: Night) -> int:
    """Return when it is over if nobody walks on."""
    return min(night.at + QUIET, night.until)


def abstains(facts: Facts) -> Reason | None:
    """Return why nothing can be said at present, or None while something can."""
    if facts.rooms < 2:
        return Reason(ONE_ROOM)
    if facts.alive * 2 < facts.sensors or not facts.alive:
        return Reason(UNSEEN, {"alive": facts.alive, "sensors": facts.sensors})
    if facts.now < facts.caught_up_at:
        return Reason(CATCHING_UP)
    return None


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
    """One home's walking at night, from its signs alone: for what is learnt, and for evaluation."""

    def __init__(self, zone: str, nights: Nights | None = None, others: Counts = OTHERS) -> None:
        self.zone = zone
        self.nights = nights if nights is not None else Nights()
        self.others = others
        self.a_night = 1 / NIGHTS  #: what may be said by chance; set from the home's budget
        self._measure: tuple[float, Measure] | None = None
        self._coming = Night()  #: the night that is, or comes next

    def take(self, sign: Sign) -> None:
        """Take in a sign of life; signs come in order. By day it costs two comparisons."""
        at = sign.at
        if at >= self._coming.until or at < self._coming.since - _DAY:
            self._coming = night_at(self.zone, at)
        if at < self._coming.since:
            return
        if self.nights.night.until != self._coming.until:
            self.nights.night = self._coming
        self.nights.night.take(sign)

    def learn(self, ordinary: bool = True) -> None:
        """The night is over: learn it, unless it was not `ordinary` (out, visitors, a sensor not heard,
        something was said), and begin anew.
        """
        if ordinary:
            self.nights.known.append(self.nights.night.walks)
            del self.nights.known[:-NIGHTS_KEPT]
        self.nights.night, self._coming = Night(), Night()
        self._measure = None

    def measure(self) -> Measure:
        """Return what a night is held against."""
        if self._measure is None or self._measure[0] != self.a_night:
            self._measure = (self.a_night, measure(self.nights.known, self.a_night, self.others))
        return self._measure[1]

    def score(self, facts: Facts, *, active: bool = False) -> Outcome | None:
        """Return what is to be said at `facts.now`; with `active` (it was said before) when it is over."""
        if active:
            return over(self.nights.night, facts)
        return judged(self.nights.night, self.measure(), facts)

    def due(self, facts: Facts, *, active: bool = False) -> int | None:
        """Return when time alone may change something: only that an active one is over."""
        return max(facts.now + 1, over_at(self.nights.night)) if active else None

    def abstains(self, facts: Facts) -> Reason | None:
        """Return why nothing can be said at present, or None while something can."""
        return abstains(facts)


def _walking_on(night: Night, facts: Facts) -> Finding:
    values: dict[str, Value] = {
        "walking_s": (night.at - night.walking_since) / 1000,
        "walks": night.walked,
        "since_at": night.walking_since,
        "room": night.room,
        "limit_s": WALKING / 1000,
    }
    return _finding(night, facts, WALKING_ON, values)


def _restless(night: Night, held_against: Measure, facts: Facts) -> Finding:
    counts, known = held_against.counts, held_against.nights
    values: dict[str, Value] = {
        "walks": night.walks,
        "since_at": night.first_at,
        "seen_at": night.at,
        "room": night.room,
        "nights": known,
        "usual": round(counts.mean, 1),
        "chance_nights": round(1 / max(counts.above(night.walks), 1e-4)),
        "limit": held_against.limit,
    }
    return _finding(night, facts, RESTLESS if known >= ENOUGH_NIGHTS else RESTLESS_FOR_OTHERS, values)


def _finding(night: Night, facts: Facts, text: str, values: dict[str, Value]) -> Finding:
    if night.doors:
        text = f"{text}\n{AT_THE_DOOR}"
        values["doors"] = night.doors
    return Finding(
        risk="night_wandering",
        severity="warning",
        occurred_at=facts.now,
        reason=Reason(text, values),
        dedup_key=KEY,
        room=night.room,
    )


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Nights)
