"""What is compared: the product's detector, its parts, and the plain methods that it has to beat.

A method learns days and says when a spell becomes too long. Every method gets the same filter of who is out,
the same cap of twelve hours and the same way from scores to limits, so that only the score differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from models.detection.limits import HOUR, MINUTE, QUIET
from models.detection.routines.budget import Floats, Tail, limit
from models.detection.routines.fixed import ratio
from models.detection.routines.habits import STEPS, minutes_of_day, quiet_minutes, steps_of
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.quiet import BUDGETS, CAP_ONLY, Stage, due
from models.detection.routines.spells import STEP, Spell


class Method(Protocol):
    """Learns a home day by day; says when a spell is too long."""

    budgets: Mapping[Stage, float]  #: calls a day that each stage may spend

    def learn(self, day: Sequence[Spell]) -> None:
        """Take in one more day."""
        ...

    def alarm(self, spell: Spell, stage: Stage, *, trusted: bool = True) -> int | None:
        """Return when it would speak, within the budget of a stage, if the spell went on for ever.

        Not `trusted`: a sensor inside is known to be silent.
        """
        ...


class Product:
    """What is shipped: what is learnt and what is fixed in one score, and the cap."""

    def __init__(self, population: Population) -> None:
        self.budgets: Mapping[Stage, float] = BUDGETS
        self.population = population
        self.model = HomeModel.fresh(population)
        self._limits: dict[Stage, float] = {}

    def learn(self, day: Sequence[Spell]) -> None:
        """Take in one more day."""
        self.model.learn(self.population, day)
        self._limits.clear()

    def alarm(self, spell: Spell, stage: Stage, *, trusted: bool = True) -> int | None:
        """Return when the product would speak."""
        if stage not in self._limits:
            self._limits[stage] = limit(self.model.tail, self.population.tail, self.budgets[stage])
        course = self.model.course(self.population, spell)
        found = due(course, spell, self._limits[stage] if trusted else CAP_ONLY, stage)
        return found.at if found is not None else None


class Score(Protocol):
    """How unusual quiet is, along a spell; learnt from one home's days."""

    def course(self, spell: Spell) -> Floats:
        """Return the score at the end of each step."""
        ...

    def remember(self, day: Sequence[Spell]) -> None:
        """Take in the spells of one more day that were spent inside."""
        ...


class Scored:
    """A score with a limit from the home's own past days and from those of other homes."""

    def __init__(self, score: Score, others: Tail) -> None:
        self.budgets: Mapping[Stage, float] = BUDGETS
        self.score = score
        self.others = others
        self.tail = Tail()
        self._limits: dict[Stage, float] = {}

    def learn(self, day: Sequence[Spell]) -> None:
        """Score the day by what was known before it, then learn from it."""
        inside = [one for one in day if one.left_at is None]
        self.tail.add(np.array([self._reached(one) for one in inside]))
        self.score.remember(inside)
        self._limits.clear()

    def alarm(self, spell: Spell, stage: Stage, *, trusted: bool = True) -> int | None:
        """Return when the score crosses the limit, twelve hours at the latest."""
        if stage not in self._limits:
            self._limits[stage] = limit(self.tail, self.others, self.budgets[stage])
        found = due(self.score.course(spell), spell, self._limits[stage] if trusted else CAP_ONLY, stage)
        return found.at if found is not None else None

    def _reached(self, spell: Spell) -> float:
        steps, ended = steps_of(spell)
        course = self.score.course(spell)[: steps - 1 if ended else steps]
        return float(course.max(initial=0.0))


class FixedRule:
    """The fixed limits, scaled to the budget."""

    def course(self, spell: Spell) -> Floats:
        """Return how much of the allowed time has passed."""
        return ratio(spell)

    def remember(self, day: Sequence[Spell]) -> None:
        """Learn nothing."""


class MeanAndSigma:
    """How many standard deviations quiet is longer than usual, by the hour in which it began."""

    def __init__(self) -> None:
        self.lengths: dict[int, list[float]] = defaultdict(list)

    def course(self, spell: Spell) -> Floats:
        """Return the distance from the mean in standard deviations."""
        known = self.lengths[_hour(spell)] or [30.0]
        return np.asarray((quiet_minutes() + STEP / MINUTE - np.mean(known)) / (np.std(known) + 10.0))

    def remember(self, day: Sequence[Spell]) -> None:
        """Keep the lengths of the spells."""
        for spell in day:
            self.lengths[_hour(spell)].append(_minutes(spell))


class GapQuantile:
    """How seldom quiet is as long, by three hours of the clock, with an exponential tail beyond the data."""

    def __init__(self) -> None:
        self.lengths: dict[int, list[float]] = defaultdict(list)

    def course(self, spell: Spell) -> Floats:
        """Return minus the logarithm of the share of spells that were longer."""
        known = np.sort(np.array([5.0, 60.0, *self.lengths[_hour(spell) // 3]]))
        start = float(np.quantile(known, 0.9))
        scale = max(5.0, float(np.mean(known[known >= start] - start)))
        quiet = quiet_minutes() + STEP / MINUTE
        share = 1 - np.searchsorted(known, quiet, side="right") / (len(known) + 1)
        beyond = np.log(10) + (quiet - start) / scale
        return np.asarray(np.where(quiet > start, beyond, -np.log(np.maximum(share, 1e-9))))

    def remember(self, day: Sequence[Spell]) -> None:
        """Keep the lengths of the spells."""
        for spell in day:
            self.lengths[_hour(spell) // 3].append(_minutes(spell))


class ClockProfile:
    """How much activity there usually is at the hours that stayed quiet."""

    def __init__(self) -> None:
        self.active = np.ones(96)
        self.days = 2.0

    def course(self, spell: Spell) -> Floats:
        """Return the sum of the usual activity over the quiet."""
        slot = (minutes_of_day(spell) // 15).astype(np.int64)
        return np.cumsum(self.active[slot] / self.days)

    def remember(self, day: Sequence[Spell]) -> None:
        """Count the quarters of an hour in which spells began."""
        self.days += 1
        for spell in day:
            self.active[int(spell.minute_of_day(spell.since) // 15)] += 1


class Random:
    """Alarms at random moments at home, as many as the budget allows: what any method has to beat."""

    def __init__(self, seed: int) -> None:
        self.budgets: Mapping[Stage, float] = BUDGETS
        self.chance = np.random.default_rng(seed)

    def learn(self, day: Sequence[Spell]) -> None:
        """Learn nothing."""

    def alarm(self, spell: Spell, stage: Stage, *, trusted: bool = True) -> int | None:
        """Return a random moment, twelve hours at the latest."""
        if spell.left_at is not None:
            return None
        wait = self.chance.exponential(24 * HOUR / self.budgets[stage])
        return spell.since + min(int(wait), QUIET)


def _hour(spell: Spell) -> int:
    return int(spell.minute_of_day(spell.since) // 60)


def _minutes(spell: Spell) -> float:
    return min((spell.until or spell.since) - spell.since, STEPS * STEP) / MINUTE
