"""Taking homes in: a home, who lives there and whom to call, as one act, from a form, a table or a program.

It knows nothing of who may do so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from psycopg.sql import SQL, Identifier

from hub.errors import NotFoundError
from hub.places import contacts, roster_file
from hub.places import store as places
from hub.storage.database import Connection

CORRECTED: Final = frozenset({"name", "born_on", "capability", "circumstances"})


def new_home_id(connection: Connection) -> str:
    """Return an id for a home that nobody named: the next free number behind `home-`."""
    row = connection.execute(
        r"select coalesce(max(substring(id from '^home-(\d{1,9})$')::int), 0) + 1 as n from homes"
    ).fetchone()
    return f"home-{row['n'] if row else 1}"


def take_in(connection: Connection, row: roster_file.Row, *, zone: str, name: str, now: datetime) -> str:
    """Add a home of a table with its resident and contacts; return its id. `name` is for one without its own.

    Raises ConflictError where the home exists already, AddressError for a number that cannot be called.
    """
    home_id = row.home or new_home_id(connection)
    places.create_home(
        connection,
        home_id=home_id,
        organisation_id=row.organisation,
        name=row.name or name,
        address=row.address,
        entry_note=row.entry_note,
        zone=zone,
        first_called="family",
        now=now,
    )
    add_resident(
        connection,
        home_id,
        name=row.resident,
        born_on=date(row.born, 1, 1) if row.born else None,
        capability=row.capability,
        circumstances=row.circumstances,
    )
    for rank, one in enumerate(row.contacts, start=1):
        made = contacts.add(connection, home_id=home_id, name=one.name, role=one.role, rank=rank)
        contacts.add_method(connection, made, channel="voice", address=one.number)
    return home_id


def add_resident(
    connection: Connection,
    home_id: str,
    *,
    name: str,
    born_on: date | None = None,
    capability: int | None = None,
    circumstances: Sequence[str] = (),
) -> str:
    """Add somebody who lives in a home; return their id, which nobody had there before."""
    made = connection.execute(
        """
        insert into residents (id, home_id, name, born_on, capability, circumstances)
        select %(home)s || '-' || coalesce(max(substring(id from '-([0-9]{1,6})$')::int), 0) + 1, %(home)s,
               %(name)s, %(born_on)s, %(capability)s, %(circumstances)s
        from residents where home_id = %(home)s returning id
        """,
        {
            "home": home_id,
            "name": name,
            "born_on": born_on,
            "capability": capability,
            "circumstances": list(circumstances),
        },
    ).fetchone()
    return str(made["id"]) if made else ""


def correct_resident(
    connection: Connection, home_id: str, resident_id: str, changes: Mapping[str, Any]
) -> None:
    """Change what is known of somebody: any of name, born_on, capability, circumstances.

    Raises NotFoundError where nobody of this id lives in this home.
    """
    if not any(one["id"] == resident_id for one in places.residents(connection, home_id)):
        raise NotFoundError(f"Resident '{resident_id}'.")
    for column in CORRECTED & changes.keys():
        connection.execute(
            SQL("update residents set {} = %s where id = %s").format(Identifier(column)),
            (changes[column], resident_id),
        )
