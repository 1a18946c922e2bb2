"""Each home's risk, once a night, from what people have told and what the hub has counted. A row a home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from hub.storage.database import Connection
from models.detection.risk.facts import HomeFacts
from models.detection.risk.score import Assessment, assess

_FACTS = """
    select h.id as home,
           (select max(capability) from residents r where r.home_id = h.id) as ability,
           (select max(date_part('year', age(%(now)s, born_on)))::int from residents r
            where r.home_id = h.id) as age,
           (select case when count(*) = 0 then null else bool_or('lives_alone' = any(circumstances)) end
            from residents r where r.home_id = h.id) as lives_alone,
           (select count(*) from alerts a where a.home_id = h.id and a.risk in ('fall', 'sos')
            and a.outcome = 'real' and not a.drill
            and a.triggered_at > %(now)s - interval '90 days') as falls_90d,
           (select count(*) from alerts a where a.home_id = h.id and a.risk = 'night_wandering'
            and a.triggered_at > %(now)s - interval '30 days') as restless_nights_30d,
           (select count(*) > 0 from alerts a where a.home_id = h.id and a.risk = 'decline'
            and a.status <> 'resolved') as declining,
           (select count(distinct a.occurred_at::date) from alerts a where a.home_id = h.id
            and a.risk = 'home_silent' and a.occurred_at > %(now)s - interval '30 days'
            and coalesce(a.cleared_at, a.resolved_at, %(now)s) - a.occurred_at > interval '1 hour'
           ) as silent_days_30d,
           d.sensors, d.sensors_out, d.bed_sensor,
           (select extract(day from %(now)s - max(v.at))::int from visits v where v.home_id = h.id
            and v.void_at is null) as days_since_visit,
           (select count(distinct c.id) from contacts c join contact_methods m on m.contact_id = c.id
            where c.home_id = h.id and c.role <> 'resident' and c.active and m.active
            and m.verified_at is not null) as contacts,
           t.coldest, t.hottest
    from homes h
    left join lateral (
        select count(*) as sensors, bool_or('bed' = any(kinds)) as bed_sensor,
               count(*) filter (where available is false or heard_at < %(now)s - 3 * heartbeat) as sensors_out
        from devices where home_id = h.id and placed) d on true
    left join lateral (
        select min(middle) as coldest, max(middle) as hottest from (
            select percentile_cont(0.5) within group (order by value) as middle from events
            where home_id = h.id and kind = 'temperature' and occurred_at > %(now)s - interval '1 day'
            group by device) of_devices) t on true
    where h.id = any(%(homes)s)
"""


def assess_homes(
    connection: Connection, homes: Sequence[str], night_toilet: Mapping[str, float], now: datetime
) -> None:
    """Write down the risk of `homes` at `now`; `night_toilet`: visits in a usual night, where known."""
    for row in connection.execute(_FACTS, {"homes": list(homes), "now": now}).fetchall():
        home = row.pop("home")
        _write(connection, home, assess(HomeFacts(**row, night_toilet=night_toilet.get(home))), now)


def _write(connection: Connection, home: str, assessment: Assessment, now: datetime) -> None:
    contributions: list[dict[str, Any]] = [
        {
            "what": one.what,
            "points": one.points,
            "reason": msgspec.to_builtins(one.reason),
            "lower": msgspec.to_builtins(one.lower),
            "saves": one.saves,
        }
        for one in assessment.largest
    ]
    connection.execute(
        """
        insert into risk_scores (home_id, at, points, band, contributions, unknown)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (home_id) do update set at = excluded.at, points = excluded.points, band = excluded.band,
            contributions = excluded.contributions, unknown = excluded.unknown
        """,
        (home, now, assessment.points, assessment.band, Jsonb(contributions), list(assessment.unknown)),
    )
