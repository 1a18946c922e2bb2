"""Wakes alerts whose hold has lost its reason before its time; one statement says whether there is work."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hub.escalation.noise import storm
from hub.escalation.noise.facts import STORM_KEY
from hub.escalation.noise.limits import DIGEST_EVERY
from hub.storage.database import Connection

#: Held for an alert that is resolved, or by a silence that somebody ended.
_FREE: Final = """
    a.held_by is not null and a.status = 'triggered' and a.due_at > %(now)s and (
        (a.held_by like 'grouped:%%' and exists (
            select from alerts c where c.id = split_part(a.held_by, ':', 2) and c.status = 'resolved'))
        or (a.held_by like 'silence:%%' and exists (
            select from silences s
            where s.id::text = split_part(a.held_by, ':', 2) and s.ended_by is not null))
    )
"""


def is_there_work(connection: Connection, now: datetime) -> bool:
    """Whether an area, a hold or a message about what somebody was spared wants to be looked at."""
    row = connection.execute(
        f"""
        select exists (
            select from alerts a where a.home_id is not null and a.status <> 'resolved'
                and a.severity = 'warning' and a.risk in ('home_silent', 'power_cut')
                and a.incident_id is null and a.triggered_at > %(since)s
        ) or exists (
            select from alerts a where a.organisation_id is not null and a.status <> 'resolved'
                and a.dedup_key = %(storm)s
        ) or exists (
            select from alerts a join alerts i on a.held_by = 'incident:' || i.id
            where a.held_by is not null and a.status = 'triggered' and i.status = 'resolved'
        ) or exists (select from alerts a where {_FREE})
        or exists (
            select from digest_items i where i.attempt_id is null and not exists (
                select from digest_items told join attempts t on t.id = told.attempt_id
                where told.contact_id = i.contact_id and t.created_at > %(told)s
            )
        ) as any_work
        """,  # noqa: S608 -- constants of ours
        {"now": now, "since": now - storm.WINDOW, "storm": STORM_KEY, "told": now - DIGEST_EVERY},
    ).fetchone()
    return row is not None and bool(row["any_work"])


def wake(connection: Connection, now: datetime) -> None:
    """Make due what waits for nothing any more; a row that is busy is woken at the next turn."""
    connection.execute(
        f"""
        update alerts set due_at = %(now)s where id in (
            select a.id from alerts a where {_FREE} for update skip locked
        )
        """,  # noqa: S608 -- constants of ours
        {"now": now},
    )
