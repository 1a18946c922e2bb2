"""What is remembered of a home's weeks, as bytes for a database: single precision, which no limit feels.

Raises UnreadablePastError for what another version wrote or what is broken: the home then learns its stored
days anew.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.detection.decline.evidence import WEIGHTS, nothing
from models.detection.decline.features import SIZE, Floats
from models.detection.decline.weeks import Past

VERSION: Final = 1


class UnreadablePastError(Exception):
    """What is remembered of a home's weeks cannot be read by this program."""


class _Row(msgspec.Struct, array_like=True):
    ordinals: bytes
    values: bytes
    ordinary: bytes
    lying: bytes
    hours: bytes
    weeks: bytes
    sums: bytes
    recent: bytes
    week: bytes
    calm: int
    in_bed: int
    raised: int


def pack(past: Past) -> bytes:
    """Return what is remembered as bytes."""
    row = _Row(
        ordinals=past.ordinals.astype("<i4").tobytes(),
        values=_small(past.values),
        ordinary=past.ordinary.tobytes(),
        lying=past.lying.tobytes(),
        hours=_small(past.hours),
        weeks=_small(past.weeks),
        sums=past.sums.astype("<f8").tobytes(),
        recent=_small(past.recent),
        week=_small(past.week),
        calm=past.calm,
        in_bed=past.in_bed,
        raised=past.raised,
    )
    return bytes((VERSION,)) + msgspec.msgpack.encode(row)


def unpack(packed: bytes) -> Past:
    """Return what `pack` was given."""
    if not packed or packed[0] != VERSION:
        raise UnreadablePastError(f"Its version is {packed[:1].hex() or 'missing'}, not {VERSION:02x}.")
    try:
        row = msgspec.msgpack.decode(packed[1:], type=_Row)
        return Past(
            ordinals=np.frombuffer(row.ordinals, "<i4").astype(np.int64),
            values=_rows(row.values, SIZE),
            ordinary=np.frombuffer(row.ordinary, np.bool_).copy(),
            lying=np.frombuffer(row.lying, np.bool_).copy(),
            hours=_rows(row.hours, 24),
            weeks=_rows(row.weeks, SIZE),
            sums=np.frombuffer(row.sums, "<f8").reshape(nothing().shape).copy(),
            recent=_rows(row.recent, len(WEIGHTS)),
            week=_rows(row.week, len(WEIGHTS)),
            calm=row.calm,
            in_bed=row.in_bed,
            raised=row.raised,
        )
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadablePastError(str(error)) from error


def _small(values: NDArray[np.float64]) -> bytes:
    return values.astype("<f4").tobytes()


def _rows(packed: bytes, width: int) -> Floats:
    return np.frombuffer(packed, "<f4").astype(np.float64).reshape(-1, width)
