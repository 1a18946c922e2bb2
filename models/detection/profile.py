"""What the detectors are told about a home: where its devices hang and how it is watched.

Written by the installer and by the edge's catalogue; the detectors only read it. Durations are in
milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.detection.usual import FIXED, Usual

Status = Literal["commissioning", "live", "paused"]

#: Kinds by which a sensor inside shows that somebody is up and about.
SENSES: frozenset[str] = frozenset({"motion", "presence", "contact", "bed", "vibration", "appliance"})

#: Of these, by which anybody who walks about is seen.
MOTION: frozenset[str] = frozenset({"motion", "presence"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """One device as the catalogue and the installer describe it."""

    room: str = ""
    kinds: frozenset[str] = frozenset()
    heartbeat: int | None = None  #: it speaks at least so often; none: nothing follows from its silence
    outer_door: bool = False
    battery_powered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeProfile:
    """One home. `devices` is keyed by edge and device, as on the wire."""

    id: str
    zone: str = "Asia/Shanghai"
    status: Status = "live"
    supervision: int = 180_000  #: the home speaks at least so often; 0: nothing follows from its silence
    devices: Mapping[tuple[str, str], DeviceProfile] = field(default_factory=dict)
    usual: Usual = FIXED  #: what was learnt of it
    answered_at: int = 0  #: when the resident last said that all is well
    up_by: int | None = None  #: agreed at the beginning: the resident is up by this minute of the day
    nobody_home: bool = False  #: all residents are known to be away: in hospital, with their children
    away: tuple[int, int] = (0, 0)  #: agreed with somebody: nobody is at home from then until then
    alone: bool = True  #: one resident lives here
    askable: bool = True  #: a resident has a telephone by which a question can be put
    #: The devices that can see somebody inside: an outer door's contact cannot.
    inside: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        inside = tuple(
            key for key, device in self.devices.items() if device.kinds & SENSES and not device.outer_door
        )
        object.__setattr__(self, "inside", inside)

    @property
    def sees_well(self) -> bool:
        """Whether quiet means that somebody is at home and does not move.

        By motion sensors, half of all inside at least, and a contact on an outer door. Where contacts alone
        see the resident, a leaving that no door tells of looks like a collapse.
        """
        moving = sum(bool(self.devices[one].kinds & MOTION) for one in self.inside)
        doors = any(one.outer_door and "contact" in one.kinds for one in self.devices.values())
        return doors and 0 < len(self.inside) <= 2 * moving


UNKNOWN_DEVICE = DeviceProfile()  #: speaks, but no catalogue has named it yet
