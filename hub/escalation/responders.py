"""Who may be told about a home: its own people, its station's, and those of the tiers above."""

from __future__ import annotations

from hub.errors import NotFoundError
from hub.escalation.policy import Method, Person
from hub.storage.database import Connection


def of_home(connection: Connection, home_id: str) -> tuple[str, list[Person]]:
    """Return whether `family` or `station` is called first, and everybody with their methods in order."""
    home = connection.execute("select first_called from homes where id = %s", (home_id,)).fetchone()
    if home is None:
        raise NotFoundError(f"Home '{home_id}'.")
    rows = connection.execute(
        """
        with recursive above (id, tier, parent_id) as (
            select o.id, o.tier, o.parent_id from organisations o
            join homes h on h.organisation_id = o.id where h.id = %(home)s
            union all
            select o.id, o.tier, o.parent_id from organisations o join above a on o.id = a.parent_id
        )
        select c.id, c.name, c.role, c.language, c.rank, coalesce(a.tier, 'home') as tier,
               coalesce(array_agg(m.channel order by m.rank, m.id) filter (where m.id is not null), '{}')
                   as channels,
               coalesce(array_agg(m.address order by m.rank, m.id) filter (where m.id is not null), '{}')
                   as addresses
        from contacts c
        left join above a on a.id = c.organisation_id
        left join contact_methods m on m.contact_id = c.id and m.active
        where c.active and (c.home_id = %(home)s or a.id is not null)
        group by c.id, c.name, c.role, c.language, c.rank, a.tier
        order by c.rank, c.id
        """,
        {"home": home_id},
    ).fetchall()
    people = [
        Person(
            id=row["id"],
            name=row["name"],
            role=row["role"],
            tier=row["tier"],
            language=row["language"],
            rank=row["rank"],
            methods=tuple(
                Method(channel, address)
                for channel, address in zip(row["channels"], row["addresses"], strict=True)
            ),
        )
        for row in rows
    ]
    return home["first_called"], people
