"""The fixed limits of quiet as a score: how much of the allowed time has passed, 1 when it is up.

The same limits as the rule that holds from the first minute: twelve hours at any time, four by day, where
sleep before the day does not count. As a score it can be spent against a budget like the learnt one.
"""

from __future__ import annotations

import numpy as np

from models.detection.limits import DAY_FROM, DAY_TO, MINUTE, QUIET, QUIET_BY_DAY
from models.detection.routines.budget import Floats
from models.detection.routines.habits import minutes_of_day, quiet_minutes
from models.detection.routines.spells import STEP, Spell


def ratio(spell: Spell) -> Floats:
    """Return the score of a spell at the end of each of its steps, up to twelve hours."""
    minutes, quiet = minutes_of_day(spell) + STEP / MINUTE, quiet_minutes() + STEP / MINUTE
    since_morning = minutes - DAY_FROM * 60
    by_day = np.where(
        (minutes >= DAY_FROM * 60) & (minutes <= DAY_TO * 60),
        np.minimum(quiet, since_morning) / (QUIET_BY_DAY / MINUTE),
        0.0,
    )
    return np.maximum(quiet / (QUIET / MINUTE), by_day)
