"""Programs of the hub that can be killed at any place: a statement, a commit, a request to the provider.

Killed means: an exception that no code of ours catches, connections closed without a commit, and nothing of
the program's memory left. Knows nothing of what is played.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Literal, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Role = Literal["ingest", "dispatch", "web"]
T = TypeVar("T")


class Killed(BaseException):
    """The program ended here."""


class Places:
    """Numbers every place that is passed. A kill at 2n comes before place n, at 2n + 1 after it."""

    def __init__(self, kills: Collection[int] = ()) -> None:
        self.passed: list[str] = []
        self._kills = frozenset(kills)

    def pass_by(self, what: str, do: Callable[[], T], kill: Callable[[], None]) -> T:
        number = len(self.passed)
        self.passed.append(what)
        if 2 * number in self._kills:
            kill()
            raise Killed
        done = do()
        if 2 * number + 1 in self._kills:
            kill()
            raise Killed
        return done


class Watched(psycopg.Connection[DictRow]):
    """A connection whose every exchange with the database is a place."""

    process: Process | None = None

    def wait(self, gen: Any, *how: Any, **more: Any) -> Any:
        """Carry out one exchange; everything that psycopg sends comes through here."""

        def carry_out() -> Any:
            return super(Watched, self).wait(gen, *how, **more)

        return carry_out() if self.process is None else self.process.passes(gen.__name__, carry_out)

    def commit(self) -> None:
        """Commit, unless there is nothing: that sends nothing and is no place."""
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().commit()


class _Dropped(psycopg.ServerCursor[DictRow]):
    """A cursor that may be left open: a killed program closes nothing."""

    def __del__(self, _: Any = None) -> None:
        """Say nothing."""


class _Pool(ConnectionPool[Watched]):
    """The hub's pool; a program that is dead gets nothing from it, not even an error that it could handle."""

    ended = False

    def getconn(self, timeout: float | None = None) -> Watched:
        if self.ended:
            raise Killed
        return super().getconn(timeout)


class Process:
    """One role of the hub: its connections, and whether it lives."""

    def __init__(self, role: Role, url: str, places: Places, kill: Callable[[Role], None]) -> None:
        self._role, self._url, self._places, self._kill = role, url, places, kill
        self._ended = False
        self._connections: list[Watched] = []
        self._pool: _Pool | None = None

    @property
    def pool(self) -> ConnectionPool[Any]:
        """Connections as the hub's own pool hands them out."""
        if self._pool is None:
            self._pool = _Pool(
                self._url,
                min_size=1,
                max_size=4,
                num_workers=1,
                open=True,
                connection_class=Watched,
                configure=self._adopt,
                kwargs={"row_factory": dict_row},
            )
        return self._pool

    def connection(self) -> Watched:
        """Open a connection of this process's own."""
        connection = Watched.connect(self._url, row_factory=dict_row)
        self._adopt(connection)
        return connection

    def passes(self, what: str, do: Callable[[], T]) -> T:
        """Do something that is a place, unless this process is dead or dies of it."""
        if self._ended:
            raise Killed
        done = self._places.pass_by(f"{self._role} {what}", do, lambda: self._kill(self._role))
        if self._ended:  # a power cut, while this one waited for an answer
            raise Killed
        return done

    def end(self) -> list[int]:
        """End it as a kill does; return the database's processes that have still to notice."""
        self._ended = True
        noticing = [each.pgconn.backend_pid for each in self._connections if not each.closed]
        for connection in self._connections:
            connection.close()
        if self._pool is not None:
            self._pool.ended = True
            self._pool.close()
        return noticing

    def _adopt(self, connection: Watched) -> None:
        connection.process = self
        connection.server_cursor_factory = _Dropped
        self._connections.append(connection)
