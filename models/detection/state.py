"""What the detectors remember of a home between two events: small, and the same after a restart.

Instants are milliseconds since 1970 (UTC), 0 meaning never. Fields are only ever appended, with a default:
then an older snapshot still reads. A change that breaks this counts VERSION up, and the snapshots written
before it are rebuilt from the stored events.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct, field

from models.detection import routine
from models.detection.routine import Routine

VERSION: Final = 1
NEVER: Final = 2**53  #: later than any instant


class UnreadableStateError(Exception):
    """The snapshot of a home's state cannot be read by this program."""


class Reading(Struct, array_like=True, gc=False):
    """The last value of one kind of a device, since when it is so, and when it was last said."""

    value: float
    since: int
    at: int


class DeviceState(Struct, array_like=True):
    """One device."""

    since: int  #: known since
    heard_at: int = 0
    available: bool | None = None  #: by its bridge
    #: By kind, for what lasts (a door is open, a flag is up), and `cold`, `cool`, `hot` (see `memory`).
    readings: dict[str, Reading] = field(default_factory=dict)


class EdgeState(Struct, array_like=True):
    """One edge agent and its line."""

    state: str = "new"  #: as in the contract, or `new`
    state_since: int = 0
    session: int = 0
    boot: str = ""
    heard_at: int = 0
    back_at: int = 0  #: heard again after a silence, or its bridge works again
    behind: bool = False  #: it still has old events to send
    bridge: bool | None = None
    devices: dict[str, DeviceState] = field(default_factory=dict)
    bridge_since: int = 0  #: since when it does not work


class Active(Struct, array_like=True, gc=False):
    """A finding that holds: since when, and when it was last raised."""

    since: int
    raised_at: int
    severity: str = ""
    seen_at: int = 0  #: the last sign of life when it was raised


class Suspicion(Struct, array_like=True, gc=False):
    """Perhaps a fall, waiting for a sign of life elsewhere."""

    at: int
    edge: str
    device: str
    room: str
    moved_at: int = 0  #: movement in the same room since
    raised: bool = False
    key: str = ""  #: the dedup key under which it was raised, if it was


class HomeState(Struct, array_like=True):
    """All that is remembered of one home."""

    since: int  #: watched since
    listening_since: int  #: the hub has been able to hear since; silence before it is the hub's own
    wake_at: int = 0  #: look again by then at the latest, whatever comes or does not come
    activity_at: int = 0  #: the last sign of somebody up and about
    activity_room: str = ""
    activity_device: str = ""
    sight_at: int = 0  #: before this the home could not be seen: nothing follows from the quiet
    inside_at: int = 0  #: the last movement that shows somebody inside, whoever left before
    door_at: int = 0  #: an outer door was last opened or closed
    door_room: str = ""
    opened_at: int = 0  #: an outer door was last opened
    edges: dict[str, EdgeState] = field(default_factory=dict)
    active: dict[str, Active] = field(default_factory=dict)  #: by dedup key
    suspected: dict[str, Suspicion] = field(default_factory=dict)  #: by the dedup key of the fall it may be
    blind: bool = False  #: when last looked at, no sensor that sees movement was heard
    routine: Routine = field(default_factory=Routine)

    def to_bytes(self) -> bytes:
        """Return the snapshot."""
        return bytes((VERSION,)) + _ENCODER.encode(self)

    @classmethod
    def from_bytes(cls, snapshot: bytes) -> HomeState:
        """Return the state of a snapshot; UnreadableStateError for another version's or a broken one."""
        if not snapshot or snapshot[0] != VERSION:
            raise UnreadableStateError(
                f"Its version is {snapshot[:1].hex() or 'missing'}, not {VERSION:02x}."
            )
        try:
            return _DECODER.decode(memoryview(snapshot)[1:])
        except msgspec.DecodeError as error:
            raise UnreadableStateError(str(error)) from error

    @classmethod
    def fresh(cls, now: int) -> HomeState:
        """Return the state of a home that is watched from now on."""
        return cls(since=now, listening_since=now, wake_at=now)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=routine.saved)
_DECODER = msgspec.msgpack.Decoder(HomeState, dec_hook=routine.restored)
