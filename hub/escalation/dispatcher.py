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
#: Attempts under way at once: a provider takes some 200 ms for each, so these are 80 calls a second. What is
#: claimed starts at once, or its look-up would overtake it.
SENDERS = 16
CHECKERS = 4  #: beside them: however much is to be sent, what is silent or lost is asked about
WRITERS = 4  #: of all of them for messages: a mail server that hangs holds up no call
ADVANCED = 10  #: alerts that are due and advanced in one go; then whoever is free sends what is owed
BUSY_PAUSE_S = 0.02  #: while all senders are under way
LOOK_S = 0.5  #: while all senders are under way, the dispatcher looks around no oftener


class _Hands:
    """So many pieces of one kind of work may be under way at once."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._counting = threading.Lock()

    @property
    def free(self) -> int:
        return max(0, self._left)

    def take(self, count: int = 1) -> None:
        """Take hands for a piece of work; a negative count gives them back."""
        with self._counting:
            self._left -= count


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
        self._workers = ThreadPoolExecutor(SENDERS + CHECKERS, thread_name_prefix="send")
        self._senders, self._checkers, self._writers = _Hands(SENDERS), _Hands(CHECKERS), _Hands(WRITERS)
        self.turned_at = time.monotonic()  #: a watchdog looks at it
        self._looked_at = 0.0

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
        more = False
        with self._pool.connection() as connection:
            self._send_claimed(connection)
            if self._senders.free or self.turned_at > self._looked_at + LOOK_S:
                self._looked_at = self.turned_at
                more = look_around(connection, self._clock.now())
                connection.commit()
            if engine.run_due(connection, self._clock.now(), ADVANCED):
                connection.commit()
                self._send_claimed(connection)
            connection.commit()
            if free := self._checkers.free:
                now = self._clock.now()
                silent = queue.to_check(connection, now, now + CHECK_LEASE, free, self._writers.free)
                connection.commit()
                for attempt in silent:
                    self._start(self._sender.check, attempt, self._checkers)
            due = [
                at
                for at in (
                    alerts.next_due(connection),
                    queue.next_to_send(connection, self._clock.now(), written=self._writers.free > 0),
                )
                if at is not None
            ]
        return BUSY_PAUSE_S if more else self._until(due)

    def _send_claimed(self, connection: Connection) -> None:
        """Take what is owed, as far as there are hands for it, and let it be sent."""
        if free := self._senders.free:
            claimed = self._sender.claim(connection, free, min(free, self._writers.free))
            connection.commit()  # nobody sends what another dispatcher may claim too
            for attempt in claimed:
                self._start(self._sender.send, attempt, self._senders)

    def settle(self) -> None:
        """Wait until everything that was handed to a provider has been written down."""
        self._workers.shutdown(wait=True)
        self._workers = ThreadPoolExecutor(SENDERS + CHECKERS, thread_name_prefix="send")

    def _until(self, due: list[datetime]) -> float:
        longest = LONGEST_SLEEP.total_seconds()
        if not due:
            return longest
        least = 0.0 if self._senders.free else BUSY_PAUSE_S
        return min(longest, max(least, (min(due) - self._clock.now()).total_seconds()))

    def _start(self, work: Callable[[dict[str, Any]], None], attempt: dict[str, Any], hands: _Hands) -> None:
        hands.take()
        self._writers.take(attempt["channel"] != "voice")
        self._workers.submit(self._safely, work, attempt, hands)

    def _safely(self, work: Callable[[dict[str, Any]], None], attempt: dict[str, Any], hands: _Hands) -> None:
        try:
            work(attempt)
        except Exception:
            # What failed here is looked up again when the attempt's check falls due.
            log.exception("attempt failed", attempt=attempt["id"])
        finally:
            hands.take(-1)
            self._writers.take(-(attempt["channel"] != "voice"))
