"""What the rules against noise must know of one alert, as the database has it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hub.escalation.noise.rules import QUIET_FROM, QUIET_UNTIL, Facts, Sibling, Silence
from hub.storage.database import Connection

#: What the area's alert of a storm is called among the open alerts of its organisation.
STORM_KEY: Final = "area_outage"

#: An area's alert is silenced with what it is made of.
AREA_OF: Final = {"area_silent": ["home_silent"], "area_power_cut": ["power_cut"]}

#: The organisation of a place and all above it, the nearest first.
ABOVE: Final = """
    with recursive above (id, parent_id, height) as (
        select id, parent_id, 0 from organisations where id = %(organisation)s
        union
        select o.id, o.parent_id, a.height + 1 from organisations o join above a on o.id = a.parent_id
    )
"""

_PLACE = (
    ABOVE  # noqa: S608 -- constants of ours
    + """
    select h.supervision, coalesce(h.zone, o.zone) as zone,
        (select l.quiet_from from noise_levels l left join above a on a.id = l.organisation_id
         where l.quiet_from is not null and (l.home_id = %(home)s or a.id is not null)
         order by a.height nulls first limit 1) as quiet_from,
        (select l.quiet_until from noise_levels l left join above a on a.id = l.organisation_id
         where l.quiet_from is not null and (l.home_id = %(home)s or a.id is not null)
         order by a.height nulls first limit 1) as quiet_until,
        (select i.id from alerts i join above a on a.id = i.organisation_id
         where i.dedup_key = %(storm)s and i.status <> 'resolved' and i.id <> %(alert)s
         order by a.height desc limit 1) as incident,
        (select count(*) from (
            select from homes other join organisations near on near.id = other.organisation_id
            where other.status = 'live' and other.id <> %(home)s
              and (near.id = o.id or near.parent_id = o.parent_id)
            limit 2
        ) around) as neighbours
    from organisations o left join homes h on h.id = %(home)s where o.id = %(organisation)s
    """
)
_SILENCES = (
    ABOVE  # noqa: S608 -- constants of ours
    + """
    select s.id, s.until, s.by, s.why from silences s left join above a on a.id = s.organisation_id
    where s.since <= %(now)s and s.until > %(now)s and s.ended_by is null
      and (s.home_id = %(home)s or a.id is not null)
      and (s.risks = '{}' or s.risks && %(risks)s)
    """
)
_SIBLINGS = """
    select a.id, a.severity, a.risk, a.status, a.triggered_at, a.acknowledged_at, a.drill,
           a.held_by is not null as held,
           exists (select from attempts t where t.alert_id = a.id and t.purpose in ('answer', 'ask')) as told
    from alerts a where a.home_id = %s and a.status <> 'resolved' and a.severity <> 'advice'
"""


def of_alert(connection: Connection, alert: Mapping[str, Any], now: datetime) -> Facts:
    """Return the facts of one open alert."""
    organisation = alert["organisation_id"] or _organisation_of(connection, alert["home_id"])
    names = {
        "organisation": organisation,
        "home": alert["home_id"],
        "alert": alert["id"],
        "risks": AREA_OF.get(alert["risk"], [alert["risk"]]),
        "storm": STORM_KEY,
        "now": now,
    }
    place = connection.execute(_PLACE, names).fetchone() or {}
    family = (
        connection.execute(_SIBLINGS, (alert["home_id"],)).fetchall() if alert["home_id"] is not None else []
    )
    spread = alert["held_by"] == "spread" and alert["held_until"] is not None
    return Facts(
        id=alert["id"],
        severity=alert["severity"],
        risk=alert["risk"],
        triggered_at=alert["triggered_at"],
        of_area=alert["home_id"] is None,
        told=any(row["told"] for row in family if row["id"] == alert["id"]),
        drill=alert["drill"],
        zone=place.get("zone") or "Asia/Shanghai",
        supervision=place.get("supervision") or timedelta(0),
        quiet_from=place.get("quiet_from") or QUIET_FROM,
        quiet_until=place.get("quiet_until") or QUIET_UNTIL,
        neighbours=place.get("neighbours") or 0,
        was_of_area=alert["incident_id"] is not None,
        incident=place.get("incident"),
        spread_until=alert["held_until"] if spread else None,
        siblings=tuple(Sibling(**row) for row in family if row["id"] != alert["id"]),
        silences=tuple(Silence(**row) for row in connection.execute(_SILENCES, names)),
    )


def _organisation_of(connection: Connection, home_id: str) -> str | None:
    row = connection.execute("select organisation_id from homes where id = %s", (home_id,)).fetchone()
    return row["organisation_id"] if row else None


def spoken_for(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return, by alert, the open alerts of the same home that wait for it: whoever answers it should know.

    Each with its `id`, `risk`, `room` and `reason`.
    """
    rows = connection.execute(
        """
        select split_part(held_by, ':', 2) as cover, id, risk, room, reason from alerts
        where held_by = any(%s) and status = 'triggered' order by triggered_at, id
        """,
        ([f"grouped:{alert_id}" for alert_id in alert_ids],),
    ).fetchall()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.pop("cover"), []).append(row)
    return found
