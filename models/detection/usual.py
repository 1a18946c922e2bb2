"""What is usual in one home, as the few numbers that its detectors compare with. Read only, made at night.

Minutes; those of the clock count from midnight, past midnight on from 1440. The defaults are the fixed
limits: a home of which nothing is known is judged by them alone.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

VERSION: Final = 1


class Usual(Struct, array_like=True, frozen=True, gc=False):
    """One home's limits."""

    days: int = 0  #: learnt from so many
    bathroom_ask: float = 45.0
    bathroom_ask_night: float = 30.0
    bathroom_help: float = 90.0
    bed_ask: float = 60.0
    bed_help: float = 120.0
    latest_up: float | None = None  #: up by then on nineteen mornings of twenty; none: not known yet
    late_evening: float | None = None  #: nine evenings of ten have ended by then
    ask_a_day: float = 0.0  #: what quiet may be asked about for nothing; 0: as the budgets' own table says
    help_a_day: float = 0.0
    version: int = 0  #: counts the nights that anything was learnt in: what was worked out before is stale
    nights: int = 0  #: ordinary ones that are known
    walks_limit: int = 0  #: changes of room in one night; 0: as other homes' nights say
    walks_mean: float = 0.0
    walks_spread: float = 0.0

    def to_bytes(self) -> bytes:
        """Return it for a row."""
        return bytes((VERSION,)) + _ENCODER.encode(self)

    @classmethod
    def from_bytes(cls, row: bytes | None) -> Usual:
        """Return what `to_bytes` gave; the fixed limits for nothing, another version's or a broken one."""
        if not row or row[0] != VERSION:
            return FIXED
        try:
            return _DECODER.decode(memoryview(row)[1:])
        except msgspec.DecodeError:
            return FIXED


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Usual)
FIXED: Final = Usual()
