"""The outbox's file: its tables, how it is opened, and what becomes of it when it is damaged."""

from __future__ import annotations

import errno
import logging
import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    boot TEXT NOT NULL,
    at INTEGER NOT NULL,          -- UTC, ms, by the wall clock of the moment
    mono INTEGER NOT NULL,        -- ms since the machine's start
    skew INTEGER NOT NULL,        -- wall clock minus mono then: corrects `at` once the time is known
    clock TEXT NOT NULL,
    device TEXT NOT NULL,
    kind TEXT NOT NULL,
    value REAL,
    attributes TEXT,              -- JSON
    urgent INTEGER NOT NULL,
    worth INTEGER NOT NULL        -- 0 measured values, 1 activity, 2 calls for help: given up in this order
);
CREATE INDEX IF NOT EXISTS urgent_events ON events (seq) WHERE urgent = 1;
CREATE INDEX IF NOT EXISTS least_worth ON events (worth, seq);
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  #: the disk is full, or does not take any more

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
log = logging.getLogger("anju.agent")


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def why(error: BaseException) -> str:
    """Say in a word why nothing can be written: `full`, `read_only`, `io_error` or `error`."""
    if isinstance(error, sqlite3.Error):
        words = {
            sqlite3.SQLITE_FULL: "full",
            sqlite3.SQLITE_READONLY: "read_only",
            sqlite3.SQLITE_IOERR: "io_error",
        }
        return words.get(code_of(error), "error")
    number = error.errno if isinstance(error, OSError) else None
    return {errno.ENOSPC: "full", errno.EROFS: "read_only", errno.EIO: "io_error"}.get(number or 0, "error")


def open_or_replace(path: Path, most_pages: int) -> tuple[sqlite3.Connection, Path | None]:
    """Open the file, or make it; set a damaged one aside first and return where it was put.

    Raises sqlite3.Error or OSError when it can neither be used nor set aside.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path, most_pages), None
    except sqlite3.DatabaseError as error:
        if code_of(error) not in _DAMAGED or not path.exists():
            raise
        aside = _set_aside(path)
        log.error("the outbox was damaged (%s): set aside as %s", error, aside)
        return _open(path, most_pages), aside


def _open(path: Path, most_pages: int) -> sqlite3.Connection:
    # A card that loses power in the middle of a block loses the block, with what was in it before: `psow=0`
    # has SQLite begin every commit in a block of its own.
    in_memory = str(path) == ":memory:"
    where = "file::memory:" if in_memory else f"{path.absolute().as_uri()}?psow=0"
    db = sqlite3.connect(where, isolation_level=None, timeout=5, uri=True)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA wal_autocheckpoint = 500")
        db.execute("PRAGMA journal_size_limit = 4194304")
        db.execute("PRAGMA cache_size = -1024")
        if most_pages:
            db.execute(f"PRAGMA max_page_count = {int(most_pages)}")
        found = db.execute("PRAGMA quick_check(1)").fetchone()
        if found is None or found[0] != "ok":
            raise _damaged(str(found[0]) if found else "no answer")
    except BaseException:
        db.close()
        raise
    return db


def _damaged(reason: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(reason)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _set_aside(path: Path) -> Path:
    """Rename a damaged file and its companions; nothing is deleted, somebody may want to look."""
    number = 0
    stamp = int(path.stat().st_mtime)
    while (aside := path.with_name(f"outbox.damaged-{stamp + number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + suffix))
    return aside


def peek(path: Path) -> dict[str, str]:
    """Return what a person may want to know of an outbox that an agent may be using.

    Raises sqlite3.Error when it cannot be read.
    """
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        stream = db.execute("SELECT value FROM memory WHERE key = 'stream'").fetchone()
        depth, urgent, oldest, low, high = db.execute(
            "SELECT count(*), coalesce(sum(urgent), 0), min(at), min(seq), max(seq) FROM events"
        ).fetchone()
        dropped = db.execute("SELECT value FROM memory WHERE key = 'dropped'").fetchone()
        last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return {
            "stream": bytes(stream[0]).decode() if stream else "",
            "depth": str(depth),
            "urgent": str(urgent),
            "oldest": str(oldest or ""),
            "numbers": f"{low}-{high}" if depth else "",
            "last": str(last[0] if last else 0),
            "dropped": bytes(dropped[0]).decode() if dropped else "0",
        }
    finally:
        db.close()
