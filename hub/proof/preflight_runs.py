"""The nightly pre-flight: every live home looked at, what was found kept, and the station told in time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from hub.clock import milliseconds
from hub.escalation import opening, rota_store
from hub.escalation.plan import Plan
from hub.proof.hours import changes_of_home, policies_at
from hub.proof.preflight import GRAVE, HORIZON, KINDS, Lapse, look_ahead
from hub.proof.roster import Home, Roster
from hub.storage.database import Connection
from models.detection.finding import Cleared, Finding, Reason, Risk, Value
from models.detection.readiness import (
    NOBODY_ON_DUTY,
    NOBODY_VERIFIED,
    NOBODY_VERIFIED_FOR_MANY,
    ON_DUTY_AGAIN,
    VERIFIED_AGAIN,
)

log = structlog.get_logger()

LOT: Final = 1000  #: homes that are read at once
KEPT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A lapse and where it is; `home_id` is None where it is the organisation's own."""

    organisation_id: str
    home_id: str | None
    name: str  #: of the home or of the organisation
    zone: str
    lapse: Lapse


@dataclass(frozen=True, slots=True)
class Run:
    """What one pre-flight looked at and found."""

    id: int
    homes: int
    found: tuple[Found, ...]


def check_home(connection: Connection, home_id: str, now: datetime) -> list[Found]:
    """Look ahead for one home, whatever its status; stores nothing. Empty for a home that does not exist."""
    roster = Roster(connection, now, now + HORIZON)
    return [found for home in roster.homes(ids=[home_id]) for found in _of_home(home, now)]


def check_plan(connection: Connection, home_id: str, plan: Plan, now: datetime) -> list[Lapse]:
    """Look ahead for one home as if it had another plan; stores nothing."""
    roster = Roster(connection, now, now + HORIZON)
    homes = [replace(home, plan=plan) for home in roster.homes(ids=[home_id])]
    return [found.lapse for home in homes for found in _of_home(home, now)]


def check(connection: Connection, now: datetime, counted: list[int] | None = None) -> Iterator[Found]:
    """Look ahead for every live home and for every organisation that has one; stores nothing.

    `counted` gets the number of homes of each lot.
    """
    roster = Roster(connection, now, now + HORIZON)
    organisations: set[str] = set()
    after = ""
    while homes := roster.homes(after=after, limit=LOT):
        after = homes[-1].id
        if counted is not None:
            counted.append(len(homes))
        for home in homes:
            organisations.add(home.organisation_id)
            yield from _of_home(home, now)
    yield from _of_organisations(connection, roster, sorted(organisations), now)


def run(connection: Connection, now: datetime) -> Run:
    """Look ahead for every live home, keep what was found, and tell the organisations that must act.

    The nightly job: it is one transaction of the caller's. Old runs are deleted.
    """
    began = time.monotonic()
    counted: list[int] = []
    found = tuple(check(connection, now, counted))
    took = timedelta(seconds=time.monotonic() - began)
    kept = _keep(connection, Run(0, sum(counted), found), now, took)
    _tell(connection, found, now)
    log.info("pre-flight", homes=kept.homes, found=len(found), seconds=round(took.total_seconds(), 1))
    return kept


def latest(connection: Connection, homes: Sequence[str] | None = None) -> tuple[dict[str, Any] | None, Any]:
    """Return the latest run's row, or None, and its findings as rows; of all homes, or of these."""
    row = connection.execute("select * from preflight_runs order by id desc limit 1").fetchone()
    if row is None:
        return None, []
    rows = connection.execute(
        """
        select f.*, coalesce(h.name, o.name) as name, coalesce(h.zone, o.zone) as zone
        from preflight_findings f join organisations o on o.id = f.organisation_id
        left join homes h on h.id = f.home_id
        where f.run_id = %(run)s
          and (%(homes)s::text[] is null or f.home_id = any(%(homes)s)
               or (f.home_id is null and f.organisation_id in
                   (select organisation_id from homes where id = any(%(homes)s))))
        order by array_position(%(kinds)s::text[], f.kind), f.since, f.n
        """,
        {"run": row["id"], "homes": None if homes is None else list(homes), "kinds": list(KINDS)},
    ).fetchall()
    return row, rows


def _of_home(home: Home, now: datetime) -> list[Found]:
    changes = changes_of_home(home, now, now + HORIZON)
    lapses = look_ahead(policies_at(home), changes, now, now + HORIZON)
    lapses += [_failing(name, number, now) for name, number in home.failing]
    return [
        Found(
            organisation_id=home.organisation_id,
            home_id=home.id,
            name=home.name,
            zone=home.zone,
            lapse=lapse,
        )
        for lapse in lapses
    ]


def _of_organisations(
    connection: Connection, roster: Roster, organisations: Iterable[str], now: datetime
) -> Iterator[Found]:
    """Yield the gaps of every rota, and the numbers on duty that fail, each once."""
    rows = connection.execute(
        "select o.id, o.name, o.zone, r.organisation_id is not null as rota from organisations o"
        " left join rotas r on r.organisation_id = o.id order by o.id"
    ).fetchall()
    named = {row["id"]: row for row in rows}

    def found(organisation_id: str, lapse: Lapse) -> Found:
        row = named[organisation_id]
        return Found(
            organisation_id=organisation_id, home_id=None, name=row["name"], zone=row["zone"], lapse=lapse
        )

    for row in rows:
        if row["rota"]:
            for gap in rota_store.gaps_of(connection, row["id"], now, now + HORIZON):
                yield found(row["id"], Lapse(kind="rota_gap", since=gap.since, until=gap.until))
    told: set[str] = set()
    for organisation_id in organisations:
        for name, number in roster.organisation(organisation_id).failing:
            if number not in told:
                told.add(number)
                yield found(organisation_id, _failing(name, number, now))


def _failing(name: str, number: str, now: datetime) -> Lapse:
    return Lapse(kind="failing", since=now, until=now + HORIZON, who=f"{name} {number}")


def _keep(connection: Connection, found: Run, now: datetime, took: timedelta) -> Run:
    connection.execute("delete from preflight_runs where at < %s", (now - KEPT,))
    row = connection.execute(
        "insert into preflight_runs (at, until, homes, took) values (%s, %s, %s, %s) returning id",
        (now, now + HORIZON, found.homes, took),
    ).fetchone()
    run_id = int(row["id"]) if row else 0
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy preflight_findings (run_id, n, organisation_id, home_id, kind, severity, since, until,"
            " people, who) from stdin"
        ) as copy,
    ):
        for n, each in enumerate(found.found, start=1):
            lapse = each.lapse
            copy.write_row(
                (
                    run_id,
                    n,
                    each.organisation_id,
                    each.home_id,
                    lapse.kind,
                    lapse.severity,
                    lapse.since,
                    lapse.until,
                    lapse.people,
                    lapse.who,
                )
            )
    return Run(run_id, found.homes, found.found)


def _tell(connection: Connection, found: Sequence[Found], now: datetime) -> None:
    """Open, repeat or close the warnings of each organisation: who must act hears of it days before."""
    unverified = [each for each in found if each.lapse.kind in GRAVE and each.home_id is not None]
    _tell_of(connection, "nobody_verified", unverified, VERIFIED_AGAIN, now)
    gaps = [each for each in found if each.lapse.kind == "rota_gap"]
    _tell_of(connection, "rota_gap", gaps, ON_DUTY_AGAIN, now)


def _tell_of(connection: Connection, risk: Risk, found: Sequence[Found], over: str, now: datetime) -> None:
    by_organisation: dict[str, list[Found]] = {}
    for each in found:
        by_organisation.setdefault(each.organisation_id, []).append(each)
    for organisation_id, lapses in by_organisation.items():
        finding = _finding(risk, lapses, now)
        opening.open_or_repeat(connection, None, finding, now, organisation_id=organisation_id)
    still_open = connection.execute(
        "select organisation_id from alerts where risk = %s and status <> 'resolved'"
        " and organisation_id is not null and organisation_id <> all(%s)",
        (risk, list(by_organisation)),
    ).fetchall()
    for row in still_open:
        cleared = Cleared(dedup_key=risk, at=milliseconds(now), reason=Reason(over))
        opening.clear(connection, None, cleared, now, organisation_id=row["organisation_id"])


def _finding(risk: Risk, lapses: Sequence[Found], now: datetime) -> Finding:
    """Say the first lapse, and how many homes it is about."""
    first = min(lapses, key=lambda each: (each.lapse.since, each.name))
    homes = len({each.home_id for each in lapses})
    values: dict[str, Value] = {
        "name": first.name,
        "since_at": milliseconds(first.lapse.since),
        "until_at": milliseconds(first.lapse.until),
    }
    if risk == "rota_gap":
        text = NOBODY_ON_DUTY
    elif homes == 1:
        text = NOBODY_VERIFIED
    else:
        text = NOBODY_VERIFIED_FOR_MANY
        values["homes"] = homes
    return Finding(
        risk=risk,
        severity="warning",
        occurred_at=milliseconds(now),
        reason=Reason(text, values),
        dedup_key=risk,
    )
