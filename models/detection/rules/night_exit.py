"""Somebody left at night: an outer door was opened and nothing has moved inside since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk
from models.detection.hours import is_night
from models.detection.limits import NIGHT_EXIT
from models.detection.view import Seen, View

KEY = "night_exit"


class NightExit:
    """Raises a quarter of an hour after the door; movement inside ends it."""

    kinds: Mapping[str, int] = {"contact": NIGHT_EXIT}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End an earlier finding by movement inside; begin one when its time has come."""
        state = view.state
        active = state.active.get(KEY)
        if active is not None:
            if state.inside_at <= state.door_at:
                return ()
            reason = Reason("Somebody moves inside again ({room}).", {"room": state.activity_room})
            return (Cleared(dedup_key=KEY, at=state.inside_at, reason=reason),)
        if seen is not None or not self._left(view) or view.now < _quiet_from(view) + NIGHT_EXIT:
            return ()
        if self.abstains(view) is not None:
            return ()
        return (
            Finding(
                risk="night_exit",
                severity="warning",
                occurred_at=state.opened_at,
                reason=Reason(
                    "An outer door was opened at {opened_at} at night "
                    "and nothing has moved inside for {quiet_s} "
                    "({alive} of {sensors} sensors are heard).",
                    {
                        "opened_at": state.opened_at,
                        "quiet_s": (view.now - _quiet_from(view)) / 1000,
                        "alive": view.watching(),
                        "sensors": len(view.profile.inside),
                    },
                ),
                dedup_key=KEY,
                room=state.door_room,
            ),
        )

    def due(self, view: View) -> int | None:
        """Return when whoever left is out for too long."""
        due = _quiet_from(view) + NIGHT_EXIT
        if KEY in view.state.active or not self._left(view):
            return None
        if due > view.now:
            return due
        return view.look_again_at()

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Without a sensor inside that is heard, nobody can tell who came back."""
        if not view.watching():
            return "night_exit", Reason(
                "Not judged: none of the {sensors} sensors that see movement is heard.",
                {"sensors": len(view.profile.inside)},
            )
        if view.now < view.caught_up_at():
            return "night_exit", Reason("Not judged yet: the line is back and old events are still coming.")
        return None

    def _left(self, view: View) -> bool:
        """Whether somebody went out at night and nothing has moved inside since."""
        state = view.state
        return (
            state.opened_at > 0
            and view.left_at() is not None
            and is_night(view.profile.zone, state.opened_at)
        )


def _quiet_from(view: View) -> int:
    """From when on the sensors would have seen somebody inside."""
    return max(view.state.door_at, view.state.sight_at)
