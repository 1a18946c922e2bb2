"""What pages and API share of handing out and erasing somebody: the archive that is sent, the last sweep."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import Path, Request
from psycopg import IsolationLevel
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from hub.privacy import erasing, exporting, people
from hub.web.guard import Visit, language_of
from hub.web.parts import Parts, parts

Kind = Annotated[
    Literal["resident", "contact", "user"],
    Path(description="What the person is: who lives there, is called, or signs in.", examples=["resident"]),
]
PersonId = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id of the person.", examples=["wang-guilan"]),
]
#: What the ingest worker had in hand when a home went is stored by then.
LATE_S: Final = 2.0


def archive(request: Request, visit: Visit, person: people.Person) -> Response:
    """Send everything held of somebody, as it is read."""
    visit.note("export_person", person.home, kind=person.kind, person=person.id)
    name = quote(f"{person.kind}-{person.id}.zip")
    return StreamingResponse(
        _parts(parts(request), person, language_of(request, visit.account)),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Encoding": "identity"},
    )


def _parts(app: Parts, person: people.Person, language: str) -> Iterator[bytes]:
    with app.pool.connection() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            yield from exporting.archive(connection, person, app.clock.now(), language)
        finally:
            connection.rollback()
            connection.isolation_level = None


def erase(request: Request, visit: Visit, person: people.Person, reason: str, name: str) -> erasing.Preview:
    """Erase somebody, in the visit's transaction."""
    done = erasing.erase(
        visit.connection, parts(request).register, person,
        reason=reason, confirmed=name, by=visit.account.id, now=visit.now,
    )  # fmt: skip
    visit.note("erase_person", None, kind=person.kind)
    return done


def afterwards(request: Request, person: people.Person) -> BackgroundTask | None:
    """What is still to be done when the answer is sent: events that were being stored while the home went."""
    if not person.last_resident or person.home is None:
        return None
    return BackgroundTask(_sweep, parts(request), person.home)


def _sweep(app: Parts, home_id: str) -> None:
    time.sleep(LATE_S)
    with app.pool.connection() as connection:
        erasing.sweep(connection, home_id)
