"""The watch over all homes of one worker: who is watched, what is remembered of them, and who falls due when.

One thread uses it, inside its own transactions. Judging is the judge's; here is only the bookkeeping:
profiles and states by home, a heap of due times, and what has to be written down. `now` grows from one
transaction to the next. When a transaction fails, memory is ahead of the database: `reload` what it touched.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import psycopg
import structlog

from hub.clock import instant, milliseconds
from hub.storage.database import Connection
from hub.watch import store
from hub.watch.restore import DIRTY_AT_MOST, restore
from hub.watch.shelf import Shelf
from models.contract.messages import Event, Health, State
from models.detection.finding import Outcome, Reason, Risk
from models.detection.judge import Judge
from models.detection.learnt import all_detectors
from models.detection.profile import HomeProfile, Status
from models.detection.routines.shipped import shipped
from models.detection.state import NEVER, HomeState

log = structlog.get_logger()

#: Longer than this between the last word of any home and the start, and the hub itself was deaf.
DEAF: Final = timedelta(seconds=90)
#: A hub that could not hear for so long has missed at most one heartbeat of each home.
HICCUP: Final = timedelta(seconds=30)
#: A home that could not be judged is tried again after so many milliseconds.
AGAIN: Final = 60_000
#: So many homes are worth telling the garbage collector about.
MANY: Final = 10_000
#: Homes looked at in one turn, so that a restart does not hold up an alarm: some 40 ms.
MOST_A_TICK: Final = 1000
#: Homes of which what was learnt is read in one turn: some 2 ms each.
MOST_READ: Final = 25


class Watch:
    """Watches homes; outcomes are what the caller has to store and tell."""

    def __init__(self, judge: Judge | None = None, shelf: Shelf | None = None) -> None:
        self._judge = judge if judge is not None else Judge()
        self._shelf = shelf if shelf is not None else Shelf()
        self._profiles: dict[str, HomeProfile] = {}
        self._states: dict[str, HomeState] = {}
        self._edges: dict[str, set[str]] = {}  #: by home
        self._heap: list[tuple[int, str]] = []
        self._scheduled: dict[str, int] = {}  #: home → its one entry in the heap that counts
        self._dirty: dict[str, int] = {}  #: home → since when, oldest first
        self._changed: set[str] = set()  #: homes whose findings began or ended since they were written down
        self._written: list[str] = []  #: by the last save, in case its transaction fails
        self._now = 0
        self.faults = 0  #: looks at a home that failed
        self._deaf = False
        self._deaf_since = 0
        self._listening_since = 0
        self._deaf_times: list[tuple[datetime, datetime]] = []  #: to be written down

    @classmethod
    def learning(cls) -> Watch:
        """Return the watch as it serves: the fixed rules, and beside them what was learnt of each home."""
        shelf = Shelf()
        return cls(Judge(all_detectors(shipped()), shelf.of), shelf)

    def __len__(self) -> int:
        return len(self._states)

    # ── who is watched ────────────────────────────────────────────────────────────────────────────────

    def load(self, connection: Connection, homes: Sequence[str] | None, now: datetime) -> None:
        """Start to watch `homes`, or all homes and only those, with what was remembered of them.

        The homes of one call must have been watched by one worker before.
        """
        self.begin(connection)
        if homes is None:
            self._shelf.forget()
            gc.unfreeze()
            self._profiles, self._states, self._edges = {}, {}, {}
            self._heap, self._scheduled = [], {}
            self._dirty, self._changed, self._written = {}, set(), []
        # Hundreds of thousands of objects that stay: the collector need not look at them again and again.
        gc.disable()
        try:
            self._read(connection, homes, now, restart=True)
        finally:
            gc.enable()
        if len(self) >= MANY:
            gc.freeze()

    def begin(self, connection: Connection) -> None:
        """Look up by this connection what the looks of its transaction need."""
        self._shelf.begin(connection)

    def learnt(self, connection: Connection, homes: Sequence[str]) -> None:
        """Take over what was learnt of `homes`; many at once, as a night's learning goes."""
        self._shelf.forget(homes)
        for home, usual in store.read_usual(connection, homes).items():
            if home in self._profiles:
                self._profiles[home] = replace(self._profiles[home], usual=usual)

    def refresh(self, connection: Connection, home: str) -> None:
        """Read a home's profile again: its catalogue or status has changed, or it is new or gone."""
        profiles = store.read_profiles(connection, [home])
        if not profiles:
            self._forget(home)
            return
        self._profiles[home] = profiles[0]
        self._edges[home] = {edge.id for edge in store.read_edges(connection, [home])}
        state = self._states.get(home)
        if state is None:
            state = self._states[home] = HomeState.fresh(self._now)
        self._judge.on_profile(profiles[0], state, self._now)
        self._touch(home, state)

    def reload(self, connection: Connection, homes: Sequence[str], now: datetime) -> None:
        """Forget what a failed transaction did to `homes`, and read what the database knows."""
        for home in self._written:
            if home in self._states:
                self._dirty.setdefault(home, self._now)
        self._written = []
        for home in homes:
            self._forget(home)
        if homes:
            self._read(connection, homes, now, restart=False)

    def knows(self, home: str, edge: str) -> bool:
        """Whether a home has this edge agent."""
        return edge in self._edges.get(home, ())

    def status(self, home: str) -> Status | None:
        """Return how a home stands, or None when it is not watched."""
        profile = self._profiles.get(home)
        return profile.status if profile is not None else None

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────

    def events(self, home: str, edge: str, events: Sequence[Event], now: datetime) -> list[Outcome]:
        """Judge events that have just come, each for the first time."""
        state = self._states[home]
        outcomes = self._judge.on_events(self._profiles[home], state, edge, events, self._at(now))
        self._touch(home, state, outcomes)
        return outcomes

    def health(self, home: str, edge: str, health: Health, now: datetime) -> list[Outcome]:
        """Take in how an edge and its devices do."""
        state = self._states[home]
        outcomes = self._judge.on_health(self._profiles[home], state, edge, health, self._at(now))
        self._touch(home, state, outcomes)
        return outcomes

    def edge_state(self, home: str, edge: str, message: State, now: datetime) -> list[Outcome]:
        """Take in a birth, a farewell or a last will."""
        state = self._states[home]
        outcomes = self._judge.on_edge_state(self._profiles[home], state, edge, message, self._at(now))
        self._touch(home, state, outcomes)
        return outcomes

    def tick(self, now: datetime, most: int = MOST_A_TICK) -> list[tuple[str, Outcome]]:
        """Judge what has fallen due; of a crowd only the first `most`, the others at the next turn."""
        at = self._at(now)
        outcomes: list[tuple[str, Outcome]] = []
        if self._deaf:
            return outcomes
        heap, scheduled = self._heap, self._scheduled
        while heap and heap[0][0] <= at and most > 0 and self._shelf.reads < MOST_READ:
            due, home = heapq.heappop(heap)
            if scheduled.get(home) != due:
                continue  # an earlier look was scheduled after this one
            del scheduled[home]
            most -= 1
            state = self._states[home]
            looked = state.routine.looked
            before = (looked.since, looked.ask_at, looked.help_at)
            try:
                found = self._judge.on_tick(self._profiles[home], state, at)
            except psycopg.Error:
                raise
            except Exception:
                # A fault of ours in one home must not end the watch over all others, nor pass unseen.
                log.exception("home cannot be judged", home=home)
                self.faults += 1
                state.wake_at = at + AGAIN
                found = []
            looked = state.routine.looked
            changed = bool(found) or (looked.since, looked.ask_at, looked.help_at) != before
            self._touch(home, state, found, dirty=changed)
            outcomes.extend((home, outcome) for outcome in found)
        return outcomes

    def next_due(self) -> datetime | None:
        """Return when `tick` has something to do at the earliest; it may turn out to be nothing."""
        heap, scheduled = self._heap, self._scheduled
        while heap and scheduled.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        if not heap or self._deaf or heap[0][0] >= NEVER:
            return None
        return instant(heap[0][0])

    def listens(self, heard: bool, now: datetime) -> None:
        """Say whether the hub can hear its homes at all (the broker is there).

        While it cannot, nothing falls due by absence, and the silence meanwhile is not held against a home.
        """
        at = self._at(now)
        if not heard and not self._deaf:
            self._deaf_since = at
        if heard and self._deaf and at - self._deaf_since > HICCUP // timedelta(milliseconds=1):
            self._listening_since = at
            self._deaf_times.append((instant(self._deaf_since), now))
            for home, state in self._states.items():
                state.listening_since = at
                state.wake_at = min(state.wake_at, at)
                self._touch(home, state)
        self._deaf = not heard

    def abstentions(self, home: str, now: datetime) -> list[tuple[Risk, Reason]]:
        """Return what cannot be judged in a home at present, and why."""
        return self._judge.abstentions(self._profiles[home], self._states[home], milliseconds(now))

    # ── what is written down ──────────────────────────────────────────────────────────────────────────

    def save(self, connection: Connection, limit: int, now: datetime) -> int:
        """Write down homes in the caller's transaction, at most about `limit`; returns how many.

        Whatever `limit` says, those are among them whose findings have changed (so that an alert and the
        memory of having raised it are one) and those that have waited for minutes.
        """
        snapshots = self.dirty(limit, now)
        store.write_snapshots(connection, snapshots, now)
        store.write_deaf_times(connection, self._deaf_times)
        self._deaf_times = []
        return len(snapshots)

    def dirty(self, limit: int, now: datetime) -> list[tuple[str, bytes]]:
        """Return what to write down in this transaction: (home, snapshot)."""
        too_long = self._at(now) - DIRTY_AT_MOST // timedelta(milliseconds=1)
        chosen = [home for home in self._changed if home in self._states]
        chosen_set = set(chosen)
        for home, since in self._dirty.items():
            if len(chosen) >= limit and since > too_long:
                break
            if home not in chosen_set:
                chosen.append(home)
        for home in chosen:
            self._dirty.pop(home, None)
        self._changed.clear()
        self._written = chosen
        return [(home, self._states[home].to_bytes()) for home in chosen]

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _at(self, now: datetime) -> int:
        self._now = milliseconds(now)
        return self._now

    def _touch(
        self, home: str, state: HomeState, outcomes: Sequence[Outcome] = (), *, dirty: bool = True
    ) -> None:
        """Remember that a home's state has changed, and when it wants to be looked at."""
        if dirty:
            self._dirty.setdefault(home, self._now)
        if outcomes:
            self._changed.add(home)
        scheduled = self._scheduled.get(home)
        if scheduled is None or state.wake_at < scheduled:
            self._scheduled[home] = state.wake_at
            heapq.heappush(self._heap, (state.wake_at, home))

    def _forget(self, home: str) -> None:
        for of_home in (self._profiles, self._states, self._edges, self._scheduled, self._dirty):
            of_home.pop(home, None)
        self._changed.discard(home)

    def _read(
        self, connection: Connection, homes: Sequence[str] | None, now: datetime, *, restart: bool
    ) -> None:
        """Bring homes from the database into memory."""
        at = self._at(now)
        restored = restore(connection, self._judge, homes, now)
        if restart and at - restored.heard_at > DEAF // timedelta(milliseconds=1):
            self._listening_since = at
            if restored.heard_at:
                store.write_deaf_times(connection, [(instant(restored.heard_at), now)])
        self._profiles.update(restored.profiles)
        self._states.update(restored.states)
        for home, state in restored.states.items():
            self._edges[home] = restored.edges.get(home, set())
            state.listening_since = max(state.listening_since, self._listening_since)
            self._judge.on_profile(restored.profiles[home], state, at)
            self._touch(home, state, dirty=home in restored.unwritten)
