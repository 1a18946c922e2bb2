"""What the database knows of an area's trouble: which homes have it, which alerts an incident speaks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from hub.escalation.noise import storm
from hub.escalation.noise.facts import STORM_KEY
from hub.escalation.noise.storm import Area
from hub.storage.database import Connection

#: One dispatcher at a time looks at the areas; the others need not wait for it.
TURN: Final = 4_711_006

#: A home's alert of a kind that a whole area can have. No drills, no emergencies.
_KIND: Final = """
    a.home_id is not null and a.status <> 'resolved' and a.severity = 'warning' and not a.drill
    and a.risk in ('home_silent', 'power_cut')
"""
#: Those that count: recent, not asked to be silent, not left over from an incident that has ended.
_TROUBLED: Final = f"""
    from alerts a join homes h on h.id = a.home_id left join alerts i on i.id = a.incident_id
    where {_KIND} and a.triggered_at > %(since)s and coalesce(a.held_by, '') not like 'silence:%%'
      and (i.id is null or i.status <> 'resolved')
"""
#: An organisation and all below it.
_TREE: Final = """
    with recursive tree (id) as (
        select id from organisations where id = %(place)s
        union
        select o.id from organisations o join tree t on o.parent_id = t.id
    )
"""


def take_turn(connection: Connection) -> bool:
    """Whether this transaction is the one that looks at the areas."""
    row = connection.execute("select pg_try_advisory_xact_lock(%s) as mine", (TURN,)).fetchone()
    return row is not None and bool(row["mine"])


def has_new_trouble(connection: Connection, now: datetime) -> bool:
    """Whether any home has the trouble and is in no incident yet."""
    query = f"select 1 {_TROUBLED} and i.id is null limit 1"
    return connection.execute(query, {"since": now - storm.WINDOW}).fetchone() is not None


def areas(connection: Connection, now: datetime) -> list[Area]:
    """Return all organisations with their own live homes and how many of those have the trouble."""
    rows = connection.execute(
        f"""
        with troubled as (select h.organisation_id as id, count(distinct h.id) as n {_TROUBLED} group by 1),
        live as (select organisation_id as id, count(*) as n from homes where status = 'live' group by 1)
        select o.id, o.parent_id, coalesce(live.n, 0) as homes, coalesce(troubled.n, 0) as troubled
        from organisations o left join live on live.id = o.id left join troubled on troubled.id = o.id
        """,  # noqa: S608
        {"since": now - storm.WINDOW},
    ).fetchall()
    return [Area(**row) for row in rows]


def extent(connection: Connection, place: str, now: datetime) -> dict[str, Any]:
    """Return what happens at a place: troubled `homes`, how many of them are `dark`, `since` when."""
    row = connection.execute(
        f"""
        {_TREE} select count(distinct h.id) as homes, min(a.occurred_at) as since,
            count(distinct h.id) filter (where a.risk = 'power_cut') as dark
        {_TROUBLED} and h.organisation_id in (select id from tree)
        """,  # noqa: S608
        {"place": place, "since": now - storm.WINDOW},
    ).fetchone()
    return row or {"homes": 0, "since": None, "dark": 0}


def homes_below(connection: Connection, place: str) -> int:
    """Return how many live homes an organisation and those below it have."""
    row = connection.execute(
        f"{_TREE} select count(*) as n from homes h join tree t on t.id = h.organisation_id"  # noqa: S608
        " where h.status = 'live'",
        {"place": place},
    ).fetchone()
    return int(row["n"]) if row else 0


def open_incidents(connection: Connection) -> list[dict[str, Any]]:
    """Return the open incidents of all areas; `covered` says that a larger one speaks for it."""
    return connection.execute(
        """
        select a.*, exists (
            select from alerts larger where larger.id = a.incident_id and larger.status <> 'resolved'
        ) as covered
        from alerts a
        where a.organisation_id is not null and a.dedup_key = %s and a.status <> 'resolved'
        order by a.triggered_at, a.id
        """,
        (STORM_KEY,),
    ).fetchall()


def lock_smaller(connection: Connection, place: str, incident: str) -> list[dict[str, Any]]:
    """Return and lock the open incidents at a place or below it that are no part of `incident` yet."""
    return connection.execute(
        f"{_TREE} select a.* from alerts a where a.organisation_id in (select id from tree)"  # noqa: S608
        " and a.dedup_key = %(key)s and a.status <> 'resolved' and a.id <> %(but)s"
        " and a.incident_id is distinct from %(but)s order by a.id for update of a skip locked",
        {"place": place, "key": STORM_KEY, "but": incident},
    ).fetchall()


def lock_newcomers(
    connection: Connection, incident: str, place: str, since: datetime, limit: int
) -> list[dict[str, Any]]:
    """Return and lock alerts that belong to an incident and are not in it; rows that are busy come later.

    Each carries its home's name (`home_name`).
    """
    return connection.execute(
        f"""
        {_TREE} select a.*, h.name as home_name
        from alerts a join homes h on h.id = a.home_id join tree t on t.id = h.organisation_id
        where {_KIND} and a.triggered_at > %(since)s and coalesce(a.held_by, '') not like 'silence:%%'
          and (a.incident_id is null
               or a.incident_id in (select id from alerts where incident_id = %(incident)s))
        order by a.triggered_at, a.id limit %(limit)s for update of a skip locked
        """,  # noqa: S608
        {"place": place, "since": since, "incident": incident, "limit": limit},
    ).fetchall()


def join(connection: Connection, alert_id: str, incident: str) -> None:
    """Make a locked alert part of an incident."""
    connection.execute("update alerts set incident_id = %s where id = %s", (incident, alert_id))


def homes_left(connection: Connection, incident: str, place: str, since: datetime) -> int:
    """Return how many homes still have the trouble: those of an incident, and those that have yet to join."""
    row = connection.execute(
        f"""
        {_TREE} select count(distinct a.home_id) as n
        from alerts a join homes h on h.id = a.home_id
        where {_KIND} and (a.incident_id = %(incident)s
            or (a.incident_id is null and a.triggered_at > %(since)s
                and h.organisation_id in (select id from tree)))
        """,  # noqa: S608
        {"incident": incident, "place": place, "since": since},
    ).fetchone()
    return int(row["n"]) if row else 0


def lock_left_over(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return and lock alerts whose incident has ended without them; who needs most help comes first."""
    return connection.execute(
        """
        select a.* from alerts a join alerts i on a.held_by = 'incident:' || i.id
        where a.held_by is not null and a.status = 'triggered' and i.status = 'resolved'
        order by (select max(r.capability) from residents r where r.home_id = a.home_id) desc nulls last,
                 a.triggered_at, a.id
        limit %s for update of a skip locked
        """,
        (limit,),
    ).fetchall()


def last_turn(connection: Connection) -> datetime | None:
    """Return when the last of the alerts that wait for their turn has it."""
    row = connection.execute(
        "select max(held_until) as at from alerts where held_by = 'spread' and status <> 'resolved'"
    ).fetchone()
    return row["at"] if row else None
