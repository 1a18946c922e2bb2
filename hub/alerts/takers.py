"""Who has taken an alert: one row a person, however often and by whatever way they say it.

The caller holds the alert's row. Who took it before it stalled or turned graver is not counted any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.storage.database import Connection


def add(
    connection: Connection, alert_id: str, *, taker: str, name: str, via: str, tier: str, now: datetime
) -> None:
    """Write down that somebody has taken an alert; for `taker` see `key_of`."""
    connection.execute(
        """
        insert into alert_takers (alert_id, taker, name, via, tier, at)
        values (%(alert)s, %(taker)s, %(name)s, %(via)s, %(tier)s, %(now)s)
        on conflict (alert_id, taker) do update
            set at = %(now)s, left_at = null, via = %(via)s, name = %(name)s, tier = %(tier)s
        """,
        {"alert": alert_id, "taker": taker, "name": name, "via": via, "tier": tier, "now": now},
    )


def leave(connection: Connection, alert_id: str, taker: str, now: datetime) -> None:
    """Write down that somebody cannot go after all."""
    connection.execute(
        "update alert_takers set left_at = %s where alert_id = %s and taker = %s and left_at is null",
        (now, alert_id, taker),
    )


def standing(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """Return who stands by their word: `taker`, `name`, `via`, `tier`, `at`; the first who took it first."""
    return standing_of(connection, [alert_id]).get(alert_id, [])


def standing_of(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return who stands by their word, of each of these alerts that somebody has taken."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = connection.execute(
        """
        select t.alert_id, t.taker, t.name, t.via, t.tier, t.at from alert_takers t
        where t.alert_id = any(%(alerts)s) and t.left_at is null and t.at >= coalesce((
            select max(e.at) from alert_entries e
            where e.alert_id = t.alert_id and e.kind in ('stalled', 'graver')), t.at)
        order by t.at, t.taker
        """,
        {"alerts": list(alert_ids)},
    )
    for row in rows:
        found.setdefault(row["alert_id"], []).append(row)
    return found


def everybody(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """Return all who ever took an alert, with `left_at` of those who could not go after all."""
    return connection.execute(
        "select taker, name, via, tier, at, left_at from alert_takers where alert_id = %s order by at, taker",
        (alert_id,),
    ).fetchall()


def key_of(kind: str, id_: str, name: str) -> str:
    """Return what makes two answers one person's: `contact:<id>`, `user:<id>`, else `name:<name>`."""
    return f"{kind}:{id_}" if id_ else f"name:{name}"


def tier_of(connection: Connection, taker: str) -> str:
    """Return the tier that a person answers for: home, station, centre or county."""
    kind, _, id_ = taker.partition(":")
    table = {"contact": "contacts", "user": "users"}.get(kind)
    if table is None:
        return "home"
    row = connection.execute(
        f"select o.tier from {table} p join organisations o on o.id = p.organisation_id where p.id = %s",  # noqa: S608
        (id_,),
    ).fetchone()
    return str(row["tier"]) if row else "home"


def needed(alert: Mapping[str, Any]) -> int:
    """Return how many humans must take an alert; a damaged policy keeps nobody from taking it."""
    wanted = alert["policy"].get("answers_needed") if isinstance(alert["policy"], dict) else None
    return wanted if isinstance(wanted, int) and wanted > 0 else 1
