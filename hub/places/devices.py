"""Browsers that asked to be told: each is a push method of one contact."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from hub.places import contacts
from hub.places.addresses import address
from hub.storage.database import Connection

_MOST = 200  #: people to choose from; nobody looks through more


def people(
    connection: Connection, *, homes: Sequence[str] | None, organisations: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Return the contacts of homes and organisations whose device it may be; None: of all of them.

    Each with `id`, `name`, `role`, `place` (the home's or the organisation's name) and the number of
    `devices` that are told already.
    """
    return connection.execute(
        """
        select c.id, c.name, c.role, coalesce(h.name, o.name) as place,
               (select count(*) from contact_methods m
                where m.contact_id = c.id and m.channel = 'push' and m.active) as devices
        from contacts c
        left join homes h on h.id = c.home_id
        left join organisations o on o.id = c.organisation_id
        where c.active and c.role <> 'resident'
          and ((c.home_id is not null and (%(homes)s::text[] is null or c.home_id = any(%(homes)s)))
            or (c.organisation_id is not null
                and (%(organisations)s::text[] is null or c.organisation_id = any(%(organisations)s))))
        order by place, c.rank, c.id limit %(most)s
        """,
        {
            "homes": None if homes is None else list(homes),
            "organisations": None if organisations is None else list(organisations),
            "most": _MOST,
        },
    ).fetchall()


def attach(connection: Connection, contact_id: str, subscription: str) -> str:
    """Tell a contact at a browser too, and at this browser nobody else; return the method's id.

    Raises AddressError, NotFoundError.
    """
    kept = address("push", subscription)
    detach(connection, kept)
    row = connection.execute(
        "select coalesce(max(rank), 0) + 1 as rank from contact_methods where contact_id = %s and active",
        (contact_id,),
    ).fetchone()
    return contacts.add_method(
        connection,
        contact_id,
        channel="push",
        address=kept,
        rank=row["rank"] if row else 1,
        method_id=f"m-{hashlib.sha256(f'{contact_id}/{kept}'.encode()).hexdigest()[:16]}",
    )


def detach(connection: Connection, subscription: str) -> bool:
    """Tell nobody at a browser any more; return whether anybody was. Raises AddressError."""
    return contacts.retire(connection, "push", address("push", subscription))
