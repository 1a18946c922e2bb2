"""Erasing a person: what will go and what stays nameless, and doing it, in one transaction.

Sensor data, numbers, addresses and accounts go. Alerts and who did what are kept without names for as long as
alerts are kept (`KEPT`), because somebody else's doing is written there too. With the last resident the home
goes, and so does the account of every edge agent. Nothing is erased while an alert of the home is open.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from hub.broker.register import Register
from hub.errors import ConflictError, HubError
from hub.language import N_
from hub.privacy import keeping, sums
from hub.privacy.nameless import Marks
from hub.privacy.people import Person
from hub.privacy.tables import OF_CONTACT, OF_HOME, OF_USER, Table
from hub.storage.database import Connection, one

KEPT: Final = timedelta(days=3 * 365)  #: how long alerts are kept, with names or without


class OpenAlertError(ConflictError):
    """An alert of this home is open: somebody may be calling there right now. Erase when it is resolved."""


class UnconfirmedError(HubError):
    """Write the person's name exactly as it stands, and say why they are erased."""


UNCONFIRMED: Final = N_("Write the person's name exactly as it stands, and say why they are erased.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What erasing somebody means: rows that go and rows that stay without names, by table."""

    person: Person
    goes: Mapping[str, int]
    nameless: Mapping[str, int]
    homes: tuple[str, ...]  #: whose files speak of them
    edges: tuple[str, ...]  #: accounts of edge agents that are taken away, as home/edge
    open_alerts: int
    users: tuple[str, ...]  #: names of accounts that go too
    contacts: tuple[str, ...]  #: names of those who are called no more


def preview(connection: Connection, person: Person) -> Preview:
    """Count what erasing somebody would do; changes nothing."""
    goes, nameless = Counter[str](), Counter[str]()
    contacts, users = _with_the_home(connection, person)
    facts = _facts(connection, person, contacts, users)
    tables: list[Table] = []
    if person.last_resident:
        tables += OF_HOME
    elif person.residents:
        goes["residents"] = 1
        for table in ("resident_standings", "visit_residents"):
            goes[table] = _count(
                connection, Table(name=table, where="resident_id = any(%(residents)s)"), facts
            )
    tables += [t for t in OF_CONTACT if contacts and not (person.last_resident and _in(t, OF_HOME))]
    tables += [t for t in OF_USER if users]
    for each in tables:
        counted = goes if each.rule == "goes" else nameless
        counted[each.name] = max(counted[each.name], _count(connection, each, facts))
    homes = _homes(connection, person, contacts, users)
    opened = connection.execute(
        "select count(*) as n from alerts where home_id = any(%s) and status <> 'resolved'", [list(homes)]
    ).fetchone()
    edges = connection.execute(
        "select id from edges where home_id = %s order by id", [person.home]
    ).fetchall()
    return Preview(
        person=person,
        goes={name: n for name, n in goes.items() if n},
        nameless={name: n for name, n in nameless.items() if n},
        homes=homes,
        edges=tuple(f"{person.home}/{row['id']}" for row in edges) if person.last_resident else (),
        open_alerts=one(opened)["n"],
        users=_names(connection, "users", users),
        contacts=_names(connection, "contacts", contacts),
    )


def erase(
    connection: Connection,
    register: Register | None,
    person: Person,
    *,
    reason: str,
    confirmed: str,
    by: str | None,
    now: datetime,
) -> Preview:
    """Erase somebody for good, in the caller's transaction, and return what was done.

    `confirmed` is the name, typed again. Accounts of edge agents are taken away at `register` first: a
    failure in between leaves a home that is shut out, and is erased at the next try. Raises UnconfirmedError,
    OpenAlertError, RegisterError.
    """
    if confirmed.strip() != person.name.strip() or not reason.strip():
        raise UnconfirmedError
    contacts, users = _with_the_home(connection, person)
    # Whoever would open an alert now waits for this lock, and then finds no home.
    homes = list(_homes(connection, person, contacts, users))
    connection.execute("select 1 from homes where id = any(%s) order by id for update", [homes])
    planned = preview(connection, person)
    if planned.open_alerts:
        raise OpenAlertError
    if register is not None:
        for account in planned.edges:
            register.remove(account)
    connection.execute("select set_config('anju.erasing', 'on', true)")
    marks = _marks(connection, person, contacts, users)
    facts = _facts(connection, person, contacts, users)
    _tell_no_more(connection, facts, now)
    whole = person.last_resident and person.home is not None
    if whole:
        keeping.blank(connection, marks, planned.homes, person.organisation)
    for table in (*OF_CONTACT, *OF_USER):
        if table.rule == "goes":
            _delete(connection, table, facts)
    if whole and person.home is not None:
        _erase_home(connection, person.home, facts, now)
    else:
        connection.execute("delete from residents where id = any(%s)", [list(person.residents)])
        keeping.blank(connection, marks, planned.homes, person.organisation)
    connection.execute(
        "insert into erasures (at, by, kind, organisation_id, reason, erased, kept)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [
            now, by, person.kind, person.organisation, marks.in_text(reason.strip()),
            Jsonb(dict(planned.goes)), Jsonb(dict(planned.nameless)),
        ],
    )  # fmt: skip
    connection.execute("select set_config('anju.erasing', 'off', true)")
    return planned


def sweep(connection: Connection, home_id: str) -> int:
    """Delete what was just being stored when a home was erased; return how many rows."""
    if connection.execute("select 1 from homes where id = %s", [home_id]).fetchone() is not None:
        return 0
    named = ("events", "quarantine", "refusals", "edge_news", "webhook_deliveries")
    late = [table for table in OF_HOME if table.name in named]
    return sum(_delete(connection, table, {"home": home_id}) for table in late)


def forget_old(connection: Connection, now: datetime) -> int:
    """Delete nameless alerts whose time is over; return how many."""
    gone = "(select id from alerts where erased_at is not null and triggered_at < %(before)s)"
    before = {"before": now - KEPT}
    connection.execute("select set_config('anju.erasing', 'on', true)")
    # A receipt may have come after the erasure, and so may an answer.
    connection.execute(
        "delete from callbacks where attempt_id in (select t.id from attempts t join alerts a"
        " on a.id = t.alert_id where a.erased_at is not null and a.triggered_at < %(before)s)",
        before,
    )
    for table in ("inbound_messages", "digest_items", "alert_entries", "alert_takers", "attempts", "drills"):
        statement = SQL("delete from {} where alert_id in " + gone)  # noqa: S608  (ours)
        connection.execute(statement.format(Identifier(table)), before)
    connection.execute(
        "delete from audit_log where home_id is null and detail ->> 'erased' = 'yes' and at < %(before)s",
        before,
    )
    return connection.execute(
        "delete from alerts where erased_at is not null and triggered_at < %(before)s", before
    ).rowcount


def _tell_no_more(connection: Connection, facts: Mapping[str, Any], now: datetime) -> None:
    """Nobody who is erased is written to or asked after any more, and what comes late of them is not kept."""
    connection.execute(
        """
        update attempts set erased_at = %(now)s, check_at = null,
            status = case when status = 'queued' then 'withdrawn' else status end
        where contact_id = any(%(contacts)s)
        """,
        {**facts, "now": now},
    )


def _erase_home(connection: Connection, home_id: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Set what is kept free from the home, and delete the home with all that hangs on it."""
    station = one(connection.execute("select organisation_id from homes where id = %s", [home_id]).fetchone())
    for table in OF_HOME:
        if table.rule == "goes" and not table.cascades:
            _delete(connection, table, facts)
    connection.execute("update drills set home_id = null, plan_id = null where home_id = %s", [home_id])
    connection.execute(
        "update alerts set home_id = null, organisation_id = %s, erased_at = %s, room = '', device = ''"
        " where home_id = %s",
        [station["organisation_id"], now, home_id],
    )
    connection.execute(
        'update audit_log set home_id = null, detail = \'{"erased": "yes"}\' where home_id = %s', [home_id]
    )
    connection.execute("delete from homes where id = %s", [home_id])
    connection.execute("select pg_notify('anju_homes', %s)", [home_id])


def _delete(connection: Connection, table: Table, facts: Mapping[str, Any]) -> int:
    if table.name == "activity_hourly":
        return sums.delete(connection, facts["home"])
    if table.name == "events":
        sums.allow_long_deletes(connection)
    statement = SQL("delete from {} where " + table.where).format(Identifier(table.name))  # noqa: S608
    return connection.execute(statement, facts).rowcount


def _count(connection: Connection, table: Table, facts: Mapping[str, Any]) -> int:
    statement = SQL("select count(*) as n from {} where " + table.where).format(Identifier(table.name))  # noqa: S608
    return int(one(connection.execute(statement, facts).fetchone())["n"])


def _facts(
    connection: Connection, person: Person, contacts: tuple[str, ...], users: tuple[str, ...]
) -> dict[str, Any]:
    addresses = connection.execute(
        "select distinct address from contact_methods where contact_id = any(%s)", [list(contacts)]
    ).fetchall()
    return {
        "home": person.home,
        "residents": list(person.residents),
        "contacts": list(contacts),
        "users": list(users),
        "addresses": [row["address"] for row in addresses],
    }


def _with_the_home(connection: Connection, person: Person) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The contacts and accounts that go: with the last resident also whoever was there for this home only."""
    if not person.last_resident:
        return person.contacts, person.users
    contacts = connection.execute("select id from contacts where home_id = %s", [person.home]).fetchall()
    users = connection.execute(
        "select u.id from users u join user_homes h on h.user_id = u.id and h.home_id = %(home)s"
        " where u.role = 'family' and not exists"
        " (select from user_homes o where o.user_id = u.id and o.home_id <> %(home)s)",
        {"home": person.home},
    ).fetchall()
    return tuple(sorted(row["id"] for row in contacts)), tuple(sorted(row["id"] for row in users))


def _homes(
    connection: Connection, person: Person, contacts: tuple[str, ...], users: tuple[str, ...]
) -> tuple[str, ...]:
    rows = connection.execute(
        "select home_id as id from contacts where id = any(%s) and home_id is not null"
        " union select home_id from user_homes where user_id = any(%s)",
        [list(contacts), list(users)],
    ).fetchall()
    return tuple(sorted({row["id"] for row in rows} | ({person.home} if person.home else set())))


def _marks(
    connection: Connection, person: Person, contacts: tuple[str, ...], users: tuple[str, ...]
) -> Marks:
    """Everything by which those who go could be known, and what stands for it."""
    marks = Marks()
    for n, contact in enumerate(contacts, start=1):
        keeping.mark_contact(connection, marks, contact, f"〔contact {n}〕")
    for n, user in enumerate(users, start=1):
        row = one(connection.execute("select name, login from users where id = %s", [user]).fetchone())
        marks.names.setdefault(row["name"], f"〔user {n}〕")
        marks.ids |= {row["login"]: f"〔user {n}〕", user: f"gone-{secrets.token_hex(6)}"}
    if person.last_resident and person.home is not None:
        keeping.mark_home(connection, marks, person.home)
    else:
        marks.add_names([person.name], f"〔{person.kind}〕")
        marks.ids |= dict.fromkeys(person.residents, "〔resident〕")
    return marks


def _names(connection: Connection, table: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    rows = connection.execute(
        SQL("select name from {} where id = any(%s) order by id").format(Identifier(table)), [list(ids)]
    ).fetchall()
    return tuple(row["name"] for row in rows)


def _in(table: Table, tables: tuple[Table, ...]) -> bool:
    return any(other.name == table.name for other in tables)
