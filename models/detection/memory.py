"""How an event changes what is remembered of a home: last activity, doors, flags, temperatures.

Runs for every event that arrives, so it stays short (about half a microsecond, of the microsecond that the
judge takes for an ordinary event) and looks at no calendar. Concludes nothing.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from models.contract.measurements import MEASUREMENTS
from models.contract.messages import Event
from models.detection.limits import COLD, COOL, FIRST_LOOK, HOT, HYSTERESIS, LATE
from models.detection.profile import UNKNOWN_DEVICE, HomeProfile
from models.detection.state import DeviceState, EdgeState, HomeState, Reading
from models.detection.view import Seen, shows_inside

#: Kinds whose value lasts until the next word.
LASTING: frozenset[str] = frozenset(
    {"contact", "presence", "bed", "appliance", "mains", "bridge"}
    | {row.kind for row in MEASUREMENTS.values() if row.group == "safety" and row.kind != "sos"}
)
#: Kinds that sensors say again and again: only a change is somebody's doing.
_ON_CHANGE: frozenset[str] = frozenset({"contact", "bed", "appliance"})
MOST_DEVICES: Final = 500  #: remembered of one edge, as many as a catalogue may hold
_SHOWS_LIFE: frozenset[str] = frozenset(row.kind for row in MEASUREMENTS.values() if row.presence) | {"bed"}


def take(
    profile: HomeProfile,
    state: HomeState,
    edge: str,
    link: EdgeState,
    event: Event,
    now: int,
    starters: Container[str],
) -> Seen | None:
    """Remember an event. Return it for the detectors, or None when none of them can have use for it.

    `starters` are the kinds that may start something; the others matter only while something is going on.
    """
    kind, value = event.kind, event.value
    at = event.at
    if at > now or event.clock == "unsynced":
        at = now
    device = link.devices.get(event.device)
    if device is None:
        device = DeviceState(since=now)
        if len(link.devices) < MOST_DEVICES:  # names without end must not fill the memory
            link.devices[event.device] = device
    if not event.historic and at > device.heard_at:
        device.heard_at = at
    row = MEASUREMENTS.get(kind)
    if row is None or value is None or not row.minimum <= value <= row.maximum:
        return None
    late = event.late or now - at > LATE

    before = None
    activity = value > 0 and kind in _SHOWS_LIFE
    if kind in LASTING:
        before = device.readings.get(kind)
        if kind in _ON_CHANGE:
            activity = changed(kind, value, before.value if before is not None else None)
        # An old word may end what lasts, and an emergency may begin by it; anything else is history only.
        if not event.historic and (not late or value == 0 or (kind in starters and row.urgent)):
            _keep(device, kind, value, at, before)
    elif kind == "temperature" and not late and not event.historic:
        _sort(device, value, at)

    if activity:
        known = profile.devices.get((edge, event.device), UNKNOWN_DEVICE)
        _move(state, at, known.room, event.device, outer_door=kind == "contact" and known.outer_door)
        if kind == "contact" and known.outer_door and value > 0 and not late and at > state.opened_at:
            state.opened_at = at
    elif kind not in starters and not state.active:
        return None
    else:
        known = profile.devices.get((edge, event.device), UNKNOWN_DEVICE)
    if event.historic or not (kind in starters or state.active or state.suspected):
        return None
    return Seen(edge, event.device, known, kind, value, at, late, activity, before)


def changed(kind: str, value: float, before: float | None) -> bool:
    """Whether a word of a kind that is said again and again is somebody's doing."""
    if kind == "appliance" and value == 0:
        return False
    return value > 0 if before is None else value != before


def shows_life(kind: str, value: float, before: float | None) -> bool:
    """Whether a word shows somebody up and about, held against the last word of that kind by its device."""
    return changed(kind, value, before) if kind in _ON_CHANGE else value > 0 and kind in _SHOWS_LIFE


def _keep(device: DeviceState, kind: str, value: float, at: int, before: Reading | None) -> None:
    """Keep a lasting value; one that is older than what is known changes nothing."""
    if before is None or before.at <= at:
        since = before.since if before is not None and before.value == value else at
        device.readings[kind] = Reading(value, since, at)


def _sort(device: DeviceState, value: float, at: int) -> None:
    """Keep since when it has been too cold or too hot; the way back is one step of hysteresis longer."""
    for name, over, back in (
        ("cold", value < COLD, value >= COLD + HYSTERESIS),
        ("cool", value < COOL, value >= COOL + HYSTERESIS),
        ("hot", value > HOT, value <= HOT - HYSTERESIS),
    ):
        held = device.readings.get(name)
        if held is not None and at < held.at:
            continue
        if over or (held is not None and not back):
            device.readings[name] = Reading(value, at if held is None else held.since, at)
        elif held is not None:
            del device.readings[name]


def _move(state: HomeState, at: int, room: str, device: str, *, outer_door: bool) -> None:
    """Somebody was up and about at `at`: should it be the last time, this must be noticed."""
    if at >= state.activity_at:
        if at + FIRST_LOOK < state.wake_at:
            state.wake_at = at + FIRST_LOOK
        soon = state.routine.take(at, room, outer_door)
        if soon and at + soon < state.wake_at:
            state.wake_at = at + soon
        state.activity_at, state.activity_room, state.activity_device = at, room, device
    if outer_door:
        if at > state.door_at:
            state.door_at, state.door_room = at, room
    elif at > state.inside_at and shows_inside(state, at, room):
        state.inside_at = at
