"""A table of homes as a page and a program bring it: judged by what is in the visitor's scope, then taken."""

from __future__ import annotations

from collections.abc import Sequence

from hub.language import texts
from hub.places import intake, roster_file
from hub.web import rounds
from hub.web.guard import Visit


def judge(visit: Visit, table: str) -> roster_file.Table:
    """Return what can be taken over of a table, and what cannot and why; writes nothing."""
    known = visit.connection.execute("select id from homes").fetchall()
    return roster_file.read(
        table,
        {one["id"] for one in rounds.stations(visit)},
        {row["id"] for row in known},
        visit.now.year,
    )


def said(found: roster_file.Table, language: str) -> list[tuple[int, str]]:
    """Return what is wrong with a table, line by line, in words."""
    gettext = texts(language).gettext
    return [(problem.line, gettext(problem.text).format(**problem.values)) for problem in found.problems]


def take(visit: Visit, rows: Sequence[roster_file.Row], language: str) -> list[str]:
    """Take homes over; return their ids in the order of the table."""
    gettext = texts(language).gettext
    zones = {one["id"]: one["zone"] for one in rounds.stations(visit)}
    taken = []
    for row in rows:
        made = intake.take_in(
            visit.connection,
            row,
            zone=zones[row.organisation],
            name=gettext("Home of {name}").format(name=row.resident),
            now=visit.now,
        )
        visit.note("create_home", made)
        taken.append(made)
    return taken
