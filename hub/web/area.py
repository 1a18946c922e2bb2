"""What a township and a county must see at once: each organisation below with its homes, alerts and people.

Counts are taken where they happen, at the station, and summed upwards: the rows of a page add up to its
total, and what is unknown is counted as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from hub.care import roster
from hub.care.rate import Rate
from hub.escalation import responders, tier_facts
from hub.escalation.policy import Policy, Step
from hub.escalation.tiers import READY, Standing
from hub.places import store as places
from hub.storage.database import Connection
from hub.web import rounds

#: An emergency that nobody has taken after this long is named on the page.
LATE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted of an organisation and of everything below it."""

    homes: int = 0
    live: int = 0
    blind: int = 0  #: live, and not heard of
    unwatched: int = 0  #: being commissioned, or paused
    emergencies: int = 0  #: open
    untaken: int = 0  #: of them: nobody has taken them for longer than a minute
    warnings: int = 0  #: open
    needs_late: int = 0
    devices_out: int = 0
    people: int = 0  #: in the six groups
    visited: int = 0  #: of them: called on this month

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One organisation below the one that is looked at, or that one itself."""

    organisation: Mapping[str, Any]
    counts: Counts
    standing: Standing = READY


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A page's facts."""

    here: Mapping[str, Any]
    up: Mapping[str, Any] | None
    rows: Sequence[Row]
    total: Counts
    untaken: Sequence[
        Mapping[str, Any]
    ]  #: open emergencies that nobody has taken for a minute, the oldest first
    incidents: Sequence[Mapping[str, Any]]  #: open alerts about an area: a power cut, homes falling silent


def overview(
    connection: Connection, here: Mapping[str, Any], seen: Sequence[Mapping[str, Any]], now: datetime
) -> Overview:
    """Return how things stand below an organisation; `seen` are the organisations in scope."""
    below = children(here["id"], seen)
    at = {station: child for child, stations in below.items() for station in stations}
    homes = homes_below(connection, sorted(at))
    by_child: dict[str, Counts] = {}
    for station, counts in _counted(connection, here, homes, now).items():
        child = at[station]
        by_child[child] = by_child.get(child, Counts()) + counts
    known = {one["id"]: one for one in seen}
    rows = [
        Row(
            organisation=known[child],
            counts=by_child.get(child, Counts()),
            standing=standing_of(connection, known[child], now) if child != here["id"] else READY,
        )
        for child in below
        if child != here["id"] or child in by_child
    ]
    return Overview(
        here=here,
        up=known.get(here["parent_id"]),
        rows=rows,
        total=total(row.counts for row in rows),
        untaken=_untaken(connection, sorted(homes), now),
        incidents=_incidents(connection, sorted(at)),
    )


def children(here: str, seen: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return by child of an organisation it and all that lies below it; and `here` with itself alone."""
    parent = {one["id"]: one["parent_id"] for one in seen}
    found: dict[str, list[str]] = {one["id"]: [] for one in seen if one["parent_id"] == here}
    found[here] = [here]
    for one in parent:
        up: str | None = one
        while up is not None and parent.get(up) != here:
            up = parent.get(up)
        if up is not None:
            found[up].append(one)
    return found


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum."""
    return sum(counts, start=Counts())


def standing_of(connection: Connection, organisation: Mapping[str, Any], now: datetime) -> Standing:
    """Return whether an organisation can take what falls to it."""
    people = [
        person
        for person in responders.of_organisation(connection, organisation["id"])
        if person.organisation == organisation["id"]
    ]
    if not people:
        return READY
    policy = Policy(steps=(Step(name="", people=tuple(people)),), pause_s=0.0)
    return tier_facts.standings(connection, policy, now).get(organisation["tier"], READY)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────────


def homes_below(connection: Connection, organisations: Sequence[str]) -> dict[str, str]:
    """Return the station of each home."""
    rows = connection.execute(
        "select id, organisation_id from homes where organisation_id = any(%s)", (list(organisations),)
    )
    return {row["id"]: row["organisation_id"] for row in rows}


def _counted(
    connection: Connection, here: Mapping[str, Any], homes: Mapping[str, str], now: datetime
) -> dict[str, Counts]:
    """Count by station."""
    ids = sorted(homes)
    found: dict[str, dict[str, int]] = {}

    def count(home: str, what: str, n: int = 1) -> None:
        here_ = found.setdefault(homes[home], {})
        here_[what] = here_.get(what, 0) + n

    for home, state in places.states(connection, now, ids=ids).items():
        count(home, "homes")
        if state.kind in ("commissioning", "paused"):
            count(home, "unwatched")
        else:
            count(home, "live")
        if state.kind == "unknown":
            count(home, "blind")
    for row in connection.execute(
        """
        select home_id, count(*) filter (where severity = 'emergency') as emergencies,
               count(*) filter (where severity = 'emergency' and status = 'triggered'
                                and triggered_at < %(late)s) as untaken,
               count(*) filter (where severity = 'warning') as warnings
        from alerts
        where status <> 'resolved' and severity <> 'advice' and not drill and home_id = any(%(homes)s)
        group by home_id
        """,
        {"homes": ids, "late": _late(now)},
    ):
        for what in ("emergencies", "untaken", "warnings"):
            count(row["home_id"], what, row[what])
    for row in connection.execute(
        "select home_id, count(*) as n from needs where state in ('open', 'taken') and due_at < %s"
        " and home_id = any(%s) group by home_id",
        (now, ids),
    ):
        count(row["home_id"], "needs_late", row["n"])
    for device in roster.broken_devices(connection, ids, now):
        count(device["home_id"], "devices_out")
    rates, _ = rounds.rates(connection, ids, rounds.today(connection, now), here["zone"])
    counted = {station: Counts(**numbers) for station, numbers in found.items()}
    return {station: counts + _of_rate(rates.get(station, Rate())) for station, counts in counted.items()}


def _of_rate(rate: Rate) -> Counts:
    return Counts(people=rate.people, visited=rate.visited)


def _untaken(connection: Connection, homes: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    return connection.execute(
        """
        select a.id, a.risk, a.triggered_at, a.home_id, h.zone, h.name as home_name, o.name as station,
               coalesce((select string_agg(r.name, '、' order by r.id) from residents r
                         where r.home_id = h.id), '') as resident_names
        from alerts a join homes h on h.id = a.home_id join organisations o on o.id = h.organisation_id
        where a.status = 'triggered' and a.severity = 'emergency' and not a.drill and a.triggered_at < %s
          and a.home_id = any(%s)
        order by a.triggered_at limit 50
        """,
        (_late(now), list(homes)),
    ).fetchall()


def _incidents(connection: Connection, organisations: Sequence[str]) -> list[dict[str, Any]]:
    return connection.execute(
        """
        select a.id, a.risk, a.triggered_at, a.status, o.name, o.zone,
               (select count(*) from alerts b where b.incident_id = a.id and b.status <> 'resolved') as homes
        from alerts a join organisations o on o.id = a.organisation_id
        where a.home_id is null and a.status <> 'resolved' and a.risk in ('area_silent', 'area_power_cut')
          and a.organisation_id = any(%s)
        order by a.triggered_at
        """,
        (list(organisations),),
    ).fetchall()


def _late(now: datetime) -> datetime:
    return now - LATE
