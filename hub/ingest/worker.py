"""The ingest role: takes what has arrived, stores and judges it, and says what is committed.

One lot is one transaction: events, what the detectors remember, alerts and first notifications, all or
nothing. Only then the broker and the edge agents are told. A lot that cannot be stored is taken apart until
the one message that is to blame stands in quarantine; the loop never stops.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg
import structlog

from hub.clock import Clock
from hub.ingest import refused
from hub.ingest.heard import LastWords
from hub.ingest.ledger import Key, Ledger
from hub.ingest.lot import Lot
from hub.ingest.receiver import Receiver
from hub.ingest.swift import Arrived
from hub.ingest.wishes import Wishes
from hub.storage.database import Connection, connect
from hub.watch.registry import Watch
from models.contract import codec
from models.contract.topics import Address

log = structlog.get_logger()

MOST_MESSAGES = 2000  #: in one lot
COMPANY = 200  #: messages that are worth a transaction
IDLE_S = 0.5  #: the longest wait for a message: what falls due by absence is looked at this often
ACKS_A_TURN = 50  #: a burst of acknowledgements would hold up the next lot
SNAPSHOTS_A_TURN = 200
LEARNT = "anju_learnt"  #: told with homes, by spaces, of which more was learnt
GREET_AGAIN_S = 2.5  #: an edge takes for lost only what left more than two seconds before it is told
LOCK_CLASS = 0x414E4A55  #: our advisory locks, one a shard, held by the connection that writes


class Worker:
    """Serves a set of shards from one connection to the database and one to the broker."""

    def __init__(
        self,
        url: str,
        receiver: Receiver,
        watch: Watch,
        clock: Clock,
        *,
        shards: Sequence[int],
        pause: timedelta,
        ack_every: timedelta,
    ) -> None:
        self._url = url
        self._receiver = receiver
        self._watch = watch
        self._clock = clock
        self._shards = list(shards)
        self._pause_s = pause / timedelta(seconds=1)
        self._ack_every_s = ack_every / timedelta(seconds=1)
        self._ledger = Ledger()
        self._last_words = LastWords()
        self._wishes = Wishes()
        self._owed: OrderedDict[Key, float] = OrderedDict()  # acknowledgements, with when they are due
        self._greeted = 0  #: the connection to the broker on which every edge was told
        self._greet_at: list[float] = []
        self._last_received_at: datetime | None = None
        self._snapshot_at = 0.0
        self.turned_at = time.monotonic()  #: a watchdog looks at it

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop` is set; a database that goes away is waited for, and nothing is lost by it."""
        self._receiver.start()
        while not stop.is_set():
            try:
                with connect(self._url) as connection, connect(self._url, autocommit=True) as ear:
                    self._take_over(connection, ear, stop)
                    while not stop.is_set():
                        self._turn(connection, ear)
            except psycopg.OperationalError as error:
                log.warning("database lost", error=str(error).strip())
                self.turned_at = time.monotonic()
                stop.wait(0.5)
        self._receiver.stop()

    def _take_over(self, connection: Connection, ear: Connection, stop: threading.Event) -> None:
        """Get the shards, read what the homes' detectors remember, and tell every edge what is committed."""
        while not stop.is_set():
            self.turned_at = time.monotonic()
            row = connection.execute(
                "select bool_and(pg_try_advisory_lock(%s, shard)) as ours from unnest(%s::int[]) as shard",
                (LOCK_CLASS, self._shards),
            ).fetchone()
            if row is not None and row["ours"]:
                break
            connection.execute("select pg_advisory_unlock_all()")
            connection.commit()
            stop.wait(1.0)
        ear.execute("listen anju_homes")
        ear.execute(f"listen {LEARNT}")
        ear.execute("listen anju_edges")
        self._wishes.told()
        self._ledger, self._last_words = Ledger(), LastWords()
        self._watch.load(connection, None, self._clock.now())
        keys = self._ledger.load_recent(connection)
        connection.commit()
        now = time.monotonic()
        for key in keys:
            self._owed[key] = now
        log.info("watching", homes=len(self._watch), streams=len(keys))

    def _turn(self, connection: Connection, ear: Connection) -> None:
        """Take one lot through; when the database is lost, the lot goes back into the queue."""
        self.turned_at = time.monotonic()
        messages = self._next_lot()
        generation = self._receiver.generation
        try:
            for notify in ear.notifies(timeout=0):
                if notify.channel == "anju_edges":
                    self._wishes.told()
                elif notify.channel == LEARNT:
                    self._watch.learnt(connection, notify.payload.split())
                else:
                    self._watch.refresh(connection, notify.payload)
            connection.commit()
            self._commit(connection, messages)
        except psycopg.OperationalError:
            self._receiver.put_back(messages)
            raise
        self._receiver.acknowledge(messages, generation)
        self._greet()
        self._say_what_is_due()
        self._wishes.say_what_is_due(connection, self._receiver, self._clock.now())

    def _next_lot(self) -> list[Arrived]:
        due = self._watch.next_due()
        wait = IDLE_S
        if due is not None:
            wait = min(wait, max(0.0, (due - self._clock.now()).total_seconds()))
        if self._owed:
            wait = min(wait, max(0.0, next(iter(self._owed.values())) - time.monotonic()))
        if not self._receiver.poll(wait):
            return []
        # Wait a moment for company, unless it is there already.
        if self._pause_s and self._receiver.waiting < COMPANY:
            self._receiver.wait_for_company(self._pause_s)
        return self._receiver.take(MOST_MESSAGES)

    def _commit(self, connection: Connection, messages: Sequence[Arrived]) -> None:
        """Store and judge messages in one transaction; whatever cannot be stored ends in quarantine."""
        lot = self._lot(connection)
        try:
            for message in messages:
                lot.take(message)
            lot.finish(snapshots=self._snapshots_due())
            connection.commit()
        except psycopg.OperationalError:
            raise
        except Exception as error:
            connection.rollback()
            self._undo(connection, lot)
            if len(messages) <= 1:
                self._blame(connection, messages, error)
                return
            half = len(messages) // 2
            self._commit(connection, messages[:half])
            self._commit(connection, messages[half:])
            return
        self._ledger.committed()
        now = time.monotonic()
        for key, urgent in lot.owed.items():
            if urgent:
                self._owed[key] = 0.0
                self._owed.move_to_end(key, last=False)
            else:
                self._owed.setdefault(key, now + self._ack_every_s)

    def _lot(self, connection: Connection) -> Lot:
        """A lot at this moment. A hub that cannot hear anybody must not take that for silence."""
        now = self._clock.now()
        # What is restored after a restart is "received later than the snapshot": two lots never share a time.
        if self._last_received_at is not None and now <= self._last_received_at:
            now = self._last_received_at + timedelta(microseconds=1)
        self._last_received_at = now
        self._watch.begin(connection)
        self._watch.listens(self._receiver.subscribed.is_set(), now)
        return Lot(connection, self._ledger, self._last_words, self._watch, now)

    def _undo(self, connection: Connection, lot: Lot) -> None:
        """Memory ran ahead of the database: read again what the lot touched."""
        self._ledger.forget()
        self._last_words.forget()
        self._watch.reload(connection, sorted(lot.homes), self._clock.now())
        connection.commit()

    def _blame(self, connection: Connection, messages: Sequence[Arrived], error: Exception) -> None:
        log.exception("message cannot be stored", topic=messages[0].topic if messages else None)
        for message in messages:
            refused.quarantine(
                connection,
                self._clock.now(),
                source="broker",
                topic=message.topic,
                reason=f"cannot be stored: {type(error).__name__}: {error}",
                payload=message.payload,
            )
        connection.commit()
        if not messages:
            raise error  # not a message's fault: our own, and the supervisor starts us anew

    def _snapshots_due(self) -> int:
        """Once a second a slice of what the detectors remember is written, in the batch's own transaction."""
        now = time.monotonic()
        if now - self._snapshot_at < 1.0:
            return 0
        self._snapshot_at = now
        return SNAPSHOTS_A_TURN

    def _greet(self) -> None:
        """Tell every edge what is committed once the broker hears for us again.

        What an edge said meanwhile met nobody: it sends that again as soon as it knows, not when it gives up.
        """
        now, generation = time.monotonic(), self._receiver.generation
        if generation != self._greeted and self._receiver.subscribed.is_set():
            self._greeted = generation
            self._greet_at = [now, now + GREET_AGAIN_S]
        if self._greet_at and self._greet_at[0] <= now:
            del self._greet_at[0]
            self._owed = OrderedDict.fromkeys(self._ledger.keys(), now)

    def _say_what_is_due(self) -> None:
        now = time.monotonic()
        for _ in range(min(ACKS_A_TURN, len(self._owed))):
            key, due = next(iter(self._owed.items()))
            if due > now:
                break
            del self._owed[key]
            ack = self._ledger.ack(key)
            if ack is not None:
                self._receiver.publish(Address(key[0], key[1]).topic("ack"), codec.encode(ack))
