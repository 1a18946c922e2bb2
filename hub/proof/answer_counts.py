"""The counts behind the figures: one statement over the alerts of a period, summed up the organisations.

Drills are never counted, nor advice, which calls nobody, nor an alert that is covered by its area's, nor what
the hub says of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hub.proof.answer_times import TARGETS, Figures, Share
from hub.storage.database import Connection

#: What the hub reports of itself: somebody should act, but nobody is lying on a floor.
OWN_RISKS: Final = ("number_check", "nobody_verified", "rota_gap")

_FIGURES: Final = """
    with recursive up as (
        select id as organisation, id as above, parent_id from organisations
        union all
        select up.organisation, o.id, o.parent_id from up join organisations o on o.id = up.parent_id
    ), raised as (
        select a.id, coalesce(h.organisation_id, a.organisation_id) as organisation, a.severity, a.status,
               coalesce(nullif(a.answered_tier, ''), 'unknown') as tier,
               case when %(monthly)s then to_char(a.triggered_at at time zone %(zone)s, 'YYYY-MM') else '' end
                   as month,
               -- Whoever held a warning back did so on purpose: people are asked from then on.
               greatest(a.triggered_at, a.held_until, freed.at) as asked_at,
               coalesce(a.answered_at, said.at) as answered_at, a.arrived_at, a.resolved_at
        from alerts a left join homes h on h.id = a.home_id
        left join lateral (
            select min(e.at) as at from alert_entries e
            where a.answered_at is null and a.status <> 'triggered' and e.alert_id = a.id
              and e.kind in ('acknowledged', 'on_the_way', 'on_site', 'resolved')
              and e.data ->> 'by' is not null
        ) said on true
        left join lateral (
            select max(e.at) as at from alert_entries e
            where a.severity <> 'emergency' and e.alert_id = a.id and e.kind = 'released'
              and e.at <= coalesce(a.answered_at, 'infinity')
        ) freed on true
        where a.triggered_at >= %(since)s and a.triggered_at < %(until)s and not a.drill
          and a.severity <> 'advice' and a.incident_id is null and a.risk <> all(%(own)s)
    ), timed as (
        select r.*,
               case when r.answered_at is not null
                   then greatest(extract(epoch from r.answered_at - r.asked_at), 0) end as took,
               case when r.arrived_at is not null
                   then greatest(extract(epoch from r.arrived_at - r.asked_at), 0) end as travelled,
               extract(epoch from coalesce(r.resolved_at, %(now)s) - r.asked_at) as lasted
        from raised r
    )
    select up.above as organisation, t.month,
           case when grouping(t.severity) = 0 then t.severity else '' end as severity,
           case when grouping(t.tier) = 0 then t.tier else '' end as tier,
           count(*) as alerts, count(t.took) as answered,
           count(*) filter (where t.took is null and t.status <> 'resolved') as waiting,
           percentile_cont(0.5) within group (order by t.took) as median,
           percentile_cont(0.95) within group (order by t.took) as p95,
           count(*) filter (where t.took is not null or t.lasted > %(answered_60)s) as judged_answered_60,
           count(*) filter (where t.took <= %(answered_60)s) as kept_answered_60,
           count(*) filter (where t.took is not null or t.lasted > %(answered_180)s) as judged_answered_180,
           count(*) filter (where t.took <= %(answered_180)s) as kept_answered_180,
           count(*) filter (where t.travelled is not null
                            or (t.status = 'on_the_way' and t.lasted > %(arrived_45)s)) as judged_arrived_45,
           count(*) filter (where t.travelled <= %(arrived_45)s) as kept_arrived_45
    from timed t join up on up.organisation = t.organisation
    where %(organisations)s::text[] is null or up.above = any(%(organisations)s)
    group by grouping sets ({sets})
    order by up.above, t.month, severity, tier
"""
# Without the details nothing is sorted twice: a year of a county is many alerts.
_WHOLE: Final = (
    _FIGURES.replace("case when grouping(t.severity) = 0 then t.severity else '' end", "''")
    .replace("case when grouping(t.tier) = 0 then t.tier else '' end", "''")
    .replace("{sets}", "(up.above, t.month)")
)
_DETAILED: Final = _FIGURES.replace(
    "{sets}",
    "(up.above, t.month), (up.above, t.month, t.severity), (up.above, t.month, t.tier),"
    " (up.above, t.month, t.severity, t.tier)",
)


def figures(
    connection: Connection,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    organisations: Sequence[str] | None = None,
    zone: str = "Asia/Shanghai",
    monthly: bool = False,
    detailed: bool = True,
) -> list[Figures]:
    """Return the figures of alerts raised in [since, until), for each organisation with all below it.

    For each organisation (and month): all alerts, and where `detailed` also by severity, by the tier that
    answered, and by both.
    """
    rows = connection.execute(
        _DETAILED if detailed else _WHOLE,
        {
            "since": since,
            "until": until,
            "now": now,
            "organisations": None if organisations is None else list(organisations),
            "zone": zone,
            "monthly": monthly,
            "own": list(OWN_RISKS),
        }
        | {target.name: target.within.total_seconds() for target in TARGETS},
    )
    return [_figures(row) for row in rows]


def month_of(month: str, zone: str) -> tuple[datetime, datetime]:
    """Return the first instant of a month such as `2026-11` by a place's clock, and of the next one.

    Raises ValueError for anything else.
    """
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    following = (first + timedelta(days=32)).replace(day=1)
    return first.astimezone(UTC), following.astimezone(UTC)


def months_back(now: datetime, zone: str, count: int) -> datetime:
    """Return the first instant of the month that was `count` months before this one."""
    local = now.astimezone(ZoneInfo(zone)).date()
    months = local.year * 12 + local.month - 1 - count
    first = date(months // 12, months % 12 + 1, 1)
    return datetime(first.year, first.month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(
        organisation=row["organisation"],
        month=row["month"],
        severity=row["severity"],
        tier=row["tier"],
        alerts=row["alerts"],
        answered=row["answered"],
        waiting=row["waiting"],
        median=_span(row["median"]),
        p95=_span(row["p95"]),
        shares=tuple(
            Share(target, judged=row[f"judged_{target.name}"], kept=row[f"kept_{target.name}"])
            for target in TARGETS
        ),
    )


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
