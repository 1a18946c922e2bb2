"""The street's log: everything that happened, numbered in order, for people and tests to read and wait for.

Numbers go up for as long as the program runs and survive a reset, so that a reader never misses or rereads.
Keeps the last entries only; a call's or a message's own entries stay with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import datetime
from itertools import count, islice
from typing import Any, Final, Literal

from pydantic import BaseModel

KEPT: Final = 50_000

Kind = Literal["call", "message", "person", "fault", "account", "reset"]


class Entry(BaseModel):
    """One thing that happened, to the millisecond."""

    n: int
    at: datetime
    kind: Kind
    sid: str | None = None
    number: str | None = None  #: whose telephone it happened on
    what: str
    facts: dict[str, Any] = {}


class Log:
    """The last entries, and a way to wait for the next one."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._numbers = count(1)
        self._changed = asyncio.Event()
        self._closed = False
        self.last = 0

    def add(
        self,
        at: datetime,
        kind: Kind,
        what: str,
        *,
        sid: str | None = None,
        number: str | None = None,
        facts: dict[str, Any] | None = None,
    ) -> Entry:
        """Write one entry and wake whoever waits."""
        self.last = next(self._numbers)
        moment = at.replace(microsecond=at.microsecond // 1000 * 1000)
        entry = Entry(n=self.last, at=moment, kind=kind, what=what, sid=sid, number=number, facts=facts or {})
        self._entries.append(entry)
        self._wake()
        return entry

    def after(self, n: int, limit: int = 1000) -> list[Entry]:
        """Return the entries numbered above `n`, oldest first, at most `limit`."""
        if not self._entries or self.last <= n:
            return []
        skipped = max(0, n + 1 - self._entries[0].n)
        return list(islice(self._entries, skipped, skipped + limit))

    async def wait(self, n: int, seconds: float) -> None:
        """Return as soon as there is an entry above `n`, after so many real seconds, or when closed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self.last <= n and not self._closed and (left := until - loop.time()) > 0:
            changed = self._changed
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return

    def clear(self) -> None:
        """Forget what happened so far; the numbers go on."""
        self._entries.clear()

    @property
    def closed(self) -> bool:
        """Whether the program is ending and nobody should go on waiting."""
        return self._closed

    def close(self) -> None:
        """Let everybody who waits go."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
