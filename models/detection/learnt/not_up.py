"""Not up in the morning: later than agreed, or than this resident ever is after such an evening.

Up is who was seen twice about the home since four o'clock, or used an outer door (`routines.wake`). After a
night that was spent elsewhere nothing is said: nobody was heard in the bedroom, where it has a sensor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Value
from models.detection.hours import four_after, minute_of, wall_minute
from models.detection.learnt.stages import unjudged
from models.detection.limits import HOUR, MINUTE
from models.detection.routines import live_sentences as sentences
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.wake import GRACE, LATEST, MORNING, limit_after
from models.detection.view import Seen, View

KEY: Final = "not_up"
_DAY: Final = 24 * HOUR
_LONG: Final = 3 * HOUR  #: after the limit nothing new is said: the inactivity is


class NotUp:
    """One finding a morning; being seen about the home ends it."""

    kinds: Mapping[str, int] = {}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End what was said when somebody is up; begin when it is late."""
        state, routine = view.state, view.state.routine
        held = state.active.get(KEY)
        if held is not None:
            if max(routine.up_at, routine.about_at) <= held.raised_at:
                return ()
            reason = Reason(sentences.IS_UP, {"room": state.activity_room})
            return (Cleared(dedup_key=KEY, at=state.activity_at, reason=reason),)
        if seen is not None:
            return ()
        zone, now = view.profile.zone, view.now
        routine.pass_four(zone, now)
        if not self._wanted(view) or self.abstains(view) is not None:
            return ()
        four = wall_minute(zone, now, MORNING)
        limit, agreed = self._limit(view)
        if not limit <= now < limit + _LONG or routine.up_at >= four:
            return ()
        if routine.walk.left_at() is not None or not self._slept_here(view, four):
            return ()
        if max(state.sight_at, state.since, view.profile.answered_at) > four:
            return ()  # the morning was not seen, or the resident has said since that all is well
        return (self._finding(view, limit, agreed),)

    def due(self, view: View) -> int | None:
        """Return this morning's limit, or the next four o'clock, when the evening before it will be known."""
        if not self._wanted(view):
            return None
        zone, now = view.profile.zone, view.now
        four, limit = wall_minute(zone, now, MORNING), self._limit(view)[0]
        expected = view.state.routine.up_at < four <= now and KEY not in view.state.active
        if expected and now < limit:
            return limit
        if expected and now < limit + _LONG and self.abstains(view) is not None:
            return view.look_again_at()
        return four_after(zone, now)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Who cannot be seen getting up is not said to be in bed."""
        devices = view.profile.devices
        about = [one for one in view.profile.inside if place_of(devices[one].room) not in (BEDROOM, BATHROOM)]
        if not any(view.alive(*one) for one in about):
            return "not_up", Reason(sentences.NOWHERE_TO_BE_SEEN)
        why = unjudged(view)
        return ("not_up", why) if why is not None else None

    def _wanted(self, view: View) -> bool:
        """Whether a time was agreed or is known: a home that nobody has spoken about has none."""
        return view.profile.status == "live" and bool(
            view.profile.up_by is not None or view.profile.usual.latest_up is not None
        )

    def _limit(self, view: View) -> tuple[int, bool]:
        """Return the instant from which on it is late, and whether by what was agreed."""
        zone, now, usual = view.profile.zone, view.now, view.profile.usual
        limits = []
        if view.profile.up_by is not None:
            limits.append((min(view.profile.up_by + GRACE, LATEST), True))
        if usual.latest_up is not None:
            limits.append((limit_after(usual.latest_up, usual.late_evening, self._to_bed(view)), False))
        minute, agreed = min(limits)
        return wall_minute(zone, now, minute), agreed

    def _to_bed(self, view: View) -> float | None:
        """Return the minute at which last evening ended, counting on past midnight."""
        evening_at = view.state.routine.evening_at
        if not evening_at or view.now - evening_at > _DAY:
            return None
        minute = minute_of(view.profile.zone, evening_at)
        return minute if minute >= MORNING else minute + 1440

    def _slept_here(self, view: View, four: int) -> bool:
        devices = view.profile.devices
        has_bedroom = any(place_of(devices[one].room) == BEDROOM for one in view.profile.inside)
        midnight = four - MORNING * MINUTE
        return not has_bedroom or view.state.routine.bedroom_at >= midnight - 4 * HOUR

    def _finding(self, view: View, limit: int, agreed: bool) -> Finding:
        values: dict[str, Value] = {
            "limit_at": limit,
            "alive": view.watching(),
            "sensors": len(view.profile.inside),
        }
        zone, now = view.profile.zone, view.now
        if agreed:
            text = sentences.NOT_UP_AS_AGREED
            values["agreed_at"] = wall_minute(zone, now, view.profile.up_by or 0)
        else:
            text = sentences.NOT_UP_AS_USUAL
            values["usual_at"] = wall_minute(zone, now, view.profile.usual.latest_up or 0)
        return Finding(
            risk="not_up",
            severity="warning",
            occurred_at=view.now,
            reason=Reason(text, values),
            dedup_key=KEY,
        )
