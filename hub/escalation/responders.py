"""Who may be told: a home's own people, its station's, and those of the tiers above, with their shifts."""

from __future__ import annotations

from typing import Any

from hub.errors import NotFoundError
from hub.escalation.policy import Method, Person
from hub.storage.database import Connection

_PEOPLE = """
    with recursive above (id, tier, parent_id) as (
        select o.id, o.tier, o.parent_id from organisations o where o.id = %(organisation)s
        union
        select o.id, o.tier, o.parent_id from organisations o join above a on o.id = a.parent_id
    )
    select c.id, c.name, c.role, c.language, c.rank, coalesce(a.tier, 'home') as tier,
           coalesce(array_agg(m.channel order by m.rank, m.id) filter (where m.id is not null), '{}')
               as channels,
           coalesce(array_agg(m.address order by m.rank, m.id) filter (where m.id is not null), '{}')
               as addresses,
           coalesce(array_agg(m.verified_at is not null order by m.rank, m.id)
                    filter (where m.id is not null), '{}') as verified
    from contacts c
    left join above a on a.id = c.organisation_id
    left join contact_methods m on m.contact_id = c.id and m.active
    where c.active and (c.home_id = %(home)s or a.id is not null)
    group by c.id, c.name, c.role, c.language, c.rank, a.tier
    order by c.rank, c.id
"""


def of_home(connection: Connection, home_id: str) -> tuple[str, list[Person]]:
    """Return whether `family` or `station` is called first, and everybody with their methods in order."""
    home = connection.execute(
        "select first_called, organisation_id from homes where id = %s", (home_id,)
    ).fetchone()
    if home is None:
        raise NotFoundError(f"Home '{home_id}'.")
    return home["first_called"], _people(connection, home_id, home["organisation_id"])


def of_organisation(connection: Connection, organisation_id: str) -> list[Person]:
    """Return the people of an organisation and of the tiers above it: whom an area's alert reaches."""
    return _people(connection, None, organisation_id)


def _people(connection: Connection, home_id: str | None, organisation_id: str) -> list[Person]:
    rows = connection.execute(_PEOPLE, {"home": home_id, "organisation": organisation_id}).fetchall()
    return [_person(row) for row in rows]


def _person(row: dict[str, Any]) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        tier=row["tier"],
        language=row["language"],
        rank=row["rank"],
        methods=tuple(
            Method(channel, address, verified)
            for channel, address, verified in zip(
                row["channels"], row["addresses"], row["verified"], strict=True
            )
        ),
    )
