"""A resident collapses at some moment: from then on nothing is heard of them.

Moments lie at random in two-hour bins over the judged days, as many in each, while the resident is at home.
How long it takes until somebody is called is counted from the moment, not from the last sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.detection.limits import HOUR, MINUTE
from models.detection.routines.spells import STEP, Spell, Walk
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

HORIZON = 12 * HOUR
BINS = 12
#: An unanswered question is asked again after five minutes, and after ten help is called.
TO_ANSWER = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Collapse:
    """One moment, and the quiet that it never ends."""

    at: int
    day: int
    spell: Spell

    @property
    def hour(self) -> float:
        """Return the hour on the wall clock."""
        return self.spell.minute_of_day(self.at) / 60


def collapses(home: Home, each: int, seed: int) -> list[Collapse]:
    """Return `each` collapses for every two hours of the day, where the home has so many such hours."""
    chance = np.random.default_rng(seed)
    recording, truth = home.recording, home.truth
    moments: list[tuple[int, int]] = []
    for of_day in range(BINS):
        tries = 0
        found = 0
        while found < each and tries < 50 * each:
            tries += 1
            day = int(chance.choice(home.judged))
            at = recording.midnight(day) + int((of_day + chance.random()) * DAY / BINS)
            if truth.is_out(at, MINUTE):
                continue
            moments.append((at, day))
            found += 1
    moments.sort()
    return list(_with_spells(home, moments))


def _with_spells(home: Home, moments: Sequence[tuple[int, int]]) -> list[Collapse]:
    walk, number, found = Walk(), 0, []
    signs = home.signs
    for at, day in moments:
        while number < len(signs) and signs[number].at <= at:
            walk.take(signs[number])
            number += 1
        spell = walk.spell(home.recording.offset)
        if spell is not None:
            found.append(Collapse(at, day, spell))
    return found


def calls_until(
    spell: Spell, until: int, next_call: Callable[[Spell], int | None]
) -> tuple[list[int], Spell]:
    """Return the calls of a spell that ends at `until`, and the quiet as it stands then.

    Whoever is well and is called says so: another quiet begins, of somebody who answered.
    """
    made = []
    while (at := next_call(spell)) is not None and at < until:
        made.append(at)
        spell = replace(spell, since=max(at, spell.since + STEP), answers=spell.answers + 1)
    return made, spell


def delay(collapse: Collapse, next_call: Callable[[Spell], int | None]) -> float:
    """Return after how many minutes somebody is called; infinite beyond twelve hours."""
    _, spell = calls_until(collapse.spell, collapse.at, next_call)
    at = next_call(spell)
    if at is None or at - collapse.at > HORIZON:
        return float("inf")
    return (at - collapse.at) / MINUTE
