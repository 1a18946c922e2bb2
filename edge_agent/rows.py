"""Events as the outbox keeps them, and what they become on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from models.contract.messages import Event


class Entry(NamedTuple):
    """An event on its way into the outbox."""

    boot: str
    at: int
    mono: int
    skew: int
    clock: str
    device: str
    kind: str
    value: float | None
    attributes: str | None
    urgent: bool
    worth: int


class Row(NamedTuple):
    """An event in the outbox."""

    seq: int
    boot: str
    at: int
    mono: int
    skew: int
    clock: str
    device: str
    kind: str
    value: float | None
    attributes: str | None
    urgent: int


def worth_of(group: str | None) -> int:
    """What an event of this group of measurements is worth when the disk is full; unknown kinds are kept."""
    return {"climate": 0, "power": 0, "activity": 1}.get(group or "", 2)


def encode_attributes(attributes: Mapping[str, object]) -> str | None:
    """Return attributes as the outbox stores them."""
    return msgspec.json.encode(attributes).decode() if attributes else None


def to_event(row: Row, *, late: bool = False, historic: bool = False) -> Event:
    """Return the event as it goes to the hub."""
    return Event(
        seq=row.seq,
        at=row.at,
        mono=row.mono,
        device=row.device,
        kind=row.kind,
        value=row.value,
        clock=row.clock,  # type: ignore[arg-type]
        late=late,
        historic=historic,
        attributes=msgspec.json.decode(row.attributes) if row.attributes else {},
    )
