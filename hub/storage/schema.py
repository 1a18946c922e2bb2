"""The schema: numbered migrations, and what TimescaleDB adds where the server offers it."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any

import psycopg
import yoyo

from hub.errors import StorageError


def migrate(url: str) -> list[str]:
    """Bring the database to this program's schema; return the names of the migrations that it took.

    Safe to run again and from several machines at once. Raises StorageError.
    """
    try:
        with as_file(files("hub.storage") / "migrations") as folder:
            backend = yoyo.get_backend(_yoyo_url(url))
            try:
                migrations = yoyo.read_migrations(str(folder))
                with backend.lock():
                    todo = backend.to_apply(migrations)
                    names = [migration.id for migration in todo]
                    backend.apply_migrations(todo)
            finally:
                backend.connection.close()
        with psycopg.connect(url, autocommit=True) as connection:
            add_time_series(connection)
    except psycopg.Error as error:
        raise StorageError(f"The schema could not be brought up to date: {error}") from error
    return names


def has_timescale(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database uses TimescaleDB."""
    return (
        connection.execute("select 1 from pg_extension where extname = 'timescaledb'").fetchone() is not None
    )


def add_time_series(connection: psycopg.Connection[Any]) -> None:
    """Add what TimescaleDB brings where the server offers it, and the plain stand-in elsewhere."""
    offered = connection.execute(
        "select 1 from pg_available_extensions where name = 'timescaledb'"
    ).fetchone()
    if offered and "timescaledb" in _preloaded(connection):
        connection.execute("create extension if not exists timescaledb")
    name = "timescale.sql" if has_timescale(connection) else "plain.sql"
    script = files("hub.storage") / name
    for statement in script.read_text(encoding="utf-8").split(";\n\n"):
        if statement.strip():
            connection.execute(statement)


def _preloaded(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute("select current_setting('shared_preload_libraries')").fetchone()
    return str(row[0]) if row else ""


def _yoyo_url(url: str) -> str:
    """Name the driver in the way that the migration library wants it."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise StorageError("A database address begins with postgresql://.")
