"""Walking about at night, live: asked about while somebody walks. See `models.detection.routines.wandering`.

What is counted lies in the home's state, fed by every sign; the limit is made at night of the home's own
nights. An answer, or one question a night, is enough: only another long walk is asked about again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from zlib import crc32

from models.detection.finding import Outcome, Reason, Risk
from models.detection.learnt.stages import unjudged
from models.detection.limits import HOUR
from models.detection.routines.counts import Counts
from models.detection.routines.wandering import (
    KEY,
    Facts,
    Measure,
    abstains,
    judged,
    measure,
    over,
    over_at,
)
from models.detection.view import Seen, View

#: By other homes' nights alone.
OTHERS: Final = measure(())
#: The next night is looked up within so long after the last, not in all homes at once.
_SPREAD: Final = 12 * HOUR


class Wandering:
    """One finding a night, and one more for each long walk after it."""

    kinds: Mapping[str, int] = {}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End what was said when all is quiet; begin when it is too much."""
        if seen is not None:
            return ()
        routine = view.state.routine
        if KEY in view.state.active:
            cleared = over(routine.night, _facts(view))
            return (cleared,) if cleared is not None else ()
        routine.pass_night(view.profile.zone, view.now)
        if not routine.night.walks or view.profile.status != "live" or self.abstains(view) is not None:
            return ()
        found = judged(routine.night, _measure(view), _facts(view))
        if found is None:
            return ()
        routine.night.said_at = view.now
        return (found,)

    def due(self, view: View) -> int | None:
        """Return when an active one is over, or when the next night must be looked up."""
        night = view.state.routine.night
        if KEY in view.state.active:
            return over_at(night)
        if view.profile.status != "live" or _rooms(view) < 2:
            return None
        return night.until + crc32(view.profile.id.encode()) % _SPREAD

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Where most sensors are not heard, or only one room is seen, nobody is seen walking about."""
        why = unjudged(view) or abstains(_facts(view))
        return ("night_wandering", why) if why is not None else None


def _rooms(view: View) -> int:
    return len({view.profile.devices[one].room for one in view.profile.inside})


def _facts(view: View) -> Facts:
    return Facts(
        now=view.now,
        zone=view.profile.zone,
        alive=view.watching(),
        sensors=len(view.profile.inside),
        rooms=_rooms(view),
        caught_up_at=view.caught_up_at(),
        answered_at=view.profile.answered_at,
    )


def _measure(view: View) -> Measure:
    usual = view.profile.usual
    if not usual.walks_limit:
        return OTHERS
    return Measure(usual.walks_limit, Counts(usual.walks_mean, usual.walks_spread), usual.nights)
