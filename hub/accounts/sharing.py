"""What the residents of a home let whom see, and what each person sees for that reason.

Consent is per purpose and receiver: the day room by room, the habits and what is made of them; for the
family, the station, the offices above it, and programs. Alerts, and the word whether somebody is up, are
never kept from those who answer: the home is watched for them. While an emergency is open they see all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from hub.accounts.permissions import MAY, Account, Action, Role
from hub.storage.database import Connection

Purpose = Literal["day", "habits"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
Receiver = Literal["family", "station", "area", "program"]
RECEIVERS: Final[tuple[Receiver, ...]] = get_args(Receiver)

When = Literal["always", "alert", "emergency"]
What = Literal["alerts", "day", "habits", "people", "needs", "visits", "key", "health"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Something of a home that somebody may see."""

    what: What
    action: Action
    purpose: Purpose | None = None  #: consent may keep it from them
    when: When = "always"  #: otherwise while an alert, or an emergency, is open there


SIGHTS: Final = (
    Sight(what="alerts", action=Action.VIEW_HOMES),
    Sight(what="day", action=Action.VIEW_HOMES, purpose="day"),
    Sight(what="habits", action=Action.VIEW_HOMES, purpose="habits"),
    Sight(what="people", action=Action.VIEW_CONTACTS),
    Sight(what="needs", action=Action.VIEW_NEEDS),
    Sight(what="visits", action=Action.VIEW_HOMES),
    Sight(what="key", action=Action.ANSWER_ALERTS, when="alert"),
    Sight(what="health", action=Action.ANSWER_ALERTS, when="emergency"),
)


def receiver_of(role: Role, organisation: str | None, station: str) -> Receiver:
    """Return as whom somebody looks at a home that belongs to `station`."""
    if role == "family":
        return "family"
    if role == "integrator":
        return "program"
    return "station" if organisation == station else "area"


def sees(connection: Connection, account: Account, home_id: str) -> frozenset[Purpose]:
    """Return the purposes for which somebody may see a home now; the home must be in scope besides."""
    row = connection.execute(
        """
        select h.organisation_id as station,
               exists (select 1 from alerts a where a.home_id = h.id and a.severity = 'emergency'
                       and a.status <> 'resolved') as emergency,
               coalesce((select array_agg(s.purpose || ' ' || s.receiver) from home_sharing s
                         where s.home_id = h.id and not s.given), '{}') as kept
        from homes h where h.id = %s
        """,
        [home_id],
    ).fetchone()
    if row is None:
        return frozenset()
    if row["emergency"] and Action.ANSWER_ALERTS in MAY[account.role]:
        return frozenset(PURPOSES)
    receiver = receiver_of(account.role, account.organisation_id, row["station"])
    return frozenset(purpose for purpose in PURPOSES if f"{purpose} {receiver}" not in row["kept"])


def of_home(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return every consent of a home, by purpose and receiver; `changed_at` is null where none was."""
    return connection.execute(
        """
        select purpose, receiver, coalesce(s.given, true) as given, coalesce(s.why, '') as why,
               s.changed_at, s.changed_by
        from unnest(%(purposes)s::text[]) with ordinality as p (purpose, first)
        cross join unnest(%(receivers)s::text[]) with ordinality as r (receiver, second)
        left join (select * from home_sharing where home_id = %(home)s) s using (purpose, receiver)
        order by first, second
        """,
        {"home": home_id, "purposes": list(PURPOSES), "receivers": list(RECEIVERS)},
    ).fetchall()


def let(
    connection: Connection,
    home_id: str,
    purpose: Purpose,
    receiver: Receiver,
    *,
    given: bool,
    why: str,
    now: datetime,
    by: str,
) -> None:
    """Let somebody see what serves a purpose, or keep it from them; it holds from the next look on."""
    connection.execute(
        """
        insert into home_sharing (home_id, purpose, receiver, given, why, changed_at, changed_by)
        values (%(home)s, %(purpose)s, %(receiver)s, %(given)s, %(why)s, %(now)s, %(by)s)
        on conflict (home_id, purpose, receiver) do update set given = excluded.given, why = excluded.why,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        {
            "home": home_id, "purpose": purpose, "receiver": receiver, "given": given, "why": why, "now": now,
            "by": by,
        },
    )  # fmt: skip


def people(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return who may sign in and see a home, the family first, with what each `sees` and when.

    What somebody sees while an alert is open does not repeat what they see always. `organisation` is a name.
    """
    rows = connection.execute(
        """
        with recursive above as (
            select o.id, o.parent_id from organisations o join homes h on h.organisation_id = o.id
            where h.id = %(home)s
            union
            select o.id, o.parent_id from organisations o join above on o.id = above.parent_id
        )
        select u.id, u.login, u.name, u.role, u.organisation_id, u.language, o.name as organisation,
               h.organisation_id as station
        from users u left join organisations o on o.id = u.organisation_id cross join homes h
        where h.id = %(home)s and u.active and (
            u.role = 'administrator'
            or u.role in ('operator', 'supervisor') and u.organisation_id in (select id from above)
            or u.role in ('family', 'integrator')
               and exists (select 1 from user_homes g where g.user_id = u.id and g.home_id = h.id))
        order by array_position(array['family', 'operator', 'supervisor', 'integrator', 'administrator'],
                                u.role), u.name, u.id
        """,
        {"home": home_id},
    ).fetchall()
    kept = {(one["purpose"], one["receiver"]) for one in of_home(connection, home_id) if not one["given"]}
    found = []
    for row in rows:
        receiver = receiver_of(row["role"], row["organisation_id"], row["station"])
        sights: dict[When, list[What]] = {"always": [], "alert": [], "emergency": []}
        for sight in SIGHTS:
            if sight.action in MAY[row["role"]]:
                when = "emergency" if (sight.purpose, receiver) in kept else sight.when
                sights[when].append(sight.what)
        found.append(row | {"receiver": receiver, "sees": sights})
    return found
