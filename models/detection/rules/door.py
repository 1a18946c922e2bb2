"""An outer door stands open for too long: for less by night than by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Value
from models.detection.hours import night_from
from models.detection.limits import OPEN_BY_DAY, OPEN_BY_NIGHT
from models.detection.view import Seen, View


class OpenDoor:
    """One finding a door and opening; closing the door ends it."""

    kinds: Mapping[str, int] = {"contact": OPEN_BY_NIGHT}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End a finding when its door is closed; begin one when its time has come."""
        if seen is None:
            return list(self._too_long(view))
        key = f"door_open:{seen.device}"
        if seen.kind == "contact" and seen.value == 0 and key in view.state.active:
            return (Cleared(dedup_key=key, at=seen.at, reason=Reason("The door is closed again.")),)
        return ()

    def due(self, view: View) -> int | None:
        """Return when a door that is open now has been open for too long."""
        waits = []
        for name, opened_at, edge in self._open(view):
            due = self._due(view, opened_at)
            if f"door_open:{name}" not in view.state.active and view.alive(edge, name):
                waits.append(due if due > view.now else view.look_again_at())
        return min(waits, default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """A door whose sensor is not heard is left out; the sensor's silence has a finding of its own."""
        return None

    def _too_long(self, view: View) -> Iterator[Outcome]:
        for name, opened_at, edge in self._open(view):
            due = self._due(view, opened_at)
            key = f"door_open:{name}"
            if due > view.now or key in view.state.active:
                continue
            if not view.alive(edge, name) or view.now < view.caught_up_at():
                continue
            room = view.device(edge, name).room
            by_night = due < opened_at + OPEN_BY_DAY
            values: dict[str, Value] = {
                "room": room,
                "open_s": (view.now - opened_at) / 1000,
                "opened_at": opened_at,
                "limit_s": (OPEN_BY_NIGHT if by_night else OPEN_BY_DAY) / 1000,
            }
            text = (
                "An outer door ({room}) has been open for {open_s}, since {opened_at}; "
                "at night the limit is {limit_s}."
                if by_night
                else "An outer door ({room}) has been open for {open_s}, since {opened_at}; "
                "the limit is {limit_s}."
            )
            yield Finding(
                risk="door_open",
                severity="warning",
                occurred_at=opened_at,
                reason=Reason(text, values),
                dedup_key=key,
                room=room,
                device=name,
            )

    def _open(self, view: View) -> Iterator[tuple[str, int, str]]:
        for edge, name, reading in view.holding("contact"):
            if view.device(edge, name).outer_door:
                yield name, reading.since, edge

    def _due(self, view: View, opened_at: int) -> int:
        by_night = night_from(view.profile.zone, opened_at + OPEN_BY_NIGHT)
        return min(opened_at + OPEN_BY_DAY, by_night)
