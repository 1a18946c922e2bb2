"""The dispatch role: calls people. Wakes when something is owed, and by itself when something falls due.

All that it must remember is in the database: it can be killed at any moment and started several times.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.escalation import engine
from hub.escalation.looking import look_around
from hub.notify import lease, queue
from hub.notify import store as notifications
from hub.notify.carriers import Carriers
from hub.notify.sender import LinkOf, Sender
from hub.storage.database import Connection, Pool, connect

log = structlog.get_logger()

LONGEST_SLEEP = timedelta(seconds=1)  #: the net under LISTEN/NOTIFY
CHECK_LEASE = timedelta(seconds=15)  #: one dispatcher asks a provider at a time
SENDERS = 8  #: attempts under way at once; what is claimed starts at once, or its look-up would overtake it
WRITERS = 4  #: of them for messages: a mail server that hangs holds up no call
BUSY_PAUSE_S = 0.02  #: while all senders are under way


class Dispatcher:
    """Runs `turn()` for ever in one thread; providers are spoken to in others."""

    def __init__(
        self,
        url: str,
        pool: Pool,
        carriers: Carriers,
        clock: Clock,
        *,
        link_of: LinkOf = lambda _attempt_id: "",
    ) -> None:
        self._url = url
        self._pool = pool
        self._clock = clock
        self._sender = Sender(pool, carriers, clock, engine.advance_by_id, link_of=link_of)
        self._workers = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._under_way = 0
        self._writing = 0  #: of those under way, the messages
        self.turned_at = time.monotonic()  #: a watchdog looks at it
        self._counting = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop` is set; a database that goes away is waited for."""
        own = self._sender.lease = lease.new_lease()
        while not stop.is_set():
            try:
                with connect(self._url, autocommit=True) as ear:
                    ear.execute(f"listen {notifications.TO_SEND}")
                    ear.execute(f"listen {alerts.CHANGED}")
                    lease.hold(ear, own)
                    log.info("dispatching")
                    while not stop.is_set():
                        lease.release_abandoned(ear, own, self._clock.now())
                        wait = self.turn()
                        for _ in ear.notifies(timeout=wait, stop_after=1):
                            pass
            except psycopg.Error as error:
                self.turned_at = time.monotonic()
                log.warning("database lost", error=str(error).strip())
                stop.wait(0.5)
        self._workers.shutdown(wait=True)

    def turn(self) -> float:
        """Do all that is due now; return for how many seconds there is nothing to do."""
        self.turned_at = time.monotonic()
        with self._pool.connection() as connection:
            self._send_claimed(connection)
            more = look_around(connection, self._clock.now())
            connection.commit()
            if engine.run_due(connection, self._clock.now()):
                connection.commit()
                self._send_claimed(connection)
            connection.commit()
            if free := SENDERS - self._under_way:
                now = self._clock.now()
                silent = queue.to_check(connection, now, now + CHECK_LEASE, free, self._free_writers)
                connection.commit()
                for attempt in silent:
                    self._start(self._sender.check, attempt)
            due = [
                at
                for at in (
                    alerts.next_due(connection),
                    queue.next_to_send(connection, self._clock.now(), written=self._free_writers > 0),
                )
                if at is not None
            ]
        return BUSY_PAUSE_S if more else self._until(due)

    def _send_claimed(self, connection: Connection) -> None:
        """Take what is owed, as far as there are hands for it, and let it be sent."""
        if free := SENDERS - self._under_way:
            claimed = self._sender.claim(connection, free, self._free_writers)
            connection.commit()  # nobody sends what another dispatcher may claim too
            for attempt in claimed:
                self._start(self._sender.send, attempt)

    @property
    def _free_writers(self) -> int:
        return max(0, min(WRITERS - self._writing, SENDERS - self._under_way))

    def settle(self) -> None:
        """Wait until everything that was handed to a provider has been written down."""
        self._workers.shutdown(wait=True)
        self._workers = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")

    def _until(self, due: list[datetime]) -> float:
        longest = LONGEST_SLEEP.total_seconds()
        if not due:
            return longest
        least = BUSY_PAUSE_S if self._under_way >= SENDERS else 0.0
        return min(longest, max(least, (min(due) - self._clock.now()).total_seconds()))

    def _start(self, work: Callable[[dict[str, Any]], None], attempt: dict[str, Any]) -> None:
        with self._counting:
            self._under_way += 1
            self._writing += attempt["channel"] != "voice"
        self._workers.submit(self._safely, work, attempt)

    def _safely(self, work: Callable[[dict[str, Any]], None], attempt: dict[str, Any]) -> None:
        try:
            work(attempt)
        except Exception:
            # What failed here is looked up again when the attempt's check falls due.
            log.exception("attempt failed", attempt=attempt["id"])
        finally:
            with self._counting:
                self._under_way -= 1
                self._writing -= attempt["channel"] != "voice"
