"""Every night: what the day that is over has shown of each home. Batched, so that it can be killed anywhere.

A home's row says up to where it is learnt; a batch is one transaction; whoever runs next goes on from there.
What was learnt is told to the watch. Limited for each home and run, so that a long past holds up nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import psycopg
import structlog

from hub.clock import instant, milliseconds
from hub.escalation import opening
from hub.storage.database import Connection
from hub.watch import budgets, learning_store, risk_scores, store
from hub.watch.learning_store import Due
from models.contract.messages import Event
from models.detection.decline.features import NAMES, Why
from models.detection.finding import Finding, Outcome
from models.detection.hours import wall_minute
from models.detection.learnt.home import Allowed, Learnt
from models.detection.learnt.nights import BEFORE, Signs, learn_day
from models.detection.profile import HomeProfile
from models.detection.routines.shipped import shipped
from models.detection.routines.storage import UnreadableModelError

log = structlog.get_logger()

BATCH: Final = 50  #: homes in one transaction
#: So long after midnight a day is over for good: who comes home late has come home.
SETTLED: Final = timedelta(hours=3)
MOST_DAYS: Final = 14  #: of one home in one run
KNOWN_PAST: Final = timedelta(days=60)  #: of a home that is new so much is read
#: A home whose edge is behind is waited for no longer than this.
PATIENCE: Final = timedelta(days=3)
#: A shorter time in which the hub could not hear changes no day.
DEAF_MATTERS: Final = timedelta(minutes=30)
#: What a sensor that was not heard for less has missed is little.
UNHEARD_MATTERS: Final = timedelta(hours=1)
SHOWN: Final = 28  #: days left out that are told
#: An absence or a visit of which somebody told: a day with less of it is an ordinary one.
STAY_MATTERS: Final = timedelta(hours=4)
_LOCK: Final = "nightly learning"
_MS: Final = timedelta(milliseconds=1)


@dataclass(slots=True)
class Counts:
    """How far a run has come."""

    homes: int = 0
    days: int = 0
    left_out: int = 0
    failed: int = 0

    def as_row(self) -> dict[str, int]:
        """Return it by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def learn(
    connection: Connection, now: datetime, progress: Callable[[Counts], None] = lambda _: None
) -> Counts:
    """Learn every day that is over and not learnt yet, of all homes; the connection's own transactions.

    Does nothing while another process learns.
    """
    counts = Counts()
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0)) as mine", (_LOCK,)
    ).fetchone()
    connection.commit()
    if row is None or not row["mine"]:
        return counts
    try:
        zones = learning_store.zones(connection)
        midnights = {zone: _last_midnight(zone, now - SETTLED) for zone in zones}
        run: int | None = None
        after = ""
        while batch := learning_store.due(connection, midnights, after, BATCH, now - PATIENCE):
            after = batch[-1].home
            if run is None:
                run = learning_store.begin_run(connection, now)
            _batch(connection, batch, now, counts)
            learning_store.progress(connection, run, counts.as_row(), None)
            connection.commit()
            progress(counts)
        if run is not None:
            learning_store.progress(connection, run, counts.as_row(), now)
        connection.commit()
    finally:
        connection.rollback()
        connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (_LOCK,))
        connection.commit()
    return counts


def _batch(connection: Connection, batch: Sequence[Due], now: datetime, counts: Counts) -> None:
    """Learn the due days of a few homes in the caller's transaction; one that fails stops no other."""
    homes = [one.home for one in batch]
    profiles = {one.id: one for one in store.read_profiles(connection, homes)}
    spans = {one.home: _days(one, _zone(profiles, one)) for one in batch}
    starts = [days[0][0] for days in spans.values() if days]
    if not starts:
        return
    since = instant(min(starts) - BEFORE)
    until = instant(max(days[-1][1] for days in spans.values() if days))
    events: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    for home, edge, event in learning_store.read_events(connection, homes, since, until):
        events[home].append((edge, event))
    troubles: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for home, begun, ended, why in learning_store.troubles(connection, homes, since, until):
        troubles[home].append((begun, ended, why))
    deaf = learning_store.deaf_times(connection, since, until)
    allowed = budgets.allowed(connection, homes, now)
    rows: list[dict[str, Any]] = []
    night_toilet: dict[str, float] = {}
    for one in batch:
        if not spans[one.home] or one.home not in profiles:
            continue
        days, heard = spans[one.home], events[one.home]
        whys = _whys(days, troubles[one.home], deaf, heard)
        try:
            with connection.transaction():
                learnt, outcomes = _days_of(one, profiles[one.home], days, heard, whys, now, counts)
                _tell(connection, one.home, outcomes, now)
            rows.append(_row(one, learnt, allowed.get(one.home, {}), days, now))
            visits = learnt.decline.past.values[-14:, NAMES.index("night_toilet")]
            if len(visits) and not np.isnan(visits).all():
                night_toilet[one.home] = float(np.nanmedian(visits))
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("home cannot be learnt", home=one.home)
            counts.failed += 1
    learning_store.write(connection, rows)
    risk_scores.assess_homes(connection, [row["home"] for row in rows], night_toilet, now)


def _days_of(
    due: Due,
    profile: HomeProfile,
    days: Sequence[tuple[int, int]],
    events: Sequence[tuple[str, Event]],
    whys: Sequence[Why],
    now: datetime,
    counts: Counts,
) -> tuple[Learnt, list[Outcome]]:
    """Learn one home's days; return what is known then, and what is to be told.

    A decline is news where a live home's latest day shows it; what an older day showed is said when it holds
    on such a day.
    """
    learnt = _known(due)
    if due.decline_answered:
        learnt.decline.accept()
    signs = Signs.of(profile, events)
    outcomes: list[Outcome] = []
    for (midnight, end), why in zip(days, whys, strict=True):
        reason: Why = "away" if not why and profile.nobody_home else why
        before = learnt.quiet.days
        for said in learn_day(learnt, shipped(), profile, signs, midnight, end, reason):
            if isinstance(said, Finding) and not (due.live and now - instant(end) < timedelta(days=1)):
                learnt.decline.hold_back()
            else:
                outcomes.append(said)
        if learnt.quiet.days == before:
            due.left_out.append({"day": instant(midnight).isoformat(), "why": reason or "away"})
            counts.left_out += 1
    counts.homes += 1
    counts.days += len(days)
    return learnt, outcomes


def _row(
    due: Due, learnt: Learnt, allowed: Allowed, days: Sequence[tuple[int, int]], now: datetime
) -> dict[str, Any]:
    quiet, others = learnt.to_bytes()
    return {
        "home": due.home,
        "learnt_to": instant(days[-1][1]),
        "now": now,
        "days": learnt.quiet.days,
        "nights": due.nights + 1,
        "quiet": quiet,
        "others": others,
        "usual": learnt.usual(allowed, due.nights + 1).to_bytes(),
        "left_out": due.left_out[-SHOWN:],
    }


def _known(due: Due) -> Learnt:
    if due.quiet is None or due.others is None:
        return Learnt.fresh(shipped())
    try:
        if not due.intact:
            raise UnreadableModelError("Its hash does not fit.")
        return Learnt.from_bytes(due.quiet, due.others)
    except UnreadableModelError as error:
        log.warning("what was learnt is unreadable: it begins anew", home=due.home, error=str(error))
        return Learnt.fresh(shipped())


def _tell(connection: Connection, home: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            opening.open_or_repeat(connection, home, outcome, now)
        else:
            opening.clear(connection, home, outcome, now)


def _zone(profiles: dict[str, HomeProfile], due: Due) -> str:
    return profiles[due.home].zone if due.home in profiles else store.DEFAULT_ZONE


def _last_midnight(zone: str, now: datetime) -> datetime:
    return instant(wall_minute(zone, milliseconds(now), 0))


def _days(due: Due, zone: str) -> list[tuple[int, int]]:
    """Return the days to learn, each from midnight to midnight, the oldest first."""
    last = milliseconds(due.midnight)
    if due.learnt_to is not None:
        start = milliseconds(due.learnt_to)
    else:
        known = max(milliseconds(due.began), last - KNOWN_PAST // _MS)
        start = _next_midnight(zone, known)  # the first whole day
    days: list[tuple[int, int]] = []
    while start < last and len(days) < MOST_DAYS:
        end = _next_midnight(zone, start)
        days.append((start, end))
        start = end
    return days


def _next_midnight(zone: str, at: int) -> int:
    """Return the first midnight after an instant: some days have 23 or 25 hours."""
    return wall_minute(zone, at, 24 * 60)


def _whys(
    days: Sequence[tuple[int, int]],
    troubles: Sequence[tuple[datetime, datetime, str]],
    deaf: Sequence[tuple[datetime, datetime]],
    events: Sequence[tuple[str, Event]],
) -> list[Why]:
    """Return for each day why it is not learnt, or nothing."""
    whys: list[Why] = []
    for midnight, end in days:
        why: Why = ""
        begins, ends = instant(midnight), instant(end)
        for since, until, what in troubles:
            together = min(until, ends) - max(since, begins)
            if what == "emergency" and together >= timedelta():
                why = "emergency"
            elif what == "sensors" and together >= UNHEARD_MATTERS and not why:
                why = "sensors"
            elif what in ("away", "visitors") and together >= STAY_MATTERS and not why:
                why = "away" if what == "away" else "visitors"
        for since, until in deaf:
            low, high = max(since, begins), min(until, ends)
            # An edge that worked meanwhile has sent what it kept.
            heard = any(milliseconds(low) <= event.at < milliseconds(high) for _, event in events)
            if high - low >= DEAF_MATTERS and not heard and not why:
                why = "sensors"
        whys.append(why)
    return whys
