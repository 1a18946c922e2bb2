"""What was suppressed, and what is held at this moment, from the alerts' own files. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.storage.database import Connection


def held_now(
    connection: Connection,
    home_ids: Sequence[str] | None = None,
    organisation_ids: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Return the open alerts that call nobody now, each with its `rule`, `reason` and `held_until`.

    Of all places, or of these homes and organisations.
    """
    return connection.execute(
        """
        select a.id, a.home_id, a.organisation_id, coalesce(h.name, o.name) as place_name, a.risk, a.severity,
               a.triggered_at, a.held_until, coalesce(h.zone, o.zone) as zone,
               e.data ->> 'rule' as rule, e.data -> 'reason' as reason
        from alerts a
        left join homes h on h.id = a.home_id left join organisations o on o.id = a.organisation_id
        left join lateral (
            select data from alert_entries where alert_id = a.id and kind = 'held' order by n desc limit 1
        ) e on true
        where a.held_by is not null and a.status = 'triggered'
          and (%(all)s or a.home_id = any(%(homes)s) or a.organisation_id = any(%(organisations)s))
        order by a.held_until, a.id
        """,
        {
            "all": home_ids is None and organisation_ids is None,
            "homes": list(home_ids or ()),
            "organisations": list(organisation_ids or ()),
        },
    ).fetchall()


def suppressions(
    connection: Connection, since: datetime, until: datetime, organisation_id: str | None = None
) -> list[dict[str, Any]]:
    """Return how often each rule kept people from being called, for alerts raised in a span.

    Rows of `rule` (`spared`: a single person's limit), `n` (entries), `alerts`, `never_called`: alerts that
    were over before anybody was called. With an organisation: of it and all below it.
    """
    return connection.execute(
        """
        with recursive below (id) as (
            select id from organisations where id = %(organisation)s
            union
            select o.id from organisations o join below b on o.parent_id = b.id
        )
        select case e.kind when 'held' then e.data ->> 'rule' else e.kind end as rule,
               count(*) as n, count(distinct a.id) as alerts,
               count(distinct a.id) filter (where a.status = 'resolved' and not exists (
                   select from attempts t where t.alert_id = a.id and t.status <> 'withdrawn'
               )) as never_called
        from alerts a join alert_entries e on e.alert_id = a.id
        left join homes h on h.id = a.home_id
        where a.triggered_at >= %(since)s and a.triggered_at < %(until)s and e.kind in ('held', 'spared')
          and (%(organisation)s::text is null
               or coalesce(h.organisation_id, a.organisation_id) in (select id from below))
        group by 1 order by 2 desc, 1
        """,
        {"since": since, "until": until, "organisation": organisation_id},
    ).fetchall()
