"""Whether somebody in the home may need help just now: then nothing is started anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent import status
from edge_agent.spot.on_the_spot import OnTheSpot

if TYPE_CHECKING:
    from edge_agent.core.fall_watch import FallWatch

LASTS_MS = 30 * 60_000  #: so long after something urgent


class Trouble:
    """Used by the agent's one thread."""

    def __init__(self, falls: FallWatch | None, spot: OnTheSpot, folder: Path) -> None:
        self._falls = falls
        self._spot = spot
        self._folder = folder
        self._urgent_at: int | None = None
        self._told: bool | None = None

    def urgent(self, mono: int) -> None:
        """Something urgent was told."""
        self._urgent_at = mono

    def lasts(self, mono: int) -> bool:
        """Whether somebody may need help."""
        if self._falls is not None and self._falls.next_due() is not None:
            return True  # somebody may just have fallen, or is being asked
        if not self._spot.idle:
            return True  # a question, the siren or a call of its own
        return self._urgent_at is not None and mono - self._urgent_at < LASTS_MS

    def tell(self, mono: int) -> None:
        """Say it to whoever sets this machine up."""
        lasts = self.lasts(mono)
        if lasts != self._told:
            self._told = lasts
            status.tell_trouble(lasts, self._folder)
