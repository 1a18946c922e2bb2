"""What an edge agent is asked to do once, soon or not at all: the rows, and what became of each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb

from hub.errors import HubError, NotFoundError
from hub.storage.database import Connection

#: What may be asked, with its arguments and the type of each. The edge has its own say about values.
NAMES: Final[dict[str, dict[str, type]]] = {
    "siren": {"seconds": int},
    "say": {"text": str, "language": str},
    "identify": {"device": str},
    "config": {},
}
LASTS: Final = timedelta(seconds=60)  #: a command that comes later must not be done any more
LONGEST_SIREN: Final = 180  #: seconds
LONGEST_TEXT: Final = 500


class CommandError(HubError):
    """An edge agent cannot be asked this."""


def ask(
    connection: Connection,
    home_id: str,
    edge_id: str,
    name: str,
    arguments: Mapping[str, Any],
    now: datetime,
    by: str,
) -> dict[str, Any]:
    """Write down a command, which the ingest worker says at once, and return it.

    Raises NotFoundError, CommandError.
    """
    _check(name, arguments)
    row = connection.execute(
        """
        insert into edge_commands (id, home_id, edge_id, name, arguments, made_at, made_by, expires_at)
        select %(id)s, home_id, id, %(name)s, %(arguments)s, %(now)s, %(by)s, %(until)s
        from edges where home_id = %(home)s and id = %(edge)s and revoked_at is null
        returning *
        """,
        {
            "id": secrets.token_hex(8), "home": home_id, "edge": edge_id, "name": name,
            "arguments": Jsonb(dict(arguments)), "now": now, "by": by, "until": now + LASTS,
        },
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFoundError(f"The home '{home_id}' has no edge agent '{edge_id}'.")
    return row


def latest(connection: Connection, home_id: str, edge_id: str, most: int = 20) -> list[dict[str, Any]]:
    """Return the latest commands, newest first."""
    return connection.execute(
        "select * from edge_commands where home_id = %s and edge_id = %s order by made_at desc limit %s",
        [home_id, edge_id, most],
    ).fetchall()


def _check(name: str, arguments: Mapping[str, Any]) -> None:
    known = NAMES.get(name)
    if known is None:
        raise CommandError(f"It knows {', '.join(NAMES)}, and no '{name[:40]}'.")
    for argument, value in arguments.items():
        if type(value) is not known.get(argument):
            raise CommandError(
                f"'{name}' takes {', '.join(known) or 'no arguments'}, not '{argument[:40]}' so."
            )
    if name == "siren" and not 1 <= arguments.get("seconds", 10) <= LONGEST_SIREN:
        raise CommandError(f"A siren sounds for 1 to {LONGEST_SIREN} seconds.")
    if name == "say" and not 1 <= len(arguments.get("text", "")) <= LONGEST_TEXT:
        raise CommandError(f"It can say 1 to {LONGEST_TEXT} characters.")
    if name == "identify" and not arguments.get("device"):
        raise CommandError("Say which device is to show itself.")
