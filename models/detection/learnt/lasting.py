"""Something that goes on for too long: asked after, then the station is called. One shape for all of it.

Who knows what goes on says since when, what ends it and what its limits are (`routines.lengths`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Value
from models.detection.learnt.stages import SEVERITY, unsaid
from models.detection.routines.quiet import Stage
from models.detection.state import Active
from models.detection.view import Seen, View


class Lasting(ABC):
    """One at a time in a home; its risk is its dedup key."""

    kinds: Mapping[str, int] = {}
    risk: ClassVar[Risk]
    sentence: ClassVar[str]

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End what was said when it is over; begin when the time is up."""
        state = view.state
        held = state.active.get(self.risk)
        over = self.over(view, held) if held is not None else None
        if over is not None:
            return (Cleared(dedup_key=self.risk, at=state.activity_at, reason=over),)
        if seen is not None or not self.goes_on(view) or self.abstains(view) is not None:
            return ()
        for stage in unsaid(view, self.risk):
            limit = self.limit(view, stage)
            if view.now >= self.since(view) + limit:
                return (self._finding(view, stage, limit),)
        return ()

    def due(self, view: View) -> int | None:
        """Return when what goes on is too long."""
        if not self.goes_on(view):
            return None
        waits = [self.since(view) + self.limit(view, stage) for stage in unsaid(view, self.risk)]
        return min((at if at > view.now else view.look_again_at() for at in waits), default=None)

    @abstractmethod
    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Return why nothing can be said."""

    @abstractmethod
    def goes_on(self, view: View) -> bool:
        """Whether it goes on, as far as anybody has seen."""

    @abstractmethod
    def over(self, view: View, held: Active) -> Reason | None:
        """Return why what was said is over, or None."""

    @abstractmethod
    def since(self, view: View) -> int:
        """Return from when on it counts."""

    @abstractmethod
    def limit(self, view: View, stage: Stage) -> int:
        """Return how long it may last, in milliseconds."""

    @abstractmethod
    def values(self, view: View) -> dict[str, Value]:
        """Return what the sentence tells beside the limit, the days and the sensors."""

    def _finding(self, view: View, stage: Stage, limit: int) -> Finding:
        values: dict[str, Value] = {
            **self.values(view),
            "limit_s": limit / 1000,
            "days": view.profile.usual.days,
            "alive": view.watching(),
            "sensors": len(view.profile.inside),
        }
        return Finding(
            risk=self.risk,
            severity=SEVERITY[stage],
            occurred_at=view.now,
            reason=Reason(self.sentence, values),
            dedup_key=self.risk,
            room=view.state.activity_room,
            device=view.state.activity_device,
        )
