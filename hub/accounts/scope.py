"""Which homes and organisations a person sees.

An administrator sees all; operators and supervisors the subtree of their organisation; family and integrators
the homes that were given to them by name. Nobody sees a home by default.
"""

from __future__ import annotations

from typing import Final

from hub.accounts.permissions import Account, sees_everything, sees_organisation
from hub.storage.database import Connection

#: Tables of this name hold an organisation and everything below it.
_ORGANISATIONS: Final = """
    with recursive subtree as (
        select id from organisations where id = %(organisation)s
        union
        select child.id from organisations child join subtree on child.parent_id = subtree.id
    )
    select id from subtree order by id
"""
_HOMES: Final = """
    with recursive subtree as (
        select id from organisations where id = %(organisation)s
        union
        select child.id from organisations child join subtree on child.parent_id = subtree.id
    )
    select id from homes where organisation_id in (select id from subtree)
        and (%(home)s::text is null or id = %(home)s)
    order by id
"""


def visible_homes(connection: Connection, account: Account) -> list[str] | None:
    """Return the ids of the homes in scope, or None for all of them."""
    if sees_everything(account):
        return None
    if sees_organisation(account) and account.organisation_id is not None:
        return homes_below(connection, account.organisation_id)
    rows = connection.execute(
        "select home_id as id from user_homes where user_id = %s order by home_id", [account.id]
    )
    return [row["id"] for row in rows]


def homes_below(connection: Connection, organisation_id: str) -> list[str]:
    """Return the ids of the homes of an organisation and of all below it."""
    rows = connection.execute(_HOMES, {"organisation": organisation_id, "home": None})
    return [row["id"] for row in rows]


def sees_home(connection: Connection, account: Account, home_id: str) -> bool:
    """Whether one home is in scope; a home that does not exist is not."""
    if sees_everything(account):
        found = connection.execute("select 1 from homes where id = %s", [home_id])
    elif sees_organisation(account):
        found = connection.execute(_HOMES, {"organisation": account.organisation_id, "home": home_id})
    else:
        found = connection.execute(
            "select 1 from user_homes where user_id = %s and home_id = %s", [account.id, home_id]
        )
    return found.fetchone() is not None


def sees_area(connection: Connection, account: Account, organisation_id: str) -> bool:
    """Whether what concerns an organisation as a whole is in scope; one that does not exist is not.

    A family sees homes only.
    """
    seen = visible_organisations(connection, account)
    if seen is not None:
        return organisation_id in seen
    found = connection.execute("select 1 from organisations where id = %s", [organisation_id])
    return found.fetchone() is not None


def visible_organisations(connection: Connection, account: Account) -> list[str] | None:
    """Return the ids of the organisations in scope, or None for all of them."""
    if sees_everything(account):
        return None
    if not sees_organisation(account):
        return []
    rows = connection.execute(_ORGANISATIONS, {"organisation": account.organisation_id})
    return [row["id"] for row in rows]
