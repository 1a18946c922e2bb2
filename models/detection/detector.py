"""What every detector offers. Fixed rules and learnt ones stand side by side behind it.

A detector decides from the view it is given and from nothing else; what it must remember between two looks is
in the home's state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from models.detection.finding import Outcome, Reason, Risk
from models.detection.view import Seen, View


class Detector(Protocol):
    """Looks after one risk or a few that are alike."""

    #: The kinds of events that may start something, and how many milliseconds later the absence of others may
    #: make it true (0: at once or never). Other events are shown to it only while some finding is active.
    kinds: Mapping[str, int]

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """Say what `seen` has begun or ended; without an event, what the passing of time has.

        Nothing here may look at a calendar while an event waits.
        """
        ...

    def due(self, view: View) -> int | None:
        """Return the earliest instant after `view.now` at which time alone may make something true."""
        ...

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Return why nothing can be said at present, or None while something can."""
        ...
