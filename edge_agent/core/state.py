"""What the agent remembers of a device between two messages, and what it makes of a message.

Instants (`at`, `now`) are UTC in milliseconds; `mono` is milliseconds since the machine started.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct

from edge_agent.core.rules import Capability

Attributes = dict[str, str | int | float | bool | None]


class Message(NamedTuple):
    """One message of one device, understood as far as its fields, not yet as to what they mean."""

    device: str
    capability: Capability
    values: dict[str, Any]
    seen_at: int | None = None  #: when the bridge heard it, if it says so
    cached: bool = False  #: from the memory of a bridge or a broker: not news
    restated: bool = False  #: said once more by a device that came back: news only if it is a change


class Happening(NamedTuple):
    """Something that is worth an event."""

    device: str
    kind: str
    value: float | None
    at: int
    mono: int
    attributes: Attributes


class Held(Struct, frozen=True):
    """A change that waits for proof."""

    value: float | None
    at: int
    mono: int


class Memory(Struct, frozen=True, omit_defaults=True):
    """What is remembered of one rule's field."""

    value: float | None = None
    told_at: int = 0  #: when it was last worth an event
    held: Held | None = None
    count: int = (
        0  #: of changes: those that came one right after the other; for a tally, those since its last
    )


class DeviceState(Struct, frozen=True, omit_defaults=True):
    """What is remembered of one device."""

    memories: dict[str, Memory] = {}  #: by rule (field and kind)
    rest: int = 0  #: fingerprint of the fields that no rule reads


class Normalised(NamedTuple):
    """What became of a message: the state after it, the events, and how many values made no sense."""

    state: DeviceState
    happenings: list[Happening]
    rejected: int = 0
