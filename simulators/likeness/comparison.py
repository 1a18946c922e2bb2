"""Simulated homes beside recorded ones, and recorded ones beside each other as the yardstick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from simulators.likeness.figures import Apart, Portrait, apart, portrait
from simulators.likeness.sightings import MINUTES_A_DAY, Seen


@dataclass(frozen=True, slots=True)
class Comparison:
    """All distances that say something."""

    recorded: tuple[Portrait, ...]
    simulated: tuple[Portrait, ...]
    simulated_to_recorded: tuple[Apart, ...]
    recorded_to_recorded: tuple[Apart, ...]  #: how far two real homes are apart
    halves: tuple[
        Apart, ...
    ]  #: a real home's first half and its second: nothing can be expected to be nearer

    def figures(self) -> dict[str, Any]:
        """Return the comparison for programs."""
        return {
            "recorded": [_told(one) for one in self.recorded],
            "simulated": [_told(one) for one in self.simulated],
            "simulated_to_recorded": [one.figures() for one in self.simulated_to_recorded],
            "yardstick": {
                "recorded_to_recorded": [one.figures() for one in self.recorded_to_recorded],
                "halves_of_a_recording": [one.figures() for one in self.halves],
            },
        }


def compare(recorded: Sequence[Seen], simulated: Sequence[Seen]) -> Comparison:
    """Return every simulated home beside every recorded one."""
    real = tuple(portrait(seen) for seen in recorded)
    made = tuple(portrait(seen) for seen in simulated)
    return Comparison(
        real,
        made,
        tuple(apart(one, two) for one in made for two in real),
        tuple(apart(one, two) for one, two in combinations(real, 2)),
        tuple(apart(*map(portrait, halves(seen))) for seen in recorded),
    )


def halves(seen: Seen) -> tuple[Seen, Seen]:
    """Return the first half and the second, cut at a midnight."""
    first, last = seen.sightings[0].minute, seen.sightings[-1].minute
    cut = (first + last) // 2 // MINUTES_A_DAY * MINUTES_A_DAY
    return (
        Seen(f"{seen.name}, 1st half", tuple(one for one in seen.sightings if one.minute < cut)),
        Seen(f"{seen.name}, 2nd half", tuple(one for one in seen.sightings if one.minute >= cut)),
    )


def _told(one: Portrait) -> dict[str, Any]:
    gaps = sorted(one.gaps)
    return {
        "name": one.name,
        "days": one.days,
        "minutes_an_hour": round(one.per_hour, 2),
        "moves_a_day": round(one.moves.total() / one.days, 1),
        "gap_min": {f"p{share}": gaps[int(len(gaps) * share / 100)] for share in (50, 90, 95, 99)},
    }
