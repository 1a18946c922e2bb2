"""When quiet is unusual enough: the learnt limit and the fixed one side by side, sharing one budget.

Two budgets: questions to the resident, a few a week, and calls to the station, one a month. Nothing is said
while the resident seems to be out, and at home after twelve hours something is always said. Only the twelve
hours hold where a sensor inside is not heard (what was learnt with it is no measure without it), and after
the resident has said that all is well until they are seen again (whoever answers unseen is probably out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from models.detection.limits import HOUR, QUIET
from models.detection.routines.budget import limits
from models.detection.routines.fixed import ratio
from models.detection.routines.habits import Floats
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.spells import STEP, Spell

QUESTIONS_A_WEEK: Final = 4.0
STATION_A_MONTH: Final = 1.0
#: Nobody is asked sooner: at home and awake, people are unseen for so long every day.
NOT_BEFORE: Final = 1 * HOUR

Why = Literal["learnt", "fixed", "cap"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The scores that are exceeded together as seldom as the budget asks."""

    surprise: float
    ratio: float


#: Where a sensor is not heard.
CAP_ONLY: Final = Limits(float("inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Due:
    """When a spell becomes too long if it stays quiet, and which limit says so."""

    at: int
    why: Why


def limits_of(model: HomeModel, population: Population, a_day: float) -> Limits:
    """Return the limits of a home for a budget of `a_day` alarms a day."""
    surprise, fixed = limits(model.tail, population.tail, a_day)
    return Limits(float(surprise), float(fixed))


def due(course: Floats, spell: Spell, within: Limits) -> Due | None:
    """Return when quiet crosses a limit, or None while the resident seems to be out.

    `course` is the home's learnt surprise along this spell.
    """
    if spell.left_at is not None:
        return None
    if spell.answered:
        within = CAP_ONLY
    by_learnt = crossed(course, within.surprise, spell)
    by_fixed = crossed(ratio(spell), within.ratio, spell)
    first = min(by_learnt, by_fixed, spell.since + QUIET)
    why: Why = "learnt" if first == by_learnt else "fixed" if first == by_fixed else "cap"
    return Due(max(first, spell.since + NOT_BEFORE), why)


def crossed(course: Floats, score: float, spell: Spell) -> int:
    """Return the end of the first step whose score is above the limit; beyond any cap when none is."""
    above = np.flatnonzero(course > score)
    return spell.since + (int(above[0]) + 2) * STEP if len(above) else spell.since + 2 * QUIET
