"""Taking over a place file: everything that is wrong is said at once, or all of it is stored."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from hub.administration.database import database
from hub.administration.mistakes import in_file, unknown_names
from hub.app import accounts
from hub.clock import SystemClock
from hub.errors import HubError
from hub.place_file import PlaceFile, take_over
from hub.settings import Settings
from hub.storage.database import Connection


class PlaceFileError(HubError):
    """The file cannot be taken over."""


def load_file(settings: Settings, path: Path) -> str:
    """Take over organisations, homes, people, edge agents and users from a TOML file; see `PlaceFile`.

    All or nothing, and safe to repeat. Returns what it held, and which of its homes call nobody yet; raises
    PlaceFileError with all that is to be corrected.
    """
    file = read_file(path)
    with database(settings, first=True) as connection:
        unknown = unknown_names(file, _known(connection, "organisations"), _known(connection, "homes"))
        if unknown:
            raise PlaceFileError(_listed(path, unknown))
        take_over(connection, file, SystemClock().now())
        for edge in file.edges:
            if edge.password is not None and settings.broker_url is None:
                accounts(settings).add(f"{edge.home}/{edge.id}", edge.password.get_secret_value())
        waiting = connection.execute(
            "select id from homes where status = 'commissioning' and id = any(%s) order by id",
            ([home.id for home in file.homes],),
        ).fetchall()
    held = Counter({name: len(rows) for name, rows in file if rows})
    said = ", ".join(f"{n} {name}" for name, n in held.items()) or "The file is empty."
    if waiting:
        names = ", ".join(row["id"] for row in waiting)
        said += (
            f"\nHomes being commissioned, for which nobody is called: {names}."
            "\nTake each live when its sensors are in place: anju-hub home HOME live"
        )
    return said


def read_file(path: Path) -> PlaceFile:
    """Return what a place file holds; raises PlaceFileError with every mistake in it."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise PlaceFileError(f"{path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlaceFileError(f"{path} is not valid TOML: {error}.") from error
    try:
        return PlaceFile.model_validate(raw)
    except ValidationError as error:
        raise PlaceFileError(_listed(path, in_file(raw, error))) from error


def _known(connection: Connection, table: str) -> set[str]:
    queries = {"organisations": "select id from organisations", "homes": "select id from homes"}
    return {row["id"] for row in connection.execute(queries[table]).fetchall()}


def _listed(path: Path, mistakes: list[str]) -> str:
    return "\n".join(
        ["Correct this and load it again; nothing was stored:", *(f"{path}, {m}" for m in mistakes)]
    )
