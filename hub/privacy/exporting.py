"""Everything held of a person as one ZIP: a page to read, and each table as JSON and CSV for a program.

The file is made while it is sent, row by row: a home's events may be millions, and no server holds them.
"""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from hub.language import texts
from hub.privacy.people import Person
from hub.privacy.tables import OF_CONTACT, OF_HOME, OF_USER, SECRET, Table
from hub.privacy.words import HOW_LONG, INTRODUCTION, TITLES
from hub.storage.database import Connection

ROWS: Final = 2_000  #: read from the database at once
READ: Final = 200  #: rows of a table on the page; the files hold all
_STAMP: Final = (1980, 1, 1, 0, 0, 0)


#: A table on the page: its name, how many rows it has, and the first of them.
Shown = tuple[str, int, list[dict[str, Any]]]


class _Sink(io.RawIOBase):
    """Takes what the archive writes, until somebody fetches it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Yes, and not seekable: an archive that is sent cannot go back."""
        return True

    def write(self, part: Any) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = b"".join(self._parts), []
        return parts


def tables_of(person: Person) -> tuple[Table, ...]:
    """The tables with something about somebody; a resident's are those of their home."""
    found = list(OF_HOME) if person.residents and person.home else []
    for tables, theirs in ((OF_CONTACT, person.contacts), (OF_USER, person.users)):
        if theirs:
            found += [table for table in tables if not any(table.name == one.name for one in found)]
    return tuple(found)


def facts_of(connection: Connection, person: Person) -> dict[str, Any]:
    """What the conditions of the tables ask for."""
    addresses = connection.execute(
        "select distinct address from contact_methods where contact_id = any(%s)", [list(person.contacts)]
    ).fetchall()
    return {
        "home": person.home,
        "contacts": list(person.contacts),
        "users": list(person.users),
        "addresses": [row["address"] for row in addresses],
    }


def held(connection: Connection, person: Person) -> dict[str, int]:
    """Count what is held of somebody, by table; tables with nothing are left out."""
    facts = facts_of(connection, person)
    found = {}
    for table in tables_of(person):
        statement = SQL("select count(*) as n from {} where " + table.where)  # noqa: S608  (ours)
        row = connection.execute(statement.format(Identifier(table.name)), facts).fetchone()
        if row is not None and row["n"]:
            found[table.name] = int(row["n"])
    return found


def archive(
    connection: Connection,
    person: Person,
    now: datetime,
    language: str,
    tell: Callable[[str, int], None] = lambda table, rows: None,
) -> Iterator[bytes]:
    """Yield the ZIP, part by part; `tell` hears of each table and how many of its rows are done.

    The connection must be in one transaction until the end: the parts are of one moment if it is repeatable.
    """
    sink = _Sink()
    facts = facts_of(connection, person)
    shown: list[Shown] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for table in tables_of(person):
            first: list[dict[str, Any]] = []
            count = 0
            # Once for each form: neither can be begun while the other is being written.
            for form in (_Csv(), _Json()):
                count = 0
                entry = zipfile.ZipInfo(f"{table.name}.{form.ending}", _STAMP)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with made.open(entry, "w", force_zip64=True) as file:
                    for rows in _rows(connection, table, facts):
                        first = first or rows[:READ]
                        count += len(rows)
                        file.write(form.part(rows))
                        tell(table.name, count)
                        yield sink.take()
                    file.write(form.end())
            if count:
                shown.append((table.name, count, first))
        made.writestr(zipfile.ZipInfo("person.json", _STAMP), _person(person, now))
        made.writestr(zipfile.ZipInfo("index.html", _STAMP), _page(person, now, language, shown))
    yield sink.take()


def _rows(connection: Connection, table: Table, facts: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    statement = SQL("select * from {} where " + table.where)  # noqa: S608  (ours)
    with connection.cursor(name="export", row_factory=dict_row) as cursor:
        cursor.execute(statement.format(Identifier(table.name)), facts)
        while rows := cursor.fetchmany(ROWS):
            yield [_plain(row) for row in rows]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as people and programs read it: without secrets; what only a machine reads, by its length."""
    return {name: _value(value) for name, value in row.items() if name not in SECRET}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return f"{len(bytes(value))} bytes"
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


class _Csv:
    ending = "csv"

    def __init__(self) -> None:
        self._begun = False

    def part(self, rows: list[dict[str, Any]]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        if not self._begun:
            text.write("\ufeff")  # a spreadsheet then reads Chinese
            writer.writerow(rows[0])
            self._begun = True
        for row in rows:
            writer.writerow([_cell(value) for value in row.values()])
        return text.getvalue().encode("utf-8", "replace")

    def end(self) -> bytes:
        return b""


class _Json:
    ending = "json"

    def __init__(self) -> None:
        self._begun = False

    def part(self, rows: list[dict[str, Any]]) -> bytes:
        before = ",\n" if self._begun else "[\n"
        self._begun = True
        text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        return (before + text).encode("utf-8", "replace")

    def end(self) -> bytes:
        return b"\n]\n" if self._begun else b"[]\n"


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet takes for text: what begins as a formula would be run."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "@", "\t", "\r") else text


def _person(person: Person, now: datetime) -> str:
    told = {
        "kind": person.kind, "id": person.id, "name": person.name, "home": person.home,
        "made_at": now.isoformat(), "version": 1,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2)


def _page(person: Person, now: datetime, language: str, shown: list[Shown]) -> str:
    _ = texts(language).gettext
    lines = [
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><meta charset="utf-8">',
        f"<title>{html.escape(person.name)}</title><style>body{{font:16px/1.5 sans-serif;margin:2rem}}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #999;"
        "padding:.2rem .5rem;text-align:left;vertical-align:top}</style>",
        f"<h1>{html.escape(person.name)}</h1>",
        f"<p>{html.escape(_(INTRODUCTION).format(at=now.isoformat(timespec='minutes')))}</p>",
    ]
    for name, count, rows in shown:
        lines.append(f"<h2>{html.escape(_(TITLES[name]))} ({count})</h2>")
        lines.append(f"<p>{html.escape(_(HOW_LONG[name]))}</p>")
        head = "".join(f"<th>{html.escape(column)}</th>" for column in rows[0])
        lines.append(f"<table><tr>{head}</tr>")
        for row in rows:
            values = ("" if value is None else str(_cell(value)) for value in row.values())
            cells = "".join(f"<td>{html.escape(value)}</td>" for value in values)
            lines.append(f"<tr>{cells}</tr>")
        lines.append("</table>")
        if count > len(rows):
            lines.append(f"<p>… {html.escape(name)}.csv</p>")
    return "\n".join([*lines, "</html>"])
