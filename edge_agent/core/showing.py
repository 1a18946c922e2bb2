"""What is shown of a home in the home itself: whether somebody may need help, by what the agent heard.

Pure. It decides nothing: who is called is the hub's, and what sounds in the home is decided elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from edge_agent.core.state import Happening
from models.contract.measurements import MEASUREMENTS

FORGOTTEN_MS = 30 * 60_000  #: so long something is shown whose end nobody says, such as a press for help


class Trouble(NamedTuple):
    """Something that may mean that somebody needs help."""

    kind: str
    device: str
    at: int  #: UTC in milliseconds
    mono: int


def is_safety(kind: str) -> bool:
    """Whether a kind of event may mean that somebody needs help."""
    row = MEASUREMENTS.get(kind)
    return row is not None and row.group == "safety"


class Safety:
    """What has begun and not ended."""

    def __init__(self) -> None:
        self._going: dict[tuple[str, str], Trouble] = {}

    def take(self, happening: Happening) -> bool:
        """Take an event; return whether what is shown has changed."""
        if not is_safety(happening.kind):
            return False
        key = (happening.device, happening.kind)
        if happening.value == 0:
            return self._going.pop(key, None) is not None
        self._going[key] = Trouble(happening.kind, happening.device, happening.at, happening.mono)
        return True

    def forget(self, mono: int) -> bool:
        """Let go of what is long ago; return whether what is shown has changed."""
        old = [key for key, trouble in self._going.items() if mono - trouble.mono >= FORGOTTEN_MS]
        for key in old:
            del self._going[key]
        return bool(old)

    @property
    def latest(self) -> Trouble | None:
        """The latest that has not ended, or None."""
        return max(self._going.values(), key=lambda trouble: trouble.mono, default=None)
