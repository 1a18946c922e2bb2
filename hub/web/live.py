"""The live line: what changes in the database reaches every open page at once.

One thread listens to PostgreSQL and hands over to the event loop; each page has a bounded queue. A page that
cannot keep up, or a gap in the listening, is told to read everything again: nothing is missed silently.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
import structlog

from hub.alerts.store import CHANGED
from hub.storage.database import connect
from hub.web.figures import Figures

_QUEUE: Final = 200  #: news that a slow page may be behind
_POLL_S: Final = 0.5  #: how long a stop may take
_HEARD_EVERY_S: Final = 10.0

log = structlog.get_logger("web.live")


@dataclass(frozen=True, slots=True)
class News:
    """One line for the pages: `alert` with its place, or `reset` when something may have been missed."""

    name: str
    seq: int
    place: str | None  #: id of the home or of the organisation it is about; None: it concerns everybody
    data: dict[str, Any]


class Live:
    """Listens to the database while the web role runs; `subscribe` is for the event loop only."""

    def __init__(self, database_url: str, figures: Figures) -> None:
        self._url = database_url
        self._figures = figures
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[News]] = set()
        self.connected = False
        self.seq = 0
        self.heard_at: datetime | None = None  #: the latest word of any home at all

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen; news are handed over to `loop`."""
        self._loop = loop
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[News]]:
        """Give one page a queue of news for as long as it listens."""
        queue: asyncio.Queue[News] = asyncio.Queue(_QUEUE)
        self._queues.add(queue)
        self._figures.streams.set(len(self._queues))
        try:
            yield queue
        finally:
            self._queues.discard(queue)
            self._figures.streams.set(len(self._queues))

    def _run(self) -> None:
        first = True
        while not self._stopping.is_set():
            try:
                with connect(self._url, autocommit=True) as connection:
                    connection.execute(f"listen {CHANGED}")
                    self._set_connected(True)
                    if not first:
                        self._publish("reset", None, {})
                    first = False
                    self._listen(connection)
            except psycopg.Error as error:
                if self.connected or first:
                    log.warning("the database is not reachable; boards turn grey", error=str(error))
                first = False
                self._set_connected(False)
                self._stopping.wait(1.0)
        self._set_connected(False)

    def _listen(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        look_at = 0.0
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=_POLL_S, stop_after=1):
                self._take(notice.payload)
            if time.monotonic() >= look_at:
                row = connection.execute("select max(heard_at) as at from edges").fetchone()
                self.heard_at = row["at"] if row else None
                look_at = time.monotonic() + _HEARD_EVERY_S

    def _take(self, payload: str) -> None:
        try:
            data = json.loads(payload)
            places = [str(place) for place in (data["home"], data["organisation"]) if place is not None]
        except (ValueError, TypeError, KeyError):
            log.warning("news that cannot be read", payload=payload[:200])
            self._publish("reset", None, {})
            return
        for place in places:
            self._publish("alert", place, data)

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        self._figures.listening.set(connected)

    def _publish(self, name: str, place: str | None, data: dict[str, Any]) -> None:
        self.seq += 1
        news = News(name=name, seq=self.seq, place=place, data=data)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.hand_out, news)

    def hand_out(self, news: News) -> None:
        """Give news to every page; on the event loop only."""
        for queue in self._queues:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(News(name="reset", seq=news.seq, place=None, data={}))
            else:
                queue.put_nowait(news)
