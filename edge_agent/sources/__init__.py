"""Sensor ecosystems, one per file: from a broker's message to what a device said.

A source keeps what its ecosystem needs to be understood (names, addresses, what restarted when) and knows
nothing of events, outboxes or the hub. It has no clock and no connection: messages and times are brought.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from edge_agent.core.motion import MotionBatch


class Reading(NamedTuple):
    """A device said something."""

    device: str
    values: dict[str, Any]
    seen_at: int | None = None  #: UTC in milliseconds, if the ecosystem says when
    cached: bool = False  #: from the memory of a bridge after its start, or of the broker
    restated: bool = False  #: said once more by a device that came back, whether or not it is news


class Availability(NamedTuple):
    """Whether a device can be reached, as its bridge or its own last will says."""

    device: str
    available: bool


class BridgeState(NamedTuple):
    """The bridge itself came or went."""

    online: bool


class Known(NamedTuple):
    """A device as its ecosystem lists it."""

    id: str
    vendor: str
    model: str
    name: str
    battery_powered: bool | None = None
    fields: tuple[str, ...] | None = None  #: all that it can tell, where its ecosystem says so


class Roster(NamedTuple):
    """All devices of the ecosystem, now."""

    devices: tuple[Known, ...]


Fact = Reading | Availability | BridgeState | Roster | MotionBatch


class UnreadableError(Exception):
    """The message is not what its topic promises."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.__doc__} {detail}".strip())


class Source(Protocol):
    """One ecosystem on one broker."""

    name: str  #: of the ecosystem and its bridge, an identifier on the wire
    bridged: bool  #: one program stands between its devices and the broker
    placed: tuple[Known, ...]  #: devices that are known without being listed by anybody

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Topic filters on the home's broker; they may grow when devices announce themselves."""

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message, none if it says nothing to us. Raises UnreadableError."""

    def snapshot(self) -> bytes:
        """Return what is worth remembering over a restart of the agent."""

    def restore(self, snapshot: bytes) -> Roster | None:
        """Take back a snapshot; return the roster that was in it. Raises UnreadableError."""
