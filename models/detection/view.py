"""What a detector looks at: one home at one instant, and the event that has just come, if any.

Answers the questions that several detectors ask, first of all whether a sensor can be trusted to speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from models.contract.messages import Event
from models.detection.limits import CATCHING_UP, CATCHING_UP_AT_MOST, EMPTY, LEAVING, LOOK_AGAIN, MISSED
from models.detection.profile import UNKNOWN_DEVICE, DeviceProfile, HomeProfile
from models.detection.state import DeviceState, HomeState, Reading

if TYPE_CHECKING:
    from models.detection.routines.model import HomeModel


class Seen:
    """One event as it is judged: at the right time, with what was known of it before."""

    __slots__ = ("activity", "at", "before", "device", "edge", "kind", "late", "profile", "value")

    def __init__(
        self,
        edge: str,
        device: str,
        profile: DeviceProfile,
        kind: str,
        value: float,
        at: int,
        late: bool,
        activity: bool,
        before: Reading | None,
    ) -> None:
        self.edge = edge
        self.device = device
        self.profile = profile
        self.kind = kind
        self.value = value
        self.at = at  #: never after now
        self.late = late
        self.activity = activity  #: somebody is up and about
        self.before = before  #: the last value of this kind by this device, where it lasts

    @property
    def place(self) -> str:
        """The room, or the device where no room is known: names what happened there."""
        return self.profile.room or self.device


#: Home → how usual its quiet is, or None where nothing has been learnt. Asked at a few looks only.
Library = Callable[[str], "HomeModel | None"]


def nothing_learnt(home: str) -> HomeModel | None:
    """Return nothing: every home starts from what other homes have shown."""
    return None


class View:
    """One home at `now`."""

    __slots__ = ("_library", "batch", "now", "profile", "sensors_watching", "state")

    def __init__(
        self,
        profile: HomeProfile,
        state: HomeState,
        now: int,
        batch: Sequence[Event] = (),
        library: Library = nothing_learnt,
    ) -> None:
        self._library = library
        self.profile = profile
        self.state = state
        self.now = now
        self.sensors_watching: int | None = None  #: as long as nothing new is heard
        self.batch = batch  #: all that came together, so that an old word can be held against a newer one

    def learnt(self) -> HomeModel | None:
        """Return what was learnt of this home's quiet; dear, so at looks only."""
        return self._library(self.profile.id)

    def device(self, edge: str, device: str) -> DeviceProfile:
        """Return what is known of a device; an unknown one has no room and no duties."""
        return self.profile.devices.get((edge, device), UNKNOWN_DEVICE)

    def holding(self, kind: str, value: float = 1.0) -> Iterator[tuple[str, str, Reading]]:
        """Every device whose last word about `kind` is `value`, with that reading."""
        for edge, link in self.state.edges.items():
            for name, device in link.devices.items():
                reading = device.readings.get(kind)
                if reading is not None and reading.value == value:
                    yield edge, name, reading

    # ── whether silence means anything ────────────────────────────────────────────────────────────────

    def heard_at(self) -> int:
        """When the home was last heard, or could first have been."""
        links = self.state.edges.values()
        return max(self.state.since, self.state.listening_since, *(link.heard_at for link in links), 0)

    def overdue_at(self, edge: str, name: str) -> int | None:
        """When a device has missed its heartbeats, or None when nothing follows from its silence."""
        profile = self.profile.devices.get((edge, name))
        link = self.state.edges.get(edge)
        if profile is None or profile.heartbeat is None or link is None:
            return None
        device = link.devices.get(name)
        since = device if device is not None else DeviceState(since=self.state.since)
        last = max(since.heard_at, since.since, link.back_at, self.state.listening_since)
        return last + MISSED * profile.heartbeat

    def speaks(self, edge: str) -> bool:
        """Whether an edge and its line work."""
        link = self.state.edges.get(edge)
        if link is None or link.state == "lost":
            return False
        supervision = self.profile.supervision
        return not supervision or self.now < max(link.heard_at, self.state.listening_since) + supervision

    def alive(self, edge: str, name: str) -> bool:
        """Whether a device would have told us, had there been something to tell."""
        link = self.state.edges.get(edge)
        if link is None or link.bridge is False or not self.speaks(edge):
            return False
        device = link.devices.get(name)
        if device is not None and device.available is False:
            return False
        overdue_at = self.overdue_at(edge, name)
        return overdue_at is None or self.now < overdue_at

    def watching(self, besides: str | None = None) -> int:
        """How many sensors would see somebody move inside, outside the room `besides`."""
        if besides is not None:
            devices = self.profile.devices
            return sum(self.alive(*key) for key in self.profile.inside if devices[key].room != besides)
        if self.sensors_watching is None:
            self.sensors_watching = sum(self.alive(*key) for key in self.profile.inside)
        return self.sensors_watching

    def caught_up_at(self) -> int:
        """From when on the quiet of the home may be judged: its edges have sent what they kept."""
        at = 0
        for link in self.state.edges.values():
            if self.profile.supervision and link.heard_at < self.state.listening_since:
                at = max(at, self.now + LOOK_AGAIN)  # the hub was deaf, and has not heard it again yet
            elif link.back_at:
                at = max(at, link.back_at + (CATCHING_UP_AT_MOST if link.behind else CATCHING_UP))
        return at

    def look_again_at(self) -> int:
        """When to look again at what could not be judged now: caught up by then, or a sensor heard."""
        caught_up_at = self.caught_up_at()
        return caught_up_at if caught_up_at > self.now else self.now + LOOK_AGAIN

    # ── whether anybody is inside ─────────────────────────────────────────────────────────────────────

    def nobody_home(self) -> bool:
        """Whether people have said that nobody is at home now."""
        since, until = self.profile.away
        return self.profile.nobody_home or since <= self.now < until

    def left_at(self) -> int | None:
        """When somebody used an outer door with no sign of anybody inside since; None when there is one."""
        state = self.state
        return state.door_at if state.door_at > state.inside_at else None

    def away_at(self) -> int | None:
        """When the home became empty, as far as one can tell; None while somebody seems to be inside."""
        left_at = self.left_at()
        return left_at if left_at is not None and self.now - left_at >= EMPTY else None


def shows_inside(state: HomeState, at: int, room: str) -> bool:
    """Whether movement at `at` is somebody inside, not the one who is just leaving by the outer door."""
    if at <= state.door_at:
        return False
    if room and state.door_room and room != state.door_room:
        return True
    return at > state.door_at + LEAVING
