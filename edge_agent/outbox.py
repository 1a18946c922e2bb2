"""The agent's memory on disk: events until the hub has them, and what the next start must know.

What `append` has returned is on the disk, whatever happens to the power, as far as the disk keeps what it has
confirmed (`synchronous=FULL`: every commit waits for it). Numbers count within a *stream*, one
life of this file, and are never used twice. Events leave only when the hub says that it has them (`settle`),
or, counted, when the disk is full: measured values first, then what shows activity, calls for help last.
"""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from edge_agent import outbox_file
from edge_agent.rows import Entry, Row
from models.contract.messages import Ack
from models.contract.sequence import Settled

log = logging.getLogger("anju.agent")

_COLUMNS = "seq, boot, at, mono, skew, clock, device, kind, value, attributes, urgent"
_ROOM = 1000  #: events that are given up at a time
#: After an end without a good-bye so many numbers are left out. A disk that lies about what it has written
#: may have lost the latest events, and their numbers too: were these given again, the hub would take the new
#: events for repetitions. Between two checkpoints there are far fewer.
_LEFT_OUT = 1_000_000


class OutboxError(Exception):
    """The outbox on the disk cannot be used."""

    def __init__(self, detail: str = "", why: str = "error") -> None:
        super().__init__(detail)
        self.why = why  #: `full`, `read_only`, `io_error` or `error`


class Outbox:
    """One stream of events on the disk. Used by one thread."""

    def __init__(self, path: Path | str, *, most_events: int = 2_000_000, most_pages: int = 0) -> None:
        """Open or make the outbox. A damaged file is set aside, and a new stream begins.

        `most_pages` bounds the file as a full disk would. Raises OutboxError when there is no room at all.
        """
        self.damaged: Path | None = None  #: where a damaged file was put at this start
        self.most_events = most_events
        self.stream = ""  #: hexadecimal, made when the file is made
        self._last_seq = self._depth = self._dropped = 0
        self._floor = 1
        self._session = 0
        self.path = None if str(path) == ":memory:" else Path(path)
        path = Path(path)
        try:
            self._db, self.damaged = outbox_file.open_or_replace(path, most_pages)
            self._begin()
        except (sqlite3.Error, OSError) as error:
            raise OutboxError(f"{path}: {error}", outbox_file.why(error)) from error

    @property
    def last_seq(self) -> int:
        """The highest number that was ever given in this stream."""
        return self._last_seq

    def close(self) -> None:
        """Close the file; nothing is pending, for `append` leaves nothing behind."""
        try:
            self._keep("ended", b"1")
        except sqlite3.Error as error:
            log.error("the outbox could not be closed in order: %s", error)
        self._db.close()

    def append(self, entries: Sequence[Entry], memory: Mapping[str, bytes] | None = None) -> list[int]:
        """Store events, and what must be remembered together with them; durable on return.

        Returns the numbers of the events in order; 0 stands for one that was given up because the disk is
        full, which `dropped` counts. Raises OutboxError when not even a call for help could be stored.
        """
        memory = memory or {}
        if not entries and not memory:
            return []
        kept = list(entries)
        for least in (0, 1, 2, 3):
            try:
                excess = self._depth + len(kept) - self.most_events
                if excess > 0:
                    self._give_up(excess, below=2)
                return self._store(kept, entries, memory)
            except sqlite3.Error as error:
                self._rollback()
                if not _is_full(error) or least == 3:
                    raise OutboxError(str(error), outbox_file.why(error)) from error
                self._make_room(least)
                kept = [entry for entry in kept if entry.worth > least or least == 2]
        raise AssertionError("unreachable")

    def load(self, seqs: Sequence[int]) -> list[Row]:
        """Return those of `seqs` that are still here, in rising order."""
        rows: list[Row] = []
        for start in range(0, len(seqs), 500):
            some = seqs[start : start + 500]
            marks = ",".join("?" * len(some))
            rows += map(
                Row._make,
                self._db.execute(f"SELECT {_COLUMNS} FROM events WHERE seq IN ({marks}) ORDER BY seq", some),  # noqa: S608
            )
        return rows

    def backlog(self, after: int, upto: int, most: int, *, urgent: bool) -> list[Row]:
        """Return the oldest events above `after`: the urgent ones, or the others."""
        query = (
            f"SELECT {_COLUMNS} FROM events WHERE seq > ? AND seq <= ? AND urgent = ? ORDER BY seq LIMIT ?"  # noqa: S608
        )
        return list(map(Row._make, self._db.execute(query, (after, upto, int(urgent), most))))

    def holds(self, device: str, kind: str) -> bool:
        """Whether an urgent event of a device still waits for the hub."""
        query = "SELECT 1 FROM events WHERE urgent = 1 AND device = ? AND kind = ? LIMIT 1"
        return self._db.execute(query, (device, kind)).fetchone() is not None

    def settle(self, ack: Ack) -> Settled | None:
        """Delete what the hub has; return it, or None when the ack is about another stream."""
        if ack.stream != self.stream:
            return None
        settled = Settled(ack.upto, ack.ranges)
        if settled.upto > self._last_seq or any(high > self._last_seq for _, high in settled.ranges):
            log.error("an ack speaks of numbers that were never given (%d): ignored", settled.upto)
            return None
        if settled.upto < self._floor and not settled.ranges:
            return settled
        try:
            self._db.execute("BEGIN IMMEDIATE")
            gone = self._db.execute("DELETE FROM events WHERE seq <= ?", (settled.upto,)).rowcount
            for low, high in settled.ranges:
                gone += self._db.execute("DELETE FROM events WHERE seq BETWEEN ? AND ?", (low, high)).rowcount
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            # They stay, and are deleted when the next ack covers them again.
            self._rollback()
            log.error("what the hub has could not be deleted: %s", error)
            return settled
        if gone:
            self._depth -= gone
            self._floor = self._lowest()
        return settled

    def correct_clock(self, boot: str, skew: int) -> int:
        """Move the instants of events that were stored while nobody knew the time; return how many.

        `skew` is the right wall clock minus `mono`, of this run of the machine.
        """
        query = (
            "UPDATE events SET at = MAX(0, at + ? - skew), skew = ?, clock = 'synced' "
            "WHERE boot = ? AND clock <> 'synced'"
        )
        return self._db.execute(query, (skew, skew, boot)).rowcount

    def remembered(self) -> dict[str, bytes]:
        """Return all that was remembered."""
        return dict(self._db.execute("SELECT key, value FROM memory"))

    def next_session(self) -> int:
        """Return a number that is higher than all before, over restarts too."""
        self._session = max(self._session, int(self._recall("session", b"0"))) + 1
        try:
            self._keep("session", str(self._session).encode())
        except sqlite3.Error as error:
            log.error("the session number could not be stored: %s", error)
        return self._session

    @property
    def depth(self) -> int:
        """How many events wait for the hub."""
        return self._depth

    @property
    def floor(self) -> int:
        """No number below this one will ever be sent again; 1 at least."""
        return self._floor

    @property
    def dropped(self) -> int:
        """How many events were given up since this stream began."""
        return self._dropped

    def oldest_at(self) -> int | None:
        """The instant of the oldest event that waits, UTC in milliseconds."""
        row = self._db.execute("SELECT at FROM events ORDER BY seq LIMIT 1").fetchone()
        return int(row[0]) if row else None

    def _begin(self) -> None:
        self._db.executescript(outbox_file.SCHEMA)
        self.stream = self._recall("stream", b"").decode()
        if not self.stream:
            self.stream = uuid.uuid4().hex[:12]
            self._keep("stream", self.stream.encode())
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        self._last_seq = int(row[0]) if row else 0
        try:
            if self._recall("ended", b"1") != b"1":
                self._leave_out()
            self._keep("ended", b"0")
            # Into the file itself: what is lost of the log afterwards must not take this with it.
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            # A full disk at the start: what waits on it is sent all the same.
            self._rollback()
            log.error("the outbox cannot be written at the start: %s", error)
        self._depth = int(self._db.execute("SELECT count(*) FROM events").fetchone()[0])
        self._dropped = int(self._recall("dropped", b"0"))
        self._floor = self._lowest()

    def _leave_out(self) -> None:
        self._last_seq += _LEFT_OUT
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'events'")
        self._db.execute("INSERT INTO sqlite_sequence VALUES ('events', ?)", (self._last_seq,))
        self._db.execute("COMMIT")
        log.warning("the agent ended without a good-bye: numbers go on at %d", self._last_seq + 1)

    def _store(
        self, kept: Sequence[Entry], entries: Sequence[Entry], memory: Mapping[str, bytes]
    ) -> list[int]:
        lost = len(entries) - len(kept)
        numbers = range(self._last_seq + 1, self._last_seq + 1 + len(kept))
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            f"INSERT INTO events ({_COLUMNS}, worth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            [(seq, *entry) for seq, entry in zip(numbers, kept, strict=True)],
        )
        self._db.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", memory.items())
        if lost:
            self._keep("dropped", str(self._dropped + lost).encode())
        self._db.execute("COMMIT")
        self._last_seq += len(kept)
        self._depth += len(kept)
        self._dropped += lost
        if len(kept) == self._depth:
            self._floor = self._lowest()
        if not lost:
            return list(numbers)
        given = dict(zip(map(id, kept), numbers, strict=True))
        return [given.get(id(entry), 0) for entry in entries]

    def _make_room(self, least: int) -> None:
        """Free some pages: of what is worth no more than `least`."""
        log.error(
            "the disk is full: giving up %s", ("measured values", "activity", "the oldest events")[least]
        )
        try:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._give_up(_ROOM, below=least + 1)
        except sqlite3.Error as error:
            self._rollback()
            log.error("the full disk does not even let go: %s", error)

    def _give_up(self, count: int, *, below: int) -> None:
        count = max(count, min(_ROOM, self.most_events // 100))
        self._db.execute("BEGIN IMMEDIATE")
        gone = self._db.execute(
            "DELETE FROM events WHERE seq IN"
            " (SELECT seq FROM events WHERE worth < ? ORDER BY worth, seq LIMIT ?)",
            (below, count),
        ).rowcount
        self._keep("dropped", str(self._dropped + gone).encode())
        self._db.execute("COMMIT")
        self._dropped += gone
        self._depth -= gone
        self._floor = self._lowest()

    def _lowest(self) -> int:
        row = self._db.execute("SELECT min(seq) FROM events").fetchone()
        return int(row[0]) if row and row[0] is not None else self._last_seq + 1

    def _recall(self, key: str, default: bytes) -> bytes:
        row = self._db.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else default

    def _keep(self, key: str, value: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, value))

    def _rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _is_full(error: sqlite3.Error) -> bool:
    return outbox_file.code_of(error) in outbox_file.NO_ROOM
