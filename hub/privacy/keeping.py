"""What is kept of somebody who is erased, without them: every text is gone through, files chained anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from hub.alerts.file import entry_hash
from hub.privacy.nameless import Marks, last_digits
from hub.privacy.tables import OF_HOME, Table
from hub.storage.database import Connection, one

#: Columns that name other rows, or hold one word of a fixed list: they hold nobody's name.
_FIXED: Final = frozenset(
    {
        "id", "home_id", "organisation_id", "alert_id", "plan_id", "incident_id", "need_id", "attempt_id",
        "edge_id", "resident_id", "visit_id", "provider_id", "handed_to", "kind", "status", "state", "risk",
        "severity", "outcome", "zone", "language", "channel", "action", "token", "hash", "whom", "every",
        "role",
    }
)  # fmt: skip


#: Alerts about the organisation of a home, or about one above it.
_ABOVE: Final = """in (
    with recursive above as (
        select id, parent_id from organisations where id = %(organisation)s
        union select o.id, o.parent_id from organisations o join above on above.parent_id = o.id
    )
    select a.id from alerts a join above on above.id = a.organisation_id
)"""
_NO_TEXT: Final = frozenset({"events", "activity_hourly", "streams", "quarantine"})


def mark_home(connection: Connection, marks: Marks, home_id: str) -> None:
    """Mark a whole home: its name, its place, who lives there and whoever was ever called for it."""
    home = one(connection.execute("select * from homes where id = %s", [home_id]).fetchone())
    marks.words_too = True
    marks.ids[home_id] = "〔home〕"
    marks.add_names([home["name"]], "〔home〕")
    marks.add_names(
        [home[column] for column in ("address", "entry_note", "landmarks", "hospital", "key_safe")],
        "〔place〕",
    )
    residents = connection.execute(
        "select id, name, health_note from residents where home_id = %s order by id", [home_id]
    )
    for n, row in enumerate(residents.fetchall(), start=1):
        marks.ids[row["id"]] = f"〔resident {n}〕"
        marks.add_names([row["name"]], f"〔resident {n}〕")
        marks.add_names([row["health_note"]], "〔health〕")
    for row in _once_called(connection, home_id):
        marks.numbers.add(row["address"])
        marks.ids.setdefault(row["contact_id"], "〔contact〕")
        marks.names.setdefault(row["contact_name"], "〔contact〕")


def mark_contact(connection: Connection, marks: Marks, contact_id: str, mark: str) -> None:
    """Mark somebody who is called: their name, their numbers, and those that they once had."""
    row = one(connection.execute("select name from contacts where id = %s", [contact_id]).fetchone())
    marks.ids[contact_id] = mark
    marks.names.setdefault(row["name"], mark)
    for address in connection.execute(
        "select address from contact_methods where contact_id = %(id)s"
        " union select address from attempts where contact_id = %(id)s",
        {"id": contact_id},
    ).fetchall():
        marks.numbers.add(address["address"])
    for method in connection.execute("select id from contact_methods where contact_id = %s", [contact_id]):
        marks.ids[method["id"]] = "〔number〕"


def blank(connection: Connection, marks: Marks, homes: tuple[str, ...], organisation: str | None) -> None:
    """Take everybody who is marked out of what is held of these homes, and of the areas above them.

    Rows that go must be gone, unless the whole home goes: then only what is kept is gone through.
    """
    for home_id in homes:
        for table in OF_HOME:
            if table.name in _NO_TEXT or (marks.words_too and table.rule == "goes"):
                continue
            _blank_table(connection, marks, table, {"home": home_id}, every_row=True)
    for name, where in (
        ("alerts", f"id {_ABOVE}"),
        ("alert_entries", f"alert_id {_ABOVE}"),
        ("alert_takers", f"alert_id {_ABOVE}"),
        ("attempts", f"alert_id {_ABOVE}"),
        ("audit_log", "home_id is null"),
        ("quarantine", "source <> 'broker'"),
        ("visits", "user_id in (select unnest(%(users)s::text[]))"),
    ):
        users = [known for known in marks.ids if known.startswith("u-")]
        _blank_table(
            connection, marks, Table(name=name, where=where), {"organisation": organisation, "users": users}
        )
    # A message that told of several homes.
    connection.execute("update attempts set body = null where body like any(%s)", [marks.likely()])
    for name in marks.names:
        connection.execute(
            "delete from quarantine where position(convert_to(%s, 'UTF8') in payload) > 0", [name]
        )
    for number in marks.numbers:
        connection.execute(
            "delete from quarantine"
            " where position(%s in regexp_replace(encode(payload, 'escape'), '[ ()./-]', '', 'g')) > 0",
            [last_digits(number)],
        )


def _blank_table(
    connection: Connection, marks: Marks, table: Table, facts: dict[str, Any], *, every_row: bool = False
) -> None:
    columns = _columns(connection, table.name)
    if not columns:
        return
    suspect = SQL(" or ").join(
        SQL("{}::text like any(%(likely)s)").format(Identifier(name)) for name, _ in columns
    )
    statement: Composed = (
        SQL("select ctid, * from {} where (" + table.where + ") and (%(every)s or ").format(  # noqa: S608  (ours)
            Identifier(table.name)
        )
        + suspect
        + SQL(")")
    )
    changed: set[str] = set()
    for row in connection.execute(
        statement, facts | {"likely": marks.likely(), "every": every_row}
    ).fetchall():
        new = dict(_new(marks, columns, row))
        if not new:
            continue
        if table.name == "alert_entries":
            changed.add(row["alert_id"])
            _set(
                connection,
                "alert_entries",
                "alert_id = %(a)s and n = %(n)s",
                new,
                {"a": row["alert_id"], "n": row["n"]},
            )
        else:
            _set(connection, table.name, "ctid = %(ctid)s", new, {"ctid": row["ctid"]})
    for alert_id in sorted(changed):
        _chain(connection, alert_id)


def _new(marks: Marks, columns: list[tuple[str, str]], row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, kind in columns:
        old = row[name]
        if old is None:
            continue
        if kind == "jsonb":
            new = marks.in_value(old)
            if new != old:
                yield name, Jsonb(new)
        elif kind == "ARRAY":
            new = [marks.in_text(text, name) if isinstance(text, str) else text for text in old]
            if new != old:
                yield name, new
        elif (new := marks.in_text(old, name)) != old:
            yield name, new


def _set(connection: Connection, table: str, where: str, new: dict[str, Any], facts: dict[str, Any]) -> None:
    fields = SQL(", ").join(SQL("{} = {}").format(Identifier(n), SQL(f"%(new_{n})s")) for n in new)
    statement = SQL("update {} set ").format(Identifier(table)) + fields + SQL(" where " + where)
    connection.execute(statement, facts | {f"new_{name}": value for name, value in new.items()})


def _chain(connection: Connection, alert_id: str) -> None:
    """Chain a file anew: it says what it said, without names, and can be verified again."""
    previous = b""
    rows = connection.execute(
        "select n, at, kind, data from alert_entries where alert_id = %s order by n", [alert_id]
    ).fetchall()
    for row in rows:
        previous = entry_hash(previous, alert_id, row["n"], row["at"], row["kind"], row["data"])
        connection.execute(
            "update alert_entries set hash = %s where alert_id = %s and n = %s",
            [previous, alert_id, row["n"]],
        )


def _columns(connection: Connection, table: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select column_name as name, data_type as kind from information_schema.columns"
        " where table_schema = 'public' and table_name = %s and data_type in ('text', 'jsonb', 'ARRAY')"
        " order by ordinal_position",
        [table],
    ).fetchall()
    return [(row["name"], row["kind"]) for row in rows if row["name"] not in _FIXED]


def _once_called(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Whoever was called for a home as one of its people, also under numbers that they have no more."""
    return connection.execute(
        "select distinct t.contact_id, t.contact_name, t.address from attempts t"
        " join alerts a on a.id = t.alert_id where a.home_id = %s and t.tier = 'home'",
        [home_id],
    ).fetchall()
