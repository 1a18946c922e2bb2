"""What the detectors would have said of a home's stored events, had it been live then.

It is the very judge of the watch, run in the events' own time, by what is known of the home today; nothing is
stored and nobody is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hub.clock import instant, milliseconds
from hub.errors import NotFoundError
from hub.storage.database import Connection
from hub.watch import store
from hub.watch.shelf import Shelf
from models.detection.finding import Finding, Outcome
from models.detection.hours import local
from models.detection.judge import Judge
from models.detection.learnt import all_detectors
from models.detection.replay import Said, replay
from models.detection.routines.shipped import shipped


@dataclass(frozen=True, slots=True)
class Episode:
    """One finding that would have been raised, and when it would have ended."""

    at: datetime  #: when it would have been raised
    finding: Finding
    over_at: datetime | None = None  #: none: it never ended, or cannot end


def backtest(
    connection: Connection, home: str, since: datetime, until: datetime, *, supervise: bool = False
) -> list[Outcome]:
    """Return what the detectors would have said of `home` by events from `since` until `until`, oldest first.

    With `supervise` the silence of sensors is judged too; recordings without heartbeats do not bear that.
    Raises NotFoundError for an unknown home.
    """
    return [one.outcome for one in _said(connection, home, since, until, supervise=supervise)]


def episodes(
    connection: Connection, home: str, since: datetime, until: datetime, *, supervise: bool = False
) -> list[Episode]:
    """Return the same as findings with their ends; what is said again while it holds is one episode."""
    found: list[Episode] = []
    holding: dict[str, int] = {}  # dedup key → its latest episode
    for at, outcome in _said(connection, home, since, until, supervise=supervise):
        number = holding.get(outcome.dedup_key)
        if isinstance(outcome, Finding):
            if number is None or outcome.risk == "sos":
                holding[outcome.dedup_key] = len(found)
                found.append(Episode(instant(at), outcome))
        elif number is not None:
            del holding[outcome.dedup_key]
            found[number] = replace(found[number], over_at=instant(at))
    return found


def by_month(found: list[Episode], zone: str) -> dict[str, Counter[str]]:
    """Count episodes by month of the home's own calendar (`2026-03`) and by risk."""
    months: dict[str, Counter[str]] = {}
    for episode in found:
        month = f"{local(zone, milliseconds(episode.at)):%Y-%m}"
        months.setdefault(month, Counter())[episode.finding.risk] += 1
    return months


def _said(
    connection: Connection, home: str, since: datetime, until: datetime, *, supervise: bool
) -> Iterator[Said]:
    profiles = store.read_profiles(connection, [home])
    if not profiles:
        raise NotFoundError(f"There is no home '{home}'.")
    shelf = Shelf()
    shelf.begin(connection)
    judge = Judge(all_detectors(shipped(), supervise=supervise), shelf.of)
    events = ((one.edge, one.event) for one in store.read_events_between(connection, home, since, until))
    return replay(
        profiles[0], events, milliseconds(since), milliseconds(until), supervise=supervise, judge=judge
    )
