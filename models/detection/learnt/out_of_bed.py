"""Out of bed at night and unseen: somebody got up, and nothing moves any more, in bed or elsewhere.

Needs a bed sensor that is heard. Limits: `models.detection.routines.lengths`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.detection.finding import Reason, Risk, Value
from models.detection.hours import minute_of
from models.detection.learnt.lasting import Lasting
from models.detection.learnt.stages import unjudged
from models.detection.limits import MINUTE
from models.detection.routines import live_sentences as sentences
from models.detection.routines.bed import NIGHT_FROM, NIGHT_TO
from models.detection.routines.quiet import Stage
from models.detection.state import Active
from models.detection.view import View

KEY: Final = "night_out_of_bed"
#: A bed that was never said to be empty or taken is not known to be empty.
LEAST: Final = 30 * MINUTE


class OutOfBed(Lasting):
    """Between eleven and six, not while somebody is out; any sign of life ends it."""

    kinds: Mapping[str, int] = {"bed": LEAST}
    risk = KEY
    sentence = sentences.OUT_OF_BED

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Without the bed's sensor quiet at night is sleep."""
        if not any(view.alive(*one) for one in _beds(view)):
            return KEY, Reason(sentences.NO_BED_SENSOR)
        why = unjudged(view)
        return (KEY, why) if why is not None else None

    def goes_on(self, view: View) -> bool:
        """Whether the bed is known to be empty, and the quiet began at night."""
        state = view.state
        if not state.activity_at or state.routine.walk.left_at() is not None:
            return False
        beds = _beds(view)
        known = any(True for one in view.holding("bed", 0.0) if one[:2] in beds)
        if not known or any(True for one in view.holding("bed", 1.0) if one[:2] in beds):
            return False
        began = minute_of(view.profile.zone, self.since(view))
        return began >= NIGHT_FROM or began < NIGHT_TO

    def over(self, view: View, held: Active) -> Reason | None:
        """Any sign of life ends it."""
        return Reason(sentences.SEEN_AGAIN) if view.state.activity_at > held.seen_at else None

    def since(self, view: View) -> int:
        """Return when somebody was last seen, or said that all is well."""
        return max(view.state.activity_at, view.state.sight_at, view.profile.answered_at)

    def limit(self, view: View, stage: Stage) -> int:
        """Return the home's own limit."""
        usual = view.profile.usual
        return round((usual.bed_ask if stage == "ask" else usual.bed_help) * MINUTE)

    def values(self, view: View) -> dict[str, Value]:
        """Return how long it is quiet, and where somebody was last seen."""
        return {
            "quiet_s": (view.now - self.since(view)) / 1000,
            "seen_at": self.since(view),
            "room": view.state.activity_room,
        }


def _beds(view: View) -> list[tuple[str, str]]:
    return [one for one in view.profile.inside if "bed" in view.profile.devices[one].kinds]
