"""The SQL of the nightly learning: whose nights are due, what was heard of them, and what was learnt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from hub.storage.database import Connection
from hub.storage.flags import IMPLAUSIBLE
from models.contract.messages import Event
from models.detection.profile import SENSES

CHANNEL = "anju_learnt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A home of which days are to be learnt."""

    home: str
    live: bool
    midnight: datetime  #: the latest that has passed
    learnt_to: datetime | None
    nights: int
    quiet: bytes | None
    others: bytes | None
    left_out: list[dict[str, str]]  #: the latest days that were not learnt
    intact: bool  #: the hash fits what it was made of
    decline_answered: bool  #: somebody has closed the advice about it since the last night's learning
    began: datetime  #: the first event of it that is stored, or when it was made


def zones(connection: Connection) -> list[str]:
    """Return the zones in which homes lie."""
    return [row["zone"] for row in connection.execute("select distinct zone from homes").fetchall()]


def due(
    connection: Connection, midnights: Mapping[str, datetime], after: str, limit: int, behind: datetime
) -> list[Due]:
    """Return homes after the home `after` whose last days are not learnt, in the order of their names.

    A home whose edge still sends what it kept waits, but not when nothing was learnt since `behind`.
    """
    rows = connection.execute(
        """
        select h.id, h.status, z.midnight, l.learnt_to, coalesce(l.nights, 0) as nights, l.quiet, l.others,
               l.left_out,
               l.sha256 = sha256(l.quiet || l.others || l.usual) as intact,
               exists (select from alerts a where a.home_id = h.id and a.risk = 'decline' and not a.drill
                       and a.resolved_at > l.learnt_at and a.outcome <> 'cleared') as decline_answered,
               coalesce((select min(occurred_at) from events e where e.home_id = h.id and l.home_id is null),
                        h.created_at) as began
        from homes h
        join unnest(%(zones)s::text[], %(midnights)s::timestamptz[]) as z (zone, midnight) on z.zone = h.zone
        left join learnt l on l.home_id = h.id
        where h.id > %(after)s and h.status <> 'paused'
          and coalesce(l.learnt_to, h.created_at - interval '400 days') < z.midnight
          and (coalesce(l.learnt_to, '-infinity') < %(behind)s
               or not exists (select from edges e where e.home_id = h.id
                              and (e.health ->> 'oldest_s')::float8 > 600))
        order by h.id limit %(limit)s
        """,
        {
            "zones": list(midnights),
            "midnights": list(midnights.values()),
            "after": after,
            "limit": limit,
            "behind": behind,
        },
    ).fetchall()
    return [
        Due(
            home=row["id"],
            live=row["status"] == "live",
            midnight=row["midnight"],
            learnt_to=row["learnt_to"],
            nights=row["nights"],
            quiet=row["quiet"],
            others=row["others"],
            left_out=row["left_out"] or [],
            intact=bool(row["intact"]),
            decline_answered=row["decline_answered"],
            began=row["began"],
        )
        for row in rows
    ]


def read_events(
    connection: Connection, homes: Sequence[str], since: datetime, until: datetime
) -> Iterator[tuple[str, str, Event]]:
    """Yield (home, edge, event) by homes and time, what came late or is historic as well."""
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(
            """
            select e.home_id, s.edge_id, e.seq, (extract(epoch from e.occurred_at) * 1000)::int8,
                   e.device, e.kind, e.value
            from events e join streams s on s.id = e.stream_id
            where e.home_id = any(%(homes)s) and e.occurred_at >= %(since)s and e.occurred_at < %(until)s
              and e.flags & %(ignored)s = 0
            order by e.home_id, e.occurred_at, e.stream_id, e.seq
            """,
            {"homes": list(homes), "since": since, "until": until, "ignored": IMPLAUSIBLE},
        )
        for home, edge, seq, at, device, kind, value in cursor:
            yield home, edge, Event(seq=seq, at=at, mono=0, device=device, kind=kind, value=value)


def troubles(
    connection: Connection, homes: Sequence[str], since: datetime, until: datetime
) -> list[tuple[str, datetime, datetime, str]]:
    """Return (home, since, until, why) of what must not be learnt: emergencies, and sensors not heard."""
    rows = connection.execute(
        """
        select a.home_id, a.occurred_at as since,
               coalesce(case when a.severity = 'emergency' then a.resolved_at else a.cleared_at end,
                        a.resolved_at, %(until)s) as until,
               case when a.severity = 'emergency' or a.outcome = 'real' then 'emergency'
                    else 'sensors' end as why
        from alerts a
        where a.home_id = any(%(homes)s) and not a.drill and a.occurred_at < %(until)s
          and coalesce(a.resolved_at, %(until)s) >= %(since)s
          and ((a.severity = 'emergency' and coalesce(a.outcome, '') not in ('false', 'test', 'self_ok'))
               or (a.risk in ('inactivity', 'not_up', 'long_bathroom', 'night_out_of_bed',
                              'night_wandering')
                   and a.outcome = 'real')
               or a.risk = 'home_silent'
               or (a.risk = 'device_silent' and coalesce((
                     select bool_or(d.kinds && %(senses)s::text[]) from devices d
                     where d.home_id = a.home_id and d.id = a.device), true)))
        union all
        select home_id, since, coalesce(ended_at, until),
               case kind when 'away' then 'away' else 'visitors' end
        from stays where home_id = any(%(homes)s) and since < %(until)s
          and coalesce(ended_at, until) > %(since)s
        """,
        {"homes": list(homes), "since": since, "until": until, "senses": sorted(SENSES)},
    ).fetchall()
    return [(row["home_id"], row["since"], row["until"], row["why"]) for row in rows]


def deaf_times(connection: Connection, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return when the hub could not hear."""
    rows = connection.execute(
        "select since, until from deaf_times where until > %s and since < %s", (since, until)
    ).fetchall()
    return [(row["since"], row["until"]) for row in rows]


def write(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write down what was learnt of homes, and tell the watch."""
    homes = []
    with connection.cursor() as cursor:
        for row in rows:
            homes.append(row["home"])
            digest = hashlib.sha256(row["quiet"] + row["others"] + row["usual"]).digest()
            cursor.execute(
                """
                insert into learnt (home_id, learnt_to, learnt_at, days, nights, quiet, others, usual,
                                    sha256, left_out)
                values (%(home)s, %(learnt_to)s, %(now)s, %(days)s, %(nights)s, %(quiet)s, %(others)s,
                        %(usual)s, %(sha256)s, %(left_out)s)
                on conflict (home_id) do update set learnt_to = excluded.learnt_to,
                    learnt_at = excluded.learnt_at, days = excluded.days, nights = excluded.nights,
                    quiet = excluded.quiet, others = excluded.others, usual = excluded.usual,
                    sha256 = excluded.sha256, left_out = excluded.left_out
                """,
                {**row, "sha256": digest, "left_out": Jsonb(row["left_out"])},
            )
    if homes:
        connection.execute("select pg_notify(%s, %s)", (CHANNEL, " ".join(homes)))


def begin_run(connection: Connection, now: datetime) -> int:
    """Note that a night's learning begins; return its number."""
    connection.execute("insert into learning_runs (started_at) values (%s)", (now,))
    row = connection.execute("select max(id) as id from learning_runs").fetchone()
    return int(row["id"]) if row is not None else 0


def progress(connection: Connection, run: int, counts: Mapping[str, int], ended_at: datetime | None) -> None:
    """Note how far a run has come."""
    connection.execute(
        "update learning_runs set homes = %(homes)s, days = %(days)s, left_out = %(left_out)s,"
        " failed = %(failed)s, ended_at = %(ended_at)s where id = %(run)s",
        {**counts, "run": run, "ended_at": ended_at},
    )
