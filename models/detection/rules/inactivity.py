"""Nobody has been seen moving for too long.

Counted from the last activity; by day not from before the day began, so that sleep does not count. Where no
sensor could have seen anybody, nothing is said about people: that is reported as blindness instead.

While somebody seems to be out (an outer door was used and nothing has moved inside since) the limit by day
does not hold, or every shopping trip would call the family. The limit of 12 h still does: who lies right
behind the door looks as if out, and who is not back after 12 h deserves a call as well. Its text says both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.detection.doubts import DOUBTS
from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Value
from models.detection.hours import day_of
from models.detection.limits import QUIET, QUIET_BY_DAY
from models.detection.view import Seen, View

KEY = "inactivity"


class Inactivity:
    """Raises after 12 h without activity, or 4 h by day; movement ends it."""

    kinds: Mapping[str, int] = {}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End an earlier finding by movement; begin one when its time has come."""
        state = view.state
        active = state.active.get(KEY)
        if active is not None:
            quiet = view.now - state.activity_at
            if quiet >= QUIET_BY_DAY or state.activity_at <= active.seen_at:
                return ()
            room = state.activity_room
            text = "Somebody moves again ({room})." if room else "Somebody moves again."
            return (Cleared(dedup_key=KEY, at=state.activity_at, reason=Reason(text, {"room": room})),)
        if seen is not None or not view.profile.inside or self.abstains(view) is not None:
            return ()
        since = _since(view)
        due, by_day = _first_due(view, since)
        return (self._finding(view, since, by_day),) if due <= view.now else ()

    def due(self, view: View) -> int | None:
        """Return when it has been quiet for too long, if it stays quiet."""
        if KEY in view.state.active or not view.profile.inside:
            return None
        due, _ = _first_due(view, _since(view))
        return due if due > view.now else view.look_again_at()

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Nothing is said while no sensor inside is heard, or while an edge still sends what it kept."""
        if not view.profile.inside:
            return "inactivity", Reason("No sensor inside can see anybody move.")
        if not view.watching():
            return "inactivity", Reason(
                "Not judged: none of the {sensors} sensors that see movement is heard.",
                {"sensors": len(view.profile.inside)},
            )
        if view.now < view.caught_up_at():
            return "inactivity", Reason("Not judged yet: the line is back and old events are still coming.")
        return None

    def _finding(self, view: View, since: int, by_day: bool) -> Finding:
        state = view.state
        values: dict[str, Value] = {
            "quiet_s": (view.now - since) / 1000,
            "limit_s": (QUIET_BY_DAY if by_day else QUIET) / 1000,
            "seen_at": since,
            "room": state.activity_room,
            "alive": view.watching(),
            "sensors": len(view.profile.inside),
        }
        away_at = view.away_at()
        if away_at is not None:
            values["left_at"] = away_at
            text = (
                "Probably out since {left_at} and not back for {quiet_s}: an outer door was used and nothing "
                "has moved inside since ({alive} of {sensors} sensors are heard). "
                "Somebody may also lie behind the door."
            )
        elif since == view.profile.answered_at > state.activity_at:
            values["answered_at"] = since
            text = DOUBTS["no_movement"]
        elif since != state.activity_at:
            text = (
                "No movement since the sensors can be heard, {quiet_s} ago (limit {limit_s}; "
                "{alive} of {sensors} sensors are heard)."
            )
        elif by_day:
            text = (
                "No movement for {quiet_s}, last at {seen_at} ({room}); by day the limit is {limit_s} "
                "({alive} of {sensors} sensors are heard)."
            )
        else:
            text = (
                "No movement for {quiet_s}, last at {seen_at} ({room}); the limit is {limit_s} "
                "({alive} of {sensors} sensors are heard)."
            )
        return Finding(
            risk="inactivity",
            severity="warning",
            occurred_at=view.now,
            reason=Reason(text, values),
            dedup_key=KEY,
            room=state.activity_room,
            device=state.activity_device,
        )


def _since(view: View) -> int:
    """From when on quiet counts: the last activity or answer, not from before the home could be seen."""
    state = view.state
    return max(state.activity_at, state.sight_at, state.since, view.profile.answered_at)


def _first_due(view: View, since: int) -> tuple[int, bool]:
    """Return when quiet that began at `since` has lasted too long, and whether by the limit of the day."""
    at_any_time = since + QUIET
    if view.away_at() is not None or since == view.profile.answered_at:
        return at_any_time, False  # whoever answers unseen is probably out
    zone = view.profile.zone
    for later in (0, 1):
        day = day_of(zone, since, later)
        by_day = max(since, day.start) + QUIET_BY_DAY
        if by_day <= day.end:
            return (by_day, True) if by_day <= at_any_time else (at_any_time, False)
    return at_any_time, False
