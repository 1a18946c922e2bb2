"""The database of whoever administers: the one that is set, or the embedded one, found or started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hub.app import database_url
from hub.errors import SettingsError
from hub.settings import Settings
from hub.storage import embedded
from hub.storage.database import Connection, connect
from hub.storage.schema import migrate


@contextmanager
def database(settings: Settings, *, first: bool = False) -> Iterator[Connection]:
    """A connection to the hub's database at this program's schema; one transaction.

    With `first` there need be none yet: it is made. Without, a folder that holds no hub is refused, so that
    nobody is reassured by an empty database. An embedded server that did not run before ends afterwards.
    """
    if settings.database_url is not None:
        with _at(database_url(settings)) as connection:
            yield connection
        return
    folder = settings.data_dir / "postgres"
    if not first and not embedded.is_there(folder):
        raise SettingsError(
            f"There is no hub in '{settings.data_dir}'. Name its folder (ANJU_DATA_DIR) or its database "
            "(ANJU_DATABASE_URL), or begin one with: anju-hub load FILE"
        )
    server = embedded.start(folder)
    try:
        with _at(server.url) as connection:
            yield connection
    finally:
        if not server.found:
            server.stop()


@contextmanager
def _at(url: str) -> Iterator[Connection]:
    migrate(url)
    with connect(url) as connection:
        yield connection
