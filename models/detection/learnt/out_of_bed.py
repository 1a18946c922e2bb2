"""Out of bed at night and unseen: somebody got up, and nothing moves any more, in bed or elsewhere.

Needs a bed sensor that is heard. Limits: `models.detection.routines.lengths`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk
from models.detection.hours import minute_of
from models.detection.learnt.stages import SEVERITY, unjudged, unsaid
from models.detection.limits import MINUTE
from models.detection.routines import live_sentences as sentences
from models.detection.routines.bed import NIGHT_FROM, NIGHT_TO
from models.detection.routines.quiet import Stage
from models.detection.view import Seen, View

KEY: Final = "night_out_of_bed"
#: A bed that was never said to be empty or taken is not known to be empty.
LEAST: Final = 30 * MINUTE


class OutOfBed:
    """Between eleven and six, not while somebody is out."""

    kinds: Mapping[str, int] = {"bed": LEAST}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End by any sign of life what was said; begin when the time is up."""
        state = view.state
        held = state.active.get(KEY)
        if held is not None and state.activity_at > held.seen_at:
            return (Cleared(dedup_key=KEY, at=state.activity_at, reason=Reason(sentences.SEEN_AGAIN)),)
        if seen is not None or not self._empty_at_night(view) or self.abstains(view) is not None:
            return ()
        for stage in unsaid(view, KEY):
            limit = self._limit(view, stage)
            if view.now >= self._since(view) + limit:
                return (self._finding(view, stage, limit),)
        return ()

    def due(self, view: View) -> int | None:
        """Return when the quiet out of bed is too long."""
        if not self._empty_at_night(view):
            return None
        waits = [self._since(view) + self._limit(view, stage) for stage in unsaid(view, KEY)]
        return min((at if at > view.now else view.look_again_at() for at in waits), default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Without the bed's sensor quiet at night is sleep."""
        if not any(view.alive(*one) for one in self._beds(view)):
            return "night_out_of_bed", Reason(sentences.NO_BED_SENSOR)
        why = unjudged(view)
        return ("night_out_of_bed", why) if why is not None else None

    def _beds(self, view: View) -> list[tuple[str, str]]:
        return [one for one in view.profile.inside if "bed" in view.profile.devices[one].kinds]

    def _empty_at_night(self, view: View) -> bool:
        state = view.state
        if not state.activity_at or state.routine.walk.left_at() is not None:
            return False
        beds = self._beds(view)
        known = any(True for one in view.holding("bed", 0.0) if one[:2] in beds)
        if not known or any(True for one in view.holding("bed", 1.0) if one[:2] in beds):
            return False
        began = minute_of(view.profile.zone, self._since(view))
        return began >= NIGHT_FROM or began < NIGHT_TO

    def _since(self, view: View) -> int:
        return max(view.state.activity_at, view.state.sight_at, view.profile.answered_at)

    def _limit(self, view: View, stage: Stage) -> int:
        usual = view.profile.usual
        return round((usual.bed_ask if stage == "ask" else usual.bed_help) * MINUTE)

    def _finding(self, view: View, stage: Stage, limit: int) -> Finding:
        return Finding(
            risk="night_out_of_bed",
            severity=SEVERITY[stage],
            occurred_at=view.now,
            reason=Reason(
                sentences.OUT_OF_BED,
                {
                    "quiet_s": (view.now - self._since(view)) / 1000,
                    "seen_at": self._since(view),
                    "room": view.state.activity_room,
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
