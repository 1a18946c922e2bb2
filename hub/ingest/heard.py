"""When edge agents were last heard, written down now and then: a home that talks need not say so each time.

Memory follows the database: after a failed transaction what it wrote is written again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from hub.ingest import writer
from hub.storage.database import Connection

Edge = tuple[str, str]  #: home and edge

#: What is written down is at most so much older than the last word.
EVERY: Final = timedelta(seconds=5)


class LastWords:
    """The last word of each edge agent that this worker has written down."""

    def __init__(self) -> None:
        self._written: dict[Edge, datetime] = {}
        self._latest: list[Edge] = []  #: written in the transaction under way

    def save(self, connection: Connection, heard: Iterable[Edge], now: datetime) -> None:
        """Write down those of `heard` for whom it is time, in the caller's transaction."""
        long_ago = now - EVERY
        written = self._written
        self._latest = due = [edge for edge in heard if written.get(edge, long_ago) <= long_ago]
        if due:
            writer.heard(connection, due, now)
            written.update(dict.fromkeys(due, now))

    def forget(self) -> None:
        """The transaction failed."""
        for edge in self._latest:
            self._written.pop(edge, None)
        self._latest = []
