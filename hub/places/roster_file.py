"""A county's list of homes as a table: read whole, every row judged, before anything is written. Pure.

The table comes from a spreadsheet, separated by commas, semicolons or tabs, with a first line of column
names. Either all of it can be taken over, or each row that cannot says why, in the reader's words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.language import N_
from hub.places.addresses import AddressError, address

#: What may stand in the first line; others are named as unknown. Chinese names are taken as well.
COLUMNS: Final[Mapping[str, str]] = {
    "home": "编号", "organisation": "机构", "resident": "姓名", "born": "出生年份", "capability": "能力等级",
    "circumstances": "类别", "address": "地址", "entry_note": "进门说明", "name": "家庭名称",
    "contact1_name": "联系人1", "contact1_phone": "电话1", "contact1_role": "身份1",
    "contact2_name": "联系人2", "contact2_phone": "电话2", "contact2_role": "身份2",
    "contact3_name": "联系人3", "contact3_phone": "电话3", "contact3_role": "身份3",
}  # fmt: skip
NEEDED: Final = ("organisation", "resident", "address")
#: Six groups, as the hub and as offices write them.
GROUPS: Final[Mapping[str, str]] = {
    "独居": "lives_alone", "空巢": "empty_nest", "留守": "left_behind", "失能": "disabled",
    "重残": "severe_disability", "计划生育特殊家庭": "lost_only_child", "失独": "lost_only_child",
}  # fmt: skip
ROLES: Final[Mapping[str, str]] = {
    "": "family", "family": "family", "neighbour": "neighbour", "doctor": "doctor", "家属": "family",
    "邻居": "neighbour", "医生": "doctor",
}  # fmt: skip
MOST_ROWS: Final = 5000
_ID: Final = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line of the table; `text` is a msgid with places for `values`."""

    line: int
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call."""

    name: str
    number: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One home as it will be taken over."""

    line: int
    home: str  #: empty: the hub chooses one
    organisation: str
    resident: str
    born: int | None
    capability: int | None
    circumstances: tuple[str, ...]
    address: str
    entry_note: str
    name: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What can be taken over, and what cannot."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read(text: str, organisations: Collection[str], homes: Collection[str], year: int) -> Table:
    """Return the rows of a table and what is wrong with it.

    `organisations` may be used, `homes` exist already, `year` is this one.
    """
    # Spreadsheets end a line in three ways; the reader of the library knows two.
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not lines.strip():
        return Table((), (Problem(1, N_("The table is empty.")),))
    first = lines.split("\n", 1)[0]
    separator = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(lines), delimiter=separator)
    try:
        (_, first_line), *records = [(reader.line_num, record) for record in reader]
    except csv.Error:
        wrong = N_("This line cannot be read: is a quotation mark open?")
        return Table((), (Problem(max(reader.line_num, 1), wrong),))
    by_chinese = {chinese: name for name, chinese in COLUMNS.items()}
    heads = [by_chinese.get(head.strip(), head.strip()) for head in first_line]
    problems = [
        Problem(1, N_("The column “{name}” is missing."), {"name": name})
        for name in NEEDED
        if name not in heads
    ]
    problems += [
        Problem(1, N_("The column “{name}” is not known."), {"name": name})
        for name in heads
        if name and name not in COLUMNS
    ]
    if problems:
        return Table((), tuple(problems))
    rows: list[Row] = []
    taken = set(homes)
    for line, record in records:
        if line > MOST_ROWS:
            problems.append(Problem(line, N_("At most {n} rows at a time."), {"n": str(MOST_ROWS)}))
            break
        cells = {head: value.strip() for head, value in zip(heads, record, strict=False)}
        if not any(cells.values()):
            continue
        row = _row(line, cells, organisations, taken, year, problems.append)
        rows.append(row)
        if row.home:
            taken.add(row.home)
    if not rows and not problems:
        problems.append(Problem(1, N_("The table is empty.")))
    return Table(tuple(rows), tuple(problems))


def _row(
    line: int,
    cells: Mapping[str, str],
    organisations: Collection[str],
    taken: Collection[str],
    year: int,
    report: Callable[[Problem], None],
) -> Row:
    def wrong(text: str, **values: str) -> None:
        report(Problem(line, text, values))

    for name in NEEDED:
        if not cells.get(name):
            wrong(N_("“{name}” is empty."), name=name)
    organisation = cells.get("organisation", "")
    if organisation and organisation not in organisations:
        wrong(N_("There is no organisation “{name}” of yours."), name=organisation)
    home = cells.get("home", "")
    if home and not _ID.fullmatch(home):
        wrong(N_("“{name}” cannot be the number of a home: small letters, digits and hyphens."), name=home)
    elif home in taken:
        wrong(N_("The home “{name}” exists already."), name=home)
    born = _number(cells.get("born", ""))
    if cells.get("born") and (born is None or not 1900 <= born <= year):
        wrong(N_("“{name}” is no year of birth."), name=cells["born"])
    capability = _number(cells.get("capability", ""))
    if cells.get("capability") and capability not in range(5):
        wrong(N_("“{name}” is no ability level from 0 to 4."), name=cells["capability"])
    groups = []
    for word in filter(None, re.split(r"[;；、/\s|]+", cells.get("circumstances", ""))):
        group = GROUPS.get(word, word)
        if group not in GROUPS.values():
            wrong(N_("“{name}” is none of the six groups."), name=word)
        elif group not in groups:
            groups.append(group)
    return Row(
        line=line,
        home=home,
        organisation=organisation,
        resident=cells.get("resident", ""),
        born=born,
        capability=capability,
        circumstances=tuple(groups),
        address=cells.get("address", ""),
        entry_note=cells.get("entry_note", ""),
        name=cells.get("name", ""),
        contacts=tuple(_contacts(cells, wrong)),
    )


def _contacts(cells: Mapping[str, str], wrong: Callable[..., None]) -> list[Contact]:
    found = []
    for n in (1, 2, 3):
        name, number = cells.get(f"contact{n}_name", ""), cells.get(f"contact{n}_phone", "")
        role = cells.get(f"contact{n}_role", "")
        if not name and not number:
            continue
        if not name or not number:
            wrong(N_("Contact {n} needs a name and a number."), n=str(n))
            continue
        if role not in ROLES:
            wrong(N_("“{name}” is no role of a contact."), name=role)
            continue
        try:
            kept = address("voice", number)
        except AddressError as error:
            wrong(N_("Nobody can be called at {name}: {why}"), name=number, why=str(error))
            continue
        found.append(Contact(name=name, number=kept, role=ROLES[role]))
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
