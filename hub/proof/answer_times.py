"""How fast people answer and arrive, against what telecare promises. Pure: counts in, verdicts out.

The targets are those of telecare services (TSA, TEC Quality): 97.5 % of alerts answered within 60 s, 99 %
within 180 s, a responder on site within 45 min in 90 % of visits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

Standing = Literal["none", "kept", "near", "missed"]
#: `none`: nothing to judge. `near`: kept, and the next miss breaks it.

TargetName = Literal["answered_60", "answered_180", "arrived_45"]


@dataclass(frozen=True, slots=True)
class Target:
    """What share of alerts must be answered, or reached, within what time."""

    name: TargetName
    within: timedelta
    share: float


TARGETS: Final = (
    Target("answered_60", timedelta(seconds=60), 0.975),
    Target("answered_180", timedelta(seconds=180), 0.99),
    Target("arrived_45", timedelta(minutes=45), 0.90),
)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of `judged` alerts were in time. One whose time is not over yet is not judged."""

    target: Target
    judged: int
    kept: int

    @property
    def share(self) -> float | None:
        """The part that was in time, 0 to 1; None with nothing to judge."""
        return self.kept / self.judged if self.judged else None

    @property
    def standing(self) -> Standing:
        """Whether the target is kept, is about to be broken, or is missed."""
        if not self.judged:
            return "none"
        missed = self.judged - self.kept
        if missed > misses_allowed(self.target.share, self.judged):
            return "missed"
        if missed and missed + 1 > misses_allowed(self.target.share, self.judged + 1):
            return "near"
        return "kept"


def misses_allowed(share: float, judged: int) -> int:
    """Return how many of so many alerts may be late while the target is kept."""
    # A share such as 0.975 has no exact binary form: 40 alerts allow one miss, not 0.99999.
    return math.floor(round((1 - share) * judged, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened to the alerts of one organisation and all below it, in one period."""

    organisation: str
    month: str = ""  #: 2026-11; empty: the whole period
    severity: str = ""  #: empty: all
    tier: str = ""  #: of whoever answered first: home, station, centre, county; empty: all
    alerts: int
    answered: int
    waiting: int  #: that nobody has answered and that are still open
    median: timedelta | None  #: to the first answer
    p95: timedelta | None
    shares: tuple[Share, ...]  #: one for each of TARGETS

    def of(self, name: TargetName) -> Share:
        """Return the share that belongs to a target."""
        return next(share for share in self.shares if share.target.name == name)

    @property
    def standing(self) -> Standing:
        """The worst of all targets."""
        order: tuple[Standing, ...] = ("missed", "near", "kept", "none")
        return min((share.standing for share in self.shares), key=order.index)
