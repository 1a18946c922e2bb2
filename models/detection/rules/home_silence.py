"""Nothing at all is heard from a home: its edge, its line or its power is gone, and so is its safety.

A home with several edges is silent when all of them are. Silence before the hub itself could hear is the
hub's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk
from models.detection.limits import LOST
from models.detection.view import Seen, View

KEY = "home_silent"


class HomeSilence:
    """Judges by the home's supervision, and sooner when the broker says that the line broke."""

    kinds: Mapping[str, int] = {}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End a finding as soon as anything is heard; begin one when its time has come."""
        active = view.state.active.get(KEY)
        due, lost_at = _due(view)
        over = due is None or due > view.now
        if active is not None:
            if not over:
                return ()
            silent_s = max(0, view.now - active.since) / 1000
            reason = Reason("The home is heard again after {silent_s}.", {"silent_s": silent_s})
            return (Cleared(dedup_key=KEY, at=view.now, reason=reason),)
        if over:
            return ()
        heard_at = view.heard_at()
        if lost_at is not None:
            reason = Reason(
                "The line to the home broke at {lost_at} and has not come back for {lost_s} "
                "(limit {limit_s}).",
                {"lost_at": lost_at, "lost_s": (view.now - lost_at) / 1000, "limit_s": LOST / 1000},
            )
        else:
            reason = Reason(
                "Nothing has been heard from the home for {silent_s}; it should speak every {limit_s}.",
                {
                    "silent_s": (view.now - heard_at) / 1000,
                    "heard_at": heard_at,
                    "limit_s": view.profile.supervision / 1000,
                },
            )
        return (
            Finding(
                risk="home_silent",
                severity="warning",
                occurred_at=heard_at if lost_at is None else lost_at,
                reason=reason,
                dedup_key=KEY,
            ),
        )

    def due(self, view: View) -> int | None:
        """Return when the home has been silent for too long, if it stays silent."""
        due, _ = _due(view)
        return due if due is not None and due > view.now else None

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Silence can always be heard."""
        return None


def _due(view: View) -> tuple[int | None, int | None]:
    """Return when silence lasts too long, and since when the line is broken if that decides it."""
    state = view.state
    supervision = view.profile.supervision
    due = view.heard_at() + supervision if supervision else None
    links = [link for link in state.edges.values() if link.state != "new"]
    if links and all(link.state == "lost" for link in links):
        lost_at = max(max(link.state_since for link in links), state.listening_since)
        if due is None or lost_at + LOST < due:
            return lost_at + LOST, lost_at
    return due, None
