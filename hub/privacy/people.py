"""Who a person is to the hub: a resident, somebody who is called, somebody who signs in, or all of these.

A daughter is a contact and has an account: both carry her name in the same home, and are taken as one person,
in every home that her account sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hub.errors import NotFoundError
from hub.storage.database import Connection

Kind = Literal["resident", "contact", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a home, with every row that is them."""

    kind: Kind
    id: str
    name: str
    home: str | None
    organisation: str | None
    residents: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    last_resident: bool = False  #: nobody else lives there: the home goes with them


def of_home(connection: Connection, home_id: str) -> list[Person]:
    """Return everybody of a home once: who lives there, who is called, who else signs in."""
    found: list[Person] = []
    taken: set[tuple[str, str]] = set()
    for kind, rows in _rows(connection, home_id):
        for row in rows:
            if (kind, row["id"]) in taken:
                continue
            person = find(connection, kind, row["id"], home_id)
            taken |= {("contact", one) for one in person.contacts} | {("user", one) for one in person.users}
            found.append(person)
    return found


def find(connection: Connection, kind: str, person_id: str, home_id: str | None = None) -> Person:
    """Return a person; `home_id`: of this home only. Raises NotFoundError."""
    row = _row(connection, kind, person_id, home_id)
    home = home_id or row["home_id"]
    name = row["name"]
    contacts, users, residents = set[str](), set[str](), set[str]()
    if kind == "resident":
        residents.add(person_id)
        contacts |= _ids(
            connection,
            "select id from contacts where home_id = %(home)s and role = 'resident' and name = %(name)s",
            home, name,
        )  # fmt: skip
    if kind == "contact":
        contacts.add(person_id)
        users |= _ids(connection, _SAME_USER, home, name)
    if kind == "user":
        users.add(person_id)
    for user in users:
        contacts |= _ids(connection, _SAME_CONTACT, user, name)
    others = connection.execute(
        "select 1 from residents where home_id = %s and id <> all(%s)", [home, list(residents)]
    ).fetchone()
    return Person(
        kind=kind,  # type: ignore[arg-type]  # one of three: a row was found
        id=person_id,
        name=name,
        home=home,
        organisation=row["organisation_id"],
        residents=tuple(sorted(residents)),
        contacts=tuple(sorted(contacts)),
        users=tuple(sorted(users)),
        last_resident=kind == "resident" and others is None,
    )


def named(connection: Connection, text: str) -> Person:
    """Return the person that somebody names: resident/ID, contact/ID, user/LOGIN, or an id that is one only.

    Raises NotFoundError with what to write.
    """
    kind, _, rest = text.partition("/")
    if rest:
        if kind == "user":
            row = connection.execute("select id from users where login = %s", [rest]).fetchone()
            rest = row["id"] if row else rest
        return find(connection, kind, rest)
    found = []
    for each in ("resident", "contact", "user"):
        try:
            found.append(find(connection, each, text))
        except NotFoundError:
            continue
    if len(found) == 1:
        return found[0]
    if found:
        said = " or ".join(f"{person.kind}/{text}" for person in found)
        raise NotFoundError(f"'{text}' is more than one person: write {said}.")
    raise NotFoundError(
        f"Nobody is '{text}'. Write resident/ID, contact/ID or user/LOGIN: the home's page of privacy shows"
        " them."
    )


_SAME_USER = (
    "select u.id from users u join user_homes h on h.user_id = u.id"
    " where h.home_id = %(home)s and u.role = 'family' and u.name = %(name)s"
)
_SAME_CONTACT = (
    "select c.id from contacts c join user_homes h on h.home_id = c.home_id"
    " where h.user_id = %(home)s and c.role = 'family' and c.name = %(name)s"
)
_FIND = {
    "resident": """
        select r.name, r.home_id, h.organisation_id from residents r join homes h on h.id = r.home_id
        where r.id = %(id)s and (%(home)s::text is null or r.home_id = %(home)s)""",
    "contact": """
        select c.name, c.home_id, h.organisation_id from contacts c join homes h on h.id = c.home_id
        where c.id = %(id)s and c.role <> 'resident' and (%(home)s::text is null or c.home_id = %(home)s)""",
    "user": """
        select u.name, m.home_id, h.organisation_id
        from users u left join user_homes m on m.user_id = u.id left join homes h on h.id = m.home_id
        where u.id = %(id)s and u.role = 'family' and (%(home)s::text is null or m.home_id = %(home)s)
        order by m.home_id limit 1""",
}


def _row(connection: Connection, kind: str, person_id: str, home_id: str | None) -> dict[str, Any]:
    statement = _FIND.get(kind)
    row = statement and connection.execute(statement, {"id": person_id, "home": home_id}).fetchone()
    if not row:
        raise NotFoundError(f"There is no {kind} '{person_id}'.")
    return row


def _rows(connection: Connection, home_id: str) -> list[tuple[Kind, list[dict[str, Any]]]]:
    return [
        ("resident", connection.execute(
            "select id from residents where home_id = %s order by id", [home_id]
        ).fetchall()),
        ("contact", connection.execute(
            "select id from contacts where home_id = %s and role <> 'resident' order by rank, id", [home_id]
        ).fetchall()),
        ("user", connection.execute(
            "select u.id from users u join user_homes h on h.user_id = u.id"
            " where h.home_id = %s and u.role = 'family' order by u.login", [home_id]
        ).fetchall()),
    ]  # fmt: skip


def _ids(connection: Connection, statement: str, home: str | None, name: str) -> set[str]:
    return {row["id"] for row in connection.execute(statement, {"home": home, "name": name}).fetchall()}
