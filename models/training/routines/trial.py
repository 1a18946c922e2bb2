"""One method over one home: rolled forward over its days, its false calls counted, collapses found or not."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.detection.limits import HOUR
from models.detection.routines.quiet import Stage
from models.detection.routines.spells import Spell
from models.training.routines.collapse import TO_ANSWER, Collapse, calls_until, delay
from models.training.routines.confounders import CONFOUNDERS, Oddity
from models.training.routines.counting import merged
from models.training.routines.methods import Method
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

MERGED = 2 * HOUR


@dataclass(slots=True)
class Trial:
    """What a method did in a home."""

    home: Home
    calls: list[int] = field(default_factory=list)  #: on unmodified days
    #: Of these, where the recording shows no sign of life within the time to answer.
    unmoved: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  #: minutes, one for each collapse
    hours: list[float] = field(default_factory=list)  #: of the day, one for each collapse
    #: By kind, one for each oddity: calls that it is to blame for and that nobody's movement took back.
    oddities: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def name(self) -> str:
        """The home's name."""
        return self.home.recording.name

    @property
    def days(self) -> int:
        """How many days were judged."""
        return len(self.home.judged)

    @property
    def false(self) -> int:
        """False calls, those within two hours merged."""
        return merged(self.calls, MERGED)

    @property
    def calls_at_night(self) -> int:
        """How many of the calls came between 23 and 6 by the home's clock."""
        hours = [(at + self.home.recording.offset(at)) % DAY / HOUR for at in self.calls]
        return sum(hour >= 23 or hour < 6 for hour in hours)

    def by_night(self, night: bool) -> list[float]:
        """Return the delays of the collapses between 23 and 6, or of those between 8 and 22."""
        hours = np.asarray(self.hours)
        chosen = (hours >= 23) | (hours < 6) if night else (hours >= 8) & (hours < 22)
        return [one for one, yes in zip(self.delays, chosen, strict=True) if yes]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is put into a home's judged days, each on its day."""

    collapses: dict[int, list[Collapse]]
    oddities: dict[int, list[tuple[str, Oddity]]]


def trouble(home: Home, collapses: Sequence[Collapse], each: int, seed: int) -> Trouble:
    """Return the collapses, and `each` oddities of every kind where the home's days allow them."""
    chance = np.random.default_rng(seed)
    by_day: dict[int, list[Collapse]] = defaultdict(list)
    for one in collapses:
        by_day[one.day].append(one)
    odd: dict[int, list[tuple[str, Oddity]]] = defaultdict(list)
    for kind, inject in CONFOUNDERS.items():
        made = 0
        for _ in range(5 * each):
            if made == each:
                break
            oddity = inject(home, int(chance.choice(home.judged)), chance)
            if oddity is not None and oddity.end <= home.recording.midnight(home.judged.stop):
                odd[oddity.day].append((kind, oddity))
                made += 1
    return Trouble(by_day, odd)


def run(home: Home, method: Method, stage: Stage, trouble: Trouble) -> Trial:
    """Roll a method forward over a home; what is put into a day happens on that day, by itself."""
    trial = Trial(home)
    first = home.recording.midnight(0)
    by_day: dict[int, list[Spell]] = defaultdict(list)
    for spell in home.spells:
        by_day[(spell.since - first) // DAY].append(spell)

    def next_call(spell: Spell) -> int | None:
        return method.alarm(spell, stage)

    odd: list[tuple[str, list[int]]] = []
    for day in home.usable:
        if day in home.judged:
            for spell in by_day[day]:
                until = spell.until or spell.since
                made, _ = calls_until(spell, until, next_call)
                trial.calls += made
                trial.unmoved += [at for at in made if until - at > TO_ANSWER]
            for one in trouble.collapses.get(day, ()):
                trial.delays.append(delay(one, next_call))
                trial.hours.append(one.hour)
            for kind, oddity in trouble.oddities.get(day, ()):
                odd.append((kind, _blamed(method, stage, oddity)))
        method.learn(home.days[day])
    for kind, calls in odd:
        anyway = [at for at in calls if any(_same_quiet(home, at, other) for other in trial.calls)]
        trial.oddities[kind].append(len(calls) - len(anyway))
    return trial


def _same_quiet(home: Home, at: int, other: int) -> bool:
    """Whether two calls come from one quiet spell of the unmodified recording, or within two hours."""
    return abs(at - other) <= MERGED or bisect_right(home.sign_times, at) == bisect_right(
        home.sign_times, other
    )


def _blamed(method: Method, stage: Stage, oddity: Oddity) -> list[int]:
    """Return the calls within an oddity's window that no movement took back."""
    calls: list[int] = []
    for spell, trusted in oddity.spells():
        until = spell.until or spell.since

        def next_call(quiet: Spell, trusted: bool = trusted) -> int | None:
            return method.alarm(quiet, stage, trusted=trusted)

        made, _ = calls_until(spell, until, next_call)
        calls += [at for at in made if oddity.start <= at < oddity.end and until - at > TO_ANSWER]
    return calls
