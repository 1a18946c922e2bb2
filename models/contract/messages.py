"""The messages of contract v1. Instants are UTC in milliseconds since 1970; durations are in seconds.

A type here is the validation: what decodes is valid. Unknown fields are ignored, so that an older program
reads a newer one's messages.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$(?!\n)")]
Kind = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,32}$(?!\n)")]
Seq = Annotated[int, Meta(ge=1, le=2**53)]
Instant = Annotated[int, Meta(ge=0, le=2**53)]
Clock = Literal["synced", "holdover", "unsynced"]
Short = Annotated[str, Meta(max_length=200)]

MAX_EVENTS = 500  #: in one batch
MAX_BYTES = 512 * 1024  #: of one message; a longer one is quarantined unread


class Event(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """Something that a sensor or a person did at a moment, or a sampled value (see `measurements`)."""

    seq: Seq  #: never reused within a stream
    at: Instant  #: when it happened, by the best clock the edge had
    mono: int  #: milliseconds since the edge booted: orders events when the clock was wrong
    device: Id
    kind: Kind
    value: Annotated[float, Meta(ge=-1e12, le=1e12)] | None = 1.0
    clock: Clock = "synced"
    late: bool = False  #: more than ten minutes old when it left the edge
    historic: bool = False  #: for learning only; raises nothing
    attributes: dict[str, str | int | float | bool | None] = {}


class Batch(Struct, frozen=True, kw_only=True):
    """`events`: what happened, 1 to 500 events of one stream."""

    v: int
    boot: Id  #: one run of the edge's operating system
    stream: Id  #: one life of the edge's outbox; sequence numbers count within it
    sent_at: Instant
    events: Annotated[list[Event], Meta(min_length=1, max_length=MAX_EVENTS)]
    floor: Seq = 1  #: the edge will never send a number below this one again


class Ack(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`ack`: what the hub has committed of a stream: all up to `upto`, and the `ranges` above it.

    Both ends of a range belong to it. An `upto` of 0 says that nothing is committed yet.
    """

    v: int
    stream: Id
    upto: Annotated[int, Meta(ge=0)]
    ranges: list[tuple[Seq, Seq]] = []


class State(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`state`, retained: whether the edge is there. `lost` is said by the broker in its name (last will).

    A will of an older session than the last birth is a message from the past and means nothing.
    """

    v: int
    state: Literal["online", "stopping", "lost"]
    session: Annotated[int, Meta(ge=0)]
    boot: Id
    version: Short = ""
    clock: Clock = "unsynced"
    config_version: int = 0
    config_refused: int = 0  #: a version that the edge will not run
    config_note: Short = ""  #: why not
    stream: Id | None = None
    at: Instant = 0


class Device(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """One sensor as the edge knows it."""

    id: Id
    vendor: Short = ""
    model: Short = ""
    name: Short = ""
    room: Short = ""
    kinds: list[Kind] = []
    heartbeat_s: float | None = None  #: how often it speaks when nothing happens; none when it does not
    outer_door: bool = False
    battery_powered: bool = True


class Devices(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`devices`, retained: the whole catalogue of the edge."""

    v: int
    devices: Annotated[list[Device], Meta(max_length=500)]
    unplaced: list[Device] = []  #: seen, but unknown to the capability table: a person must place them


class DeviceHealth(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """How one device does."""

    id: Id
    last_seen_at: Instant | None = None
    battery: float | None = None  #: per cent
    battery_low: bool | None = None
    link: float | None = None  #: link quality, 0 to 255
    available: bool | None = None  #: by its bridge; none when the bridge does not say


class Health(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`health`, once a minute: how the edge and its devices do."""

    v: int
    at: Instant
    uptime_s: float
    outbox: Annotated[int, Meta(ge=0)]  #: events that wait for the hub
    clock: Clock = "unsynced"
    oldest_s: float | None = None  #: age of the oldest of them
    dropped: int = 0  #: given up since the outbox was made (full disk)
    rejected: int = 0  #: sensor messages that could not be understood
    set_aside: int = 0  #: events that the hub did not take one by one; they are offered again each hour
    disk_free_mb: float | None = None
    #: Why the disk takes no events at present: `full`, `read_only`, `io_error`, `error`; empty while it does.
    disk: Short = ""
    temperature_c: float | None = None
    bridge: bool | None = None  #: whether the sensors' bridge works
    #: Wearables of which nothing can be said at present: `not_heard`, `not_worn`, `unreadable`.
    blind: dict[Id, Short] = {}
    devices: Annotated[list[DeviceHealth], Meta(max_length=500)] = []


class Config(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`config`, retained: what the hub wants the edge to run (see `configuration`)."""

    v: int
    version: Annotated[int, Meta(ge=0, le=2**31)]
    sha256: str
    settings: dict[str, Any] = {}


class OpenAlert(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """One alert that is not resolved, without a word about people."""

    id: Short
    risk: Short
    severity: Literal["advice", "warning", "emergency"]
    status: Literal["triggered", "acknowledged", "on_the_way", "on_site"]
    at: Instant
    room: Short = ""
    drill: bool = False


class Alerts(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`alerts`, retained: every open alert of the home, for showing only: an edge decides nothing by it."""

    v: int
    at: Instant
    alerts: Annotated[list[OpenAlert], Meta(max_length=100)] = []


class Command(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`command/<id>`: do this now. After `expires_at` it must not be done any more."""

    v: int
    name: Short
    expires_at: Instant
    arguments: dict[str, Any] = {}


class CommandResult(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`command/<id>/result`: what became of a command."""

    v: int
    ok: bool
    detail: str = ""


MESSAGES: dict[str, type[Struct]] = {
    "state": State,
    "devices": Devices,
    "health": Health,
    "events": Batch,
    "ack": Ack,
    "config": Config,
    "alerts": Alerts,
    "command": Command,
    "result": CommandResult,
}
