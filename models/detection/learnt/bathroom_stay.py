"""A long stay in the bathroom: asked after, then the station is called. Needs a motion sensor inside it.

The limits (`models.detection.routines.lengths`) begin at fixed upper ones and come down to the home's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk
from models.detection.hours import minute_of
from models.detection.learnt.stages import SEVERITY, unjudged, unsaid
from models.detection.limits import DAY_FROM, DAY_TO, MINUTE
from models.detection.routines import live_sentences as sentences
from models.detection.routines.places import BATHROOM, place_of
from models.detection.routines.quiet import Stage
from models.detection.view import Seen, View

KEY: Final = "long_bathroom"
_SEES: Final = frozenset({"motion", "presence"})


class BathroomStay:
    """One stay at a time; being seen elsewhere ends it."""

    kinds: Mapping[str, int] = {}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End what was said when somebody is seen elsewhere; begin when the time is up."""
        state = view.state
        since = state.routine.bathroom.inside_since
        held = state.active.get(KEY)
        if held is not None and (not since or since > held.raised_at):
            reason = Reason(sentences.LEFT_THE_BATHROOM, {"room": state.activity_room})
            return (Cleared(dedup_key=KEY, at=state.activity_at, reason=reason),)
        if seen is not None or not since or self.abstains(view) is not None:
            return ()
        for stage in unsaid(view, KEY):
            limit = self._limit(view, stage)
            if view.now >= self._since(view) + limit:
                return (self._finding(view, stage, limit),)
        return ()

    def due(self, view: View) -> int | None:
        """Return when the stay that goes on is too long."""
        if not view.state.routine.bathroom.inside_since or not self._sensors(view):
            return None
        waits = [self._since(view) + self._limit(view, stage) for stage in unsaid(view, KEY)]
        return min((at if at > view.now else view.look_again_at() for at in waits), default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Without movement inside nobody can tell who is in; without another sensor, who is out again."""
        sensors = self._sensors(view)
        if sensors and not any(view.alive(*one) for one in sensors):
            return "long_bathroom", Reason(sentences.NO_BATHROOM_SENSOR)
        why = unjudged(view)
        if why is not None and sensors:
            return "long_bathroom", why
        room = next((view.profile.devices[one].room for one in sensors), None)
        if not sensors or not view.watching(besides=room):
            return "long_bathroom", Reason(sentences.NO_BATHROOM_SENSOR)
        return None

    def _sensors(self, view: View) -> list[tuple[str, str]]:
        devices = view.profile.devices
        return [
            one
            for one in view.profile.inside
            if devices[one].kinds & _SEES and place_of(devices[one].room) == BATHROOM
        ]

    def _since(self, view: View) -> int:
        inside_since = view.state.routine.bathroom.inside_since
        return max(inside_since, view.state.sight_at, view.profile.answered_at)

    def _limit(self, view: View, stage: Stage) -> int:
        usual = view.profile.usual
        if stage == "help":
            return round(usual.bathroom_help * MINUTE)
        minute = minute_of(view.profile.zone, view.state.routine.bathroom.inside_since)
        by_day = DAY_FROM * 60 <= minute < DAY_TO * 60
        return round((usual.bathroom_ask if by_day else usual.bathroom_ask_night) * MINUTE)

    def _finding(self, view: View, stage: Stage, limit: int) -> Finding:
        bathroom = view.state.routine.bathroom
        return Finding(
            risk="long_bathroom",
            severity=SEVERITY[stage],
            occurred_at=view.now,
            reason=Reason(
                sentences.IN_THE_BATHROOM,
                {
                    "stay_s": (view.now - self._since(view)) / 1000,
                    "since_at": self._since(view),
                    "quiet_s": (view.now - bathroom.moved_at) / 1000,
                    "limit_s": limit / 1000,
                    "days": view.profile.usual.days,
                    "alive": view.watching(),
                    "sensors": len(view.profile.inside),
                },
            ),
            dedup_key=KEY,
            room=view.state.activity_room,
            device=view.state.activity_device,
        )
