"""How a home is, in one word, from facts and the time.

Pure. "No data" is never taken for "all is well": a home that has not been heard of is unknown, and unknown
outranks calm; an open emergency outranks both. Nor is a home that is not live ever calm: nothing that its
sensors see raises an alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Kind = Literal["emergency", "warning", "unknown", "advice", "calm", "commissioning", "paused"]

#: Worst first: the order of every list of homes. Their counts add up to the number of homes.
KINDS: Final[tuple[Kind, ...]] = (
    "emergency", "warning", "unknown", "advice", "calm", "commissioning", "paused",
)  # fmt: skip
#: Nobody is called for what happens there.
UNWATCHED: Final[frozenset[Kind]] = frozenset({"commissioning", "paused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """What the word depends on."""

    status: str  #: commissioning, live or paused
    supervision: timedelta  #: the home must be heard of this often
    heard_at: datetime | None  #: the latest word of its edge agents
    worst_alert: str | None  #: severity of its worst open alert
    alert_since: datetime | None = None
    edge_lost: bool = False  #: every edge agent of the home said that it goes, or its broker noticed


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """The word, and since when it is so (None: since always)."""

    kind: Kind
    since: datetime | None


def state_of(facts: HomeFacts, now: datetime) -> HomeState:
    """Return how a home is at `now`."""
    if facts.worst_alert == "emergency":
        return HomeState(kind="emergency", since=facts.alert_since)
    if facts.status == "paused":
        return HomeState(kind="paused", since=None)
    if facts.worst_alert == "warning":
        return HomeState(kind="warning", since=facts.alert_since)
    if facts.status != "live":
        return HomeState(kind="commissioning", since=None)
    if facts.heard_at is None:
        return HomeState(kind="unknown", since=None)
    if facts.edge_lost or now - facts.heard_at > facts.supervision:
        return HomeState(kind="unknown", since=facts.heard_at)
    if facts.worst_alert == "advice":
        return HomeState(kind="advice", since=facts.alert_since)
    return HomeState(kind="calm", since=facts.heard_at)


def device_is_silent(heard_at: datetime | None, heartbeat: timedelta | None, now: datetime) -> bool:
    """Whether a device has not been heard of for longer than its model allows (a day, if that is unknown)."""
    return heard_at is None or now - heard_at > (heartbeat or timedelta(days=1))
