"""A long stay in the bathroom: asked after, then the station is called. Needs a motion sensor inside it.

The limits (`models.detection.routines.lengths`) begin at fixed upper ones and come down to the home's own.
"""

from __future__ import annotations

from typing import Final

from models.detection.finding import Reason, Risk, Value
from models.detection.hours import minute_of
from models.detection.learnt.lasting import Lasting
from models.detection.learnt.stages import unjudged
from models.detection.limits import DAY_FROM, DAY_TO, MINUTE
from models.detection.profile import MOTION
from models.detection.routines import live_sentences as sentences
from models.detection.routines.places import BATHROOM, place_of
from models.detection.routines.quiet import Stage
from models.detection.state import Active
from models.detection.view import View

KEY: Final = "long_bathroom"


class BathroomStay(Lasting):
    """One stay at a time; being seen elsewhere ends it."""

    risk = KEY
    sentence = sentences.IN_THE_BATHROOM

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Without movement inside nobody can tell who is in; without another sensor, who is out again."""
        sensors = _sensors(view)
        if sensors and not any(view.alive(*one) for one in sensors):
            return KEY, Reason(sentences.NO_BATHROOM_SENSOR)
        why = unjudged(view)
        if why is not None and sensors:
            return KEY, why
        room = next((view.profile.devices[one].room for one in sensors), None)
        if not sensors or not view.watching(besides=room):
            return KEY, Reason(sentences.NO_BATHROOM_SENSOR)
        return None

    def goes_on(self, view: View) -> bool:
        """Whether somebody was last seen inside."""
        return bool(view.state.routine.bathroom.inside_since and _sensors(view))

    def over(self, view: View, held: Active) -> Reason | None:
        """Being seen outside ends it."""
        since = view.state.routine.bathroom.inside_since
        if since and since <= held.raised_at:
            return None
        return Reason(sentences.LEFT_THE_BATHROOM, {"room": view.state.activity_room})

    def since(self, view: View) -> int:
        """Return when they went in, or last said that all is well."""
        inside_since = view.state.routine.bathroom.inside_since
        return max(inside_since, view.state.sight_at, view.profile.answered_at)

    def limit(self, view: View, stage: Stage) -> int:
        """Return the home's own limit: shorter by night."""
        usual = view.profile.usual
        if stage == "help":
            return round(usual.bathroom_help * MINUTE)
        minute = minute_of(view.profile.zone, view.state.routine.bathroom.inside_since)
        by_day = DAY_FROM * 60 <= minute < DAY_TO * 60
        return round((usual.bathroom_ask if by_day else usual.bathroom_ask_night) * MINUTE)

    def values(self, view: View) -> dict[str, Value]:
        """Return how long, since when, and when somebody last moved there."""
        return {
            "stay_s": (view.now - self.since(view)) / 1000,
            "since_at": self.since(view),
            "quiet_s": (view.now - view.state.routine.bathroom.moved_at) / 1000,
        }


def _sensors(view: View) -> list[tuple[str, str]]:
    devices = view.profile.devices
    return [
        one
        for one in view.profile.inside
        if devices[one].kinds & MOTION and place_of(devices[one].room) == BATHROOM
    ]
