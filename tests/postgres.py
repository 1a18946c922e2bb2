"""A real PostgreSQL for tests: one embedded server a run, one fresh migrated database a test."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from hub.storage import embedded
from hub.storage.schema import migrate


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server that this run started, with a migrated template."""
    with tempfile.TemporaryDirectory(prefix="anju-pg-", ignore_cleanup_errors=True) as folder:
        server = embedded.start(Path(folder) / "pg")
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                # The tests' rows need not survive a power cut.
                connection.execute("alter system set fsync = off")
                connection.execute("alter system set full_page_writes = off")
                connection.execute("select pg_reload_conf()")
                connection.execute("create database anju_template")
            migrate(with_database(server.url, "anju_template"))
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The address of a fresh database with the whole schema."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name} template anju_template")
    yield with_database(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")
