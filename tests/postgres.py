"""A real PostgreSQL for tests: one server a run, one fresh migrated database a test.

The server is the embedded one, or the one that ANJU_TEST_POSTGRES_URL names: its user may create databases.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
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


def run_sql(url: str, *statements: str) -> None:
    """Run statements outside a transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server."""
    given = os.environ.get("ANJU_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="anju-pg-", ignore_cleanup_errors=True) as folder:
        server = embedded.start(Path(folder) / "pg")
        try:
            # The tests' rows need not survive a power cut.
            run_sql(
                server.url,
                "alter system set fsync = off",
                "alter system set full_page_writes = off",
                "select pg_reload_conf()",
            )
            yield server.url
        finally:
            server.stop()


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = f"anju_template_{uuid.uuid4().hex[:8]}"
    run_sql(postgres, f"create database {name}")
    migrate(with_database(postgres, name))
    yield name
    run_sql(postgres, f"drop database {name} with (force)")


@contextmanager
def fresh(postgres: str, template: str) -> Iterator[str]:
    """Give the address of a fresh database with the whole schema."""
    name = f"t{uuid.uuid4().hex[:12]}"
    try:
        run_sql(postgres, f"create database {name} template {template} strategy file_copy")
    except psycopg.errors.ObjectInUse:  # TimescaleDB's own workers are at home in the template
        run_sql(postgres, f"create database {name}")
        migrate(with_database(postgres, name))
    yield with_database(postgres, name)
    run_sql(postgres, f"drop database {name} with (force)")


@pytest.fixture
def database(postgres: str, template: str) -> Iterator[str]:
    """A database of this test alone."""
    with fresh(postgres, template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database(postgres: str, template: str) -> Iterator[str]:
    """A database that the tests of a file share, one after the other."""
    with fresh(postgres, template) as url:
        yield url
