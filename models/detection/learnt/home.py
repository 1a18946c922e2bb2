"""All that is learnt of one home, as two values for a row: arrays for the quiet, and everything else.

Raises UnreadableModelError for what another version wrote or what is broken: the home then begins again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Struct

from models.detection import routine
from models.detection.decline import storage as decline_storage
from models.detection.decline.weeks import Decline
from models.detection.routines.lengths import (
    BATHROOM_ASK,
    BATHROOM_ASK_NIGHT,
    BATHROOM_HELP,
    BED_ASK,
    BED_HELP,
    Bounds,
    Lengths,
)
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.spells import Walk
from models.detection.routines.storage import UnreadableModelError, pack, unpack
from models.detection.routines.wake import KNOWN_FROM, Morning, Mornings
from models.detection.routines.wandering import NIGHTS, Nights, UnreadableNightsError, measure
from models.detection.usual import Usual

VERSION: Final = 1
#: By risk and stage, how often a day something may be said for nothing; none: as the limits' own tables say.
Allowed = dict[str, float]


@dataclass(slots=True)
class Learnt:
    """One home."""

    quiet: HomeModel
    walk: Walk = field(default_factory=Walk)
    bathroom: Lengths = field(default_factory=Lengths)
    bed: Lengths = field(default_factory=Lengths)
    mornings: Mornings = field(default_factory=Mornings)
    nights: Nights = field(default_factory=Nights)
    decline: Decline = field(default_factory=Decline)

    @classmethod
    def fresh(cls, population: Population) -> Learnt:
        """Return what is known of a home that nobody has seen yet."""
        return cls(HomeModel.fresh(population))

    def usual(self, allowed: Allowed, version: int) -> Usual:
        """Return the few limits that the watch compares with."""
        known = len(self.mornings.known) >= KNOWN_FROM
        walks = measure(self.nights.known, allowed.get("question:night_wandering", 1 / NIGHTS))

        def minutes(lengths: Lengths, bounds: Bounds, key: str) -> float:
            return lengths.limit(
                Bounds(lower=bounds.lower, upper=bounds.upper, a_day=allowed.get(key, bounds.a_day))
            )

        return Usual(
            days=self.quiet.days,
            bathroom_ask=minutes(self.bathroom, BATHROOM_ASK, "question:long_bathroom"),
            bathroom_ask_night=minutes(self.bathroom, BATHROOM_ASK_NIGHT, "question:long_bathroom"),
            bathroom_help=minutes(self.bathroom, BATHROOM_HELP, "station:long_bathroom"),
            bed_ask=minutes(self.bed, BED_ASK, "question:night_out_of_bed"),
            bed_help=minutes(self.bed, BED_HELP, "station:night_out_of_bed"),
            latest_up=self.mornings.latest_usual() if known else None,
            late_evening=self.mornings.late_evening() if known else None,
            ask_a_day=allowed.get("question:inactivity", 0.0),
            help_a_day=allowed.get("station:inactivity", 0.0),
            version=version,
            nights=walks.nights,
            walks_limit=walks.limit,
            walks_mean=walks.counts.mean,
            walks_spread=walks.counts.spread,
        )

    def to_bytes(self) -> tuple[bytes, bytes]:
        """Return the arrays of the quiet, and the rest."""
        rest = _Rest(
            walk=self.walk,
            bathroom=[day.tolist() for day in self.bathroom.tail.days],
            bed=[day.tolist() for day in self.bed.tail.days],
            mornings=[(one.up, one.to_bed) for one in self.mornings.known],
            nights=self.nights.to_bytes(),
            decline=decline_storage.pack(self.decline.past),
        )
        return pack(self.quiet), bytes((VERSION,)) + _ENCODER.encode(rest)

    @classmethod
    def from_bytes(cls, quiet: bytes, others: bytes) -> Learnt:
        """Return what `to_bytes` gave."""
        if not others or others[0] != VERSION:
            raise UnreadableModelError(f"Its version is {others[:1].hex() or 'missing'}, not {VERSION:02x}.")
        try:
            rest = _DECODER.decode(memoryview(others)[1:])
            nights = Nights.from_bytes(rest.nights)
            decline = Decline(decline_storage.unpack(rest.decline))
        except (msgspec.DecodeError, UnreadableNightsError, decline_storage.UnreadablePastError) as error:
            raise UnreadableModelError(str(error)) from error
        learnt = cls(unpack(quiet), rest.walk, nights=nights, decline=decline)
        learnt.bathroom.tail.days = [np.array(day) for day in rest.bathroom]
        learnt.bed.tail.days = [np.array(day) for day in rest.bed]
        learnt.mornings.known = [Morning(up, to_bed) for up, to_bed in rest.mornings]
        return learnt


class _Rest(Struct, array_like=True):
    walk: Walk
    bathroom: list[list[float]]
    bed: list[list[float]]
    mornings: list[tuple[float | None, float | None]]
    nights: bytes
    decline: bytes


_ENCODER: Any = msgspec.msgpack.Encoder(enc_hook=routine.saved)
_DECODER: Any = msgspec.msgpack.Decoder(_Rest, dec_hook=routine.restored)
