"""When quiet is unusual enough: one score of what is learnt and what is fixed, and two budgets.

The budgets: questions to the resident, a few a week, and calls to the station. What evaluation asks of
unusual quiet alone are four questions a week and one call a month (`BUDGETS`); a home that is watched has
the share of its budget that `verdicts.allowance` gives to quiet, which is stricter, and that one holds.

Nothing is said while the resident seems to be out, and at home after twelve hours something is always said.
Only the twelve hours hold where a sensor inside is not heard (what was learnt with it is no measure without
it). Whoever has said that all is well and is not seen afterwards is asked once more after five to six hours;
then only the twelve hours are left: whoever answers unseen is probably out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from models.detection.limits import HOUR, QUIET
from models.detection.routines.budget import Floats
from models.detection.routines.model import end_of_step
from models.detection.routines.spells import Spell

Stage = Literal["ask", "help"]

QUESTIONS_A_WEEK: Final = 4.0
STATION_A_MONTH: Final = 1.0
BUDGETS: Final[dict[Stage, float]] = {"ask": QUESTIONS_A_WEEK / 7, "help": STATION_A_MONTH / 30}  #: a day
#: Nobody is asked sooner: at home and awake, people are unseen for an hour every day. The station is not
#: called before a sensor that has died is known to be dead: three heartbeats of an hour.
NOT_BEFORE: Final[dict[Stage, int]] = {"ask": 1 * HOUR, "help": 3 * HOUR}
#: After an answer that no movement followed the resident is asked again: when the quiet since is unusual, but
#: not sooner nor later than this. One press by mistake is not half a day of silence.
AGAIN: Final = (5 * HOUR, 6 * HOUR)
#: The limit where only the twelve hours hold.
CAP_ONLY: Final = float("inf")

Why = Literal["unusual", "cap", "again"]


@dataclass(frozen=True, slots=True)
class Due:
    """When a spell becomes too long if it stays quiet, and which limit says so."""

    at: int
    why: Why


def due(course: Floats, spell: Spell, limit: float, stage: Stage) -> Due | None:
    """Return when quiet crosses the limit, or None while the resident seems to be out.

    `course` is the score at the end of each step of this spell.
    """
    if spell.left_at is not None:
        return None
    cap = spell.since + QUIET
    second = spell.answers == 1 and stage == "ask" and limit < CAP_ONLY
    above = np.flatnonzero(course > (CAP_ONLY if spell.answers and not second else limit))
    crossed = end_of_step(spell, int(above[0])) if len(above) else cap
    if second:
        soonest, latest = AGAIN
        return Due(min(max(crossed, spell.since + soonest), spell.since + latest), "again")
    return Due(max(crossed, spell.since + NOT_BEFORE[stage]), "unusual") if crossed < cap else Due(cap, "cap")
