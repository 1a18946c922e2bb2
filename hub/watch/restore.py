"""Homes as they were when the last transaction ended: snapshots, and the events received since.

Used at the start, when a worker takes homes over, and after a transaction that failed. What is replayed is
judged silently: its outcomes were stored together with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from hub.clock import milliseconds
from hub.storage.database import Connection
from hub.watch import store
from models.detection.judge import Judge
from models.detection.profile import HomeProfile
from models.detection.state import EdgeState, HomeState, UnreadableStateError

log = structlog.get_logger()

#: What has changed is written down after so long at the latest; only younger events can be missing.
DIRTY_AT_MOST: Final = timedelta(minutes=5)
#: Without a usable snapshot so much is read again: long enough for every fixed limit.
READ_AGAIN: Final = timedelta(hours=26)


@dataclass(slots=True)
class Restored:
    """Homes that can be watched again."""

    profiles: dict[str, HomeProfile] = field(default_factory=dict)
    states: dict[str, HomeState] = field(default_factory=dict)
    edges: dict[str, set[str]] = field(default_factory=dict)  #: by home
    heard_at: int = 0  #: the last word of any of them that was taken in
    unwritten: set[str] = field(default_factory=set)  #: their state is ahead of their snapshot


def restore(connection: Connection, judge: Judge, homes: Sequence[str] | None, now: datetime) -> Restored:
    """Read `homes`, or all, as the database knows them."""
    at = milliseconds(now)
    restored = Restored()
    restored.profiles = {profile.id: profile for profile in store.read_profiles(connection, homes)}
    newest: datetime | None = None
    unreadable: list[str] = []
    for snapshot in store.read_snapshots(connection, homes):
        if snapshot.home not in restored.profiles:
            continue
        newest = snapshot.as_of if newest is None else max(newest, snapshot.as_of)
        try:
            restored.states[snapshot.home] = HomeState.from_bytes(snapshot.state)
        except UnreadableStateError as error:
            log.warning("snapshot unreadable: events are read again", home=snapshot.home, error=str(error))
            unreadable.append(snapshot.home)
    for home in restored.profiles.keys() - restored.states.keys():
        restored.states[home] = HomeState.fresh(at)
        restored.unwritten.add(home)
    for home in unreadable:
        restored.states[home].since = at - READ_AGAIN // timedelta(milliseconds=1)
    if newest is not None:
        restored.heard_at = milliseconds(newest)

    for edge in store.read_edges(connection, homes):
        if edge.home in restored.states:
            restored.edges.setdefault(edge.home, set()).add(edge.id)
            restored.heard_at = max(restored.heard_at, edge.heard_at)
            _merge(restored.states[edge.home], edge, at)

    # Everything younger than a few minutes may be missing in a snapshot, nothing older can be.
    since = now - READ_AGAIN if newest is None or unreadable else newest - 2 * DIRTY_AT_MOST
    for stored in store.read_events_since(connection, since, homes, unreadable):
        profile = restored.profiles.get(stored.home)
        if profile is not None:
            state = restored.states[stored.home]
            judge.on_events(profile, state, stored.edge, [stored.event], stored.received_at)
            restored.unwritten.add(stored.home)
    return restored


def _merge(state: HomeState, edge: store.EdgeRow, at: int) -> None:
    """Take over what the table knows of an edge and the snapshot does not."""
    link = state.edges.get(edge.id)
    if link is None:
        link = state.edges[edge.id] = EdgeState()
    link.heard_at = max(link.heard_at, edge.heard_at)
    newer = (edge.session, edge.state) != (link.session, link.state) and edge.session >= link.session
    if newer and edge.state != "new":
        link.session, link.state, link.boot, link.state_since = edge.session, edge.state, edge.boot, at
