"""The database of whoever administers: the one that is set, or the embedded one, found or started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hub.app import database_url
from hub.settings import Settings
from hub.storage import embedded
from hub.storage.database import Connection, connect
from hub.storage.schema import migrate


@contextmanager
def database(settings: Settings) -> Iterator[Connection]:
    """A connection to the hub's database at this program's schema; one transaction."""
    if settings.database_url is not None:
        url = database_url(settings)
    else:
        url = embedded.start(settings.data_dir / "postgres").url
    migrate(url)
    with connect(url) as connection:
        yield connection
