"""The rows of visits, of where residents are, and of how often an area calls on them.

A visit is what a human did and wrote down. A mistaken one is struck out with a reason, never deleted: the
rate of a month can be counted again from the rows at any time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

from hub.care.errors import NobodySeenError, VisitTimeError
from hub.care.intervals import Standing, VisitGroup
from hub.errors import ConflictError, NotFoundError
from hub.storage.database import Connection

Kind = Literal["door", "phone", "video"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
#: What a visitor looks at: health, spirits, safety (gas, water, power), cleanliness, the surroundings, money
#: (the lists of Jilin, 2020, and of Fangshan in Beijing, 2019).
Check = Literal["health", "spirits", "safety", "cleanliness", "surroundings", "money"]
CHECKS: Final[tuple[Check, ...]] = get_args(Check)
#: A sheet of paper is copied within this time; what is older is asked about.
LATE_AT_MOST: Final = timedelta(days=62)


def record(
    connection: Connection,
    *,
    home_id: str,
    at: datetime,
    kind: Kind,
    residents: Sequence[str],
    by: str,
    user_id: str,
    now: datetime,
    not_well: Sequence[Check] = (),
    changed: bool = False,
    note: str = "",
    paper: str = "",
) -> str:
    """Write a visit down and return its id. Raises VisitTimeError, NobodySeenError, NotFoundError."""
    if not now - LATE_AT_MOST <= at <= now + timedelta(minutes=5):
        raise VisitTimeError
    if not residents:
        raise NobodySeenError
    visit_id = f"v{now.astimezone(UTC):%y%m%d}-{secrets.token_hex(6)}"
    connection.execute(
        """
        insert into visits (id, home_id, at, kind, by, user_id, not_well, changed, note, entered_at, paper)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (visit_id, home_id, at, kind, by, user_id, list(not_well), changed, note, now, paper),
    )
    for resident in dict.fromkeys(residents):
        seen = connection.execute(
            "insert into visit_residents (visit_id, resident_id)"
            " select %s, id from residents where id = %s and home_id = %s",
            (visit_id, resident, home_id),
        )
        if not seen.rowcount:
            raise NotFoundError(f"Resident '{resident}' of home '{home_id}'.")
    return visit_id


def strike_out(connection: Connection, visit_id: str, *, by: str, why: str, now: datetime) -> None:
    """Let a mistaken visit count no more. Raises ConflictError for one that is struck out already."""
    done = connection.execute(
        "update visits set void_at = %s, void_by = %s, void_why = %s where id = %s and void_at is null",
        (now, by, why, visit_id),
    )
    if not done.rowcount:
        raise ConflictError("This visit is struck out already.")


def of_home(connection: Connection, home_id: str, limit: int = 50) -> list[dict[str, Any]]:
    """Return the visits to a home, the latest first, with the names of whom the visitor met."""
    return connection.execute(
        """
        select v.*, coalesce((select string_agg(r.name, '、' order by r.id)
                              from visit_residents s join residents r on r.id = s.resident_id
                              where s.visit_id = v.id), '') as residents
        from visits v where v.home_id = %s order by v.at desc, v.id limit %s
        """,
        (home_id, limit),
    ).fetchall()


def home_of(connection: Connection, visit_id: str) -> str:
    """Return whose visit it is; raises NotFoundError."""
    row = connection.execute("select home_id from visits where id = %s", (visit_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Visit '{visit_id}'.")
    return str(row["home_id"])


# ── where residents are ─────────────────────────────────────────────────────────────────────────────────


def stand(
    connection: Connection, home_id: str, resident_id: str, standing: Standing, *, by: str, now: datetime
) -> None:
    """Write down where a resident is, or that it was confirmed today. Raises NotFoundError."""
    done = connection.execute(
        """
        insert into resident_standings (resident_id, since, standing, by)
        select id, %(now)s, %(standing)s, %(by)s from residents
        where id = %(resident)s and home_id = %(home)s
        on conflict (resident_id, since) do update set standing = excluded.standing, by = excluded.by
        """,
        {"now": now, "standing": standing, "by": by, "resident": resident_id, "home": home_id},
    )
    if not done.rowcount:
        raise NotFoundError(f"Resident '{resident_id}' of home '{home_id}'.")
    # The watch asks nobody who is known to be away.
    connection.execute("select pg_notify('anju_homes', %s)", (home_id,))


# ── how often ───────────────────────────────────────────────────────────────────────────────────────────


def set_intervals(
    connection: Connection, organisation_id: str, days: Mapping[VisitGroup, int | None]
) -> None:
    """Set how often an area calls on its groups; None takes a group back to what holds above."""
    for group, every in days.items():
        connection.execute(
            "delete from visit_intervals where organisation_id = %s and visit_group = %s",
            (organisation_id, group),
        )
        if every is not None:
            connection.execute(
                "insert into visit_intervals (organisation_id, visit_group, days) values (%s, %s, %s)",
                (organisation_id, group, every),
            )


def own_intervals(connection: Connection, organisation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return by organisation what it has set itself."""
    found: dict[str, dict[str, int]] = {each: {} for each in organisation_ids}
    for row in connection.execute(
        "select organisation_id, visit_group, days from visit_intervals where organisation_id = any(%s)",
        (list(organisation_ids),),
    ):
        found[row["organisation_id"]][row["visit_group"]] = row["days"]
    return found


def intervals(connection: Connection, organisation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return by organisation what it or somebody above it has set, group by group; the nearest holds."""
    rows = connection.execute(
        """
        with recursive above (start, id, parent_id, height) as (
            select id, id, parent_id, 0 from organisations where id = any(%s)
            union
            select a.start, o.id, o.parent_id, a.height + 1
            from organisations o join above a on o.id = a.parent_id
        )
        select distinct on (a.start, i.visit_group) a.start, i.visit_group, i.days
        from above a join visit_intervals i on i.organisation_id = a.id
        order by a.start, i.visit_group, a.height
        """,
        (list(organisation_ids),),
    )
    found: dict[str, dict[str, int]] = {each: {} for each in organisation_ids}
    for row in rows:
        found[row["start"]][row["visit_group"]] = row["days"]
    return found
