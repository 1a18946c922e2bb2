"""Two stages of one trouble: the resident is asked first, and then the station is called.

Both are one alert: what is graver goes into the alert that is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.detection.finding import Reason, Severity
from models.detection.routines import live_sentences as sentences
from models.detection.routines.quiet import Stage
from models.detection.view import View

SEVERITY: Final[Mapping[Stage, Severity]] = {"ask": "warning", "help": "emergency"}


def unsaid(view: View, key: str) -> tuple[Stage, ...]:
    """Return the stages that have not been said yet, the graver first."""
    held = view.state.active.get(key)
    if held is None:
        return ("help", "ask")
    return () if held.severity == "emergency" else ("help",)


def unjudged(view: View) -> Reason | None:
    """Return why quiet proves nothing at present, or None."""
    if view.nobody_home():
        return Reason(sentences.NOBODY_HOME)
    if not view.watching():
        return Reason(sentences.UNSEEN, {"sensors": len(view.profile.inside)})
    if view.now < view.caught_up_at():
        return Reason(sentences.CATCHING_UP)
    return None
