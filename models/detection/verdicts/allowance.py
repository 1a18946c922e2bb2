"""How much a home may be called for nothing, and how that is split over its risks. Tables only.

Whatever is not in the table of risks is never limited: a call for help, smoke, CO, gas, a leak, a fall that
was not cancelled, silence of the home, and every hard limit of time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["question", "station"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a home may be called for nothing over all its risks."""

    a_day: float  #: so often
    held: float  #: so many at most are saved up
    shares: Mapping[str, float]  #: of each risk; together 1


ALLOWANCES: Final[Mapping[Kind, Allowance]] = {
    # Four questions a week: about as many as users of daily check calls take without complaint
    # (docs/routines.md has what they buy). By risk as the false ones came in recorded homes.
    "question": Allowance(
        a_day=4 / 7,
        held=4.0,
        shares={
            "inactivity": 0.72,
            "long_bathroom": 0.08,
            "night_out_of_bed": 0.1,
            "not_up": 0.05,
            "night_wandering": 0.05,
        },
    ),
    # One false call to the station in two months, over all risks together: this is what holds in every home
    # that is watched. (What evaluation asks of unusual quiet alone, one a month, is there to be compared with
    # what others reached.) In a field trial of 22 homes 0.7 a month were accepted.
    "station": Allowance(
        a_day=1 / 60,
        held=1.0,
        shares={
            "inactivity": 0.6,
            "long_bathroom": 0.15,
            "night_out_of_bed": 0.15,
            "not_up": 0.1,
        },
    ),
}


def share(risk: str, kind: Kind) -> float:
    """Return how often a day a risk may be said for nothing in a home whose budget is half full."""
    allowance = ALLOWANCES[kind]
    return allowance.a_day * allowance.shares[risk]
