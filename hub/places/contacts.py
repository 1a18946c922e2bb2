"""The rows of contacts: people to tell about a home or on duty at an organisation, and how to reach them."""

from __future__ import annotations

import secrets
from typing import Any

import psycopg

from hub.errors import ConflictError, NotFoundError
from hub.places import addresses
from hub.storage.database import Connection


def of_home(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return a home's contacts in the order of calling, each with its `methods`."""
    return _with_methods(
        connection,
        connection.execute(
            "select id, name, role, language, rank, active from contacts where home_id = %s"
            " order by active desc, rank, id",
            (home_id,),
        ).fetchall(),
    )


def of_organisation(connection: Connection, organisation_id: str) -> list[dict[str, Any]]:
    """Return who is on duty at an organisation, in the order of calling, each with `methods`."""
    return _with_methods(
        connection,
        connection.execute(
            "select id, name, role, language, rank, active from contacts where organisation_id = %s"
            " order by active desc, rank, id",
            (organisation_id,),
        ).fetchall(),
    )


def add(
    connection: Connection,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    name: str,
    role: str,
    language: str = "zh",
    rank: int = 1,
    contact_id: str | None = None,
) -> str:
    """Add a contact of a home or of an organisation (one of the two) and return the id.

    A contact with this id is brought up to date. Raises NotFoundError; ConflictError for a resident of an
    organisation.
    """
    if organisation_id is not None and role == "resident":
        raise ConflictError("A resident lives in a home: enter them as a contact of their home.")
    contact_id = contact_id or f"c-{secrets.token_hex(6)}"
    try:
        with connection.transaction():
            connection.execute(
                """
                insert into contacts (id, home_id, organisation_id, name, role, language, rank)
                values (%(id)s, %(home)s, %(organisation)s, %(name)s, %(role)s, %(language)s, %(rank)s)
                on conflict (id) do update set home_id = excluded.home_id,
                    organisation_id = excluded.organisation_id, name = excluded.name, role = excluded.role,
                    language = excluded.language, rank = excluded.rank, active = true
                """,
                {
                    "id": contact_id,
                    "home": home_id,
                    "organisation": organisation_id,
                    "name": name,
                    "role": role,
                    "language": language,
                    "rank": rank,
                },
            )
    except psycopg.errors.ForeignKeyViolation as error:
        place = f"home '{home_id}'" if home_id is not None else f"organisation '{organisation_id}'"
        raise NotFoundError(f"Create the {place} first.") from error
    return contact_id


def add_method(
    connection: Connection,
    contact_id: str,
    *,
    channel: str,
    address: str,
    rank: int = 1,
    method_id: str | None = None,
) -> str:
    """Add a way to reach a contact and return its id; raises AddressError, NotFoundError.

    A changed address is unverified until a human has answered at it again.
    """
    kept = addresses.address(channel, address)
    method_id = method_id or f"m-{secrets.token_hex(6)}"
    try:
        with connection.transaction():
            connection.execute(
                """
                insert into contact_methods as m (id, contact_id, channel, address, rank)
                values (%(id)s, %(contact)s, %(channel)s, %(address)s, %(rank)s)
                on conflict (id) do update set channel = excluded.channel, address = excluded.address,
                    rank = excluded.rank, active = true,
                    verified_at = case when m.address = excluded.address then m.verified_at end
                """,
                {
                    "id": method_id,
                    "contact": contact_id,
                    "channel": channel,
                    "address": kept,
                    "rank": rank,
                },
            )
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFoundError(f"Contact '{contact_id}'.") from error
    return method_id


def retire(connection: Connection, channel: str, address: str) -> bool:
    """Use an address no longer, whoever's it is; return whether anybody had it."""
    changed = connection.execute(
        "update contact_methods set active = false where channel = %s and address = %s and active",
        (channel, address),
    )
    return changed.rowcount > 0


def belongs_to_home(connection: Connection, contact_id: str, home_id: str) -> bool:
    """Whether this is a contact of this home."""
    row = connection.execute(
        "select 1 from contacts where id = %s and home_id = %s", (contact_id, home_id)
    ).fetchone()
    return row is not None


def set_active(connection: Connection, contact_id: str, active: bool) -> None:
    """Call a contact, or no longer. Raises NotFoundError."""
    if not connection.execute("update contacts set active = %s where id = %s", (active, contact_id)).rowcount:
        raise NotFoundError(f"Contact '{contact_id}'.")


def move(
    connection: Connection,
    contact_id: str,
    place: int,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
) -> None:
    """Give a contact a place in the order of calling, from 1 on; the others keep theirs beside it.

    Raises NotFoundError for a contact of another home or organisation.
    """
    rows = connection.execute(
        "select id from contacts where home_id = %s or organisation_id = %s"
        " order by active desc, rank, id for update",
        (home_id, organisation_id),
    ).fetchall()
    order = [row["id"] for row in rows]
    if contact_id not in order:
        raise NotFoundError(f"Contact '{contact_id}'.")
    order.remove(contact_id)
    order.insert(max(0, place - 1), contact_id)
    for rank, each in enumerate(order, start=1):
        connection.execute("update contacts set rank = %s where id = %s", (rank, each))


def _with_methods(connection: Connection, contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = connection.execute(
        "select id, contact_id, channel, address, rank, verified_at, active from contact_methods"
        " where contact_id = any(%s) and active order by rank, id",
        ([contact["id"] for contact in contacts],),
    ).fetchall()
    for contact in contacts:
        contact["methods"] = [row for row in rows if row["contact_id"] == contact["id"]]
    return contacts
