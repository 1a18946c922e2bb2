"""The alert's file: everything that happened, in order, each entry carrying the hash of the one before.

A changed, missing or inserted entry breaks the chain, and `verify` says where. Pure: rows in, verdict out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file is whole; `broken_at` is the number of the first entry that is not as it was written."""

    ok: bool
    entries: int
    broken_at: int | None = None


def entry_hash(
    previous: bytes, alert_id: str, n: int, at: datetime, kind: str, data: Mapping[str, Any]
) -> bytes:
    """Return the SHA-256 that ties an entry to the one before it (`previous` is empty for the first)."""
    text = json.dumps(
        [alert_id, n, at.astimezone(UTC).isoformat(timespec="microseconds"), kind, data],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + text.encode()).digest()


def verify(alert_id: str, entries: Iterable[Mapping[str, Any]]) -> Verdict:
    """Check a file whose rows have `n`, `at`, `kind`, `data`, `hash`, in order of `n`."""
    previous, count = b"", 0
    for count, entry in enumerate(entries, start=1):
        expected = entry_hash(previous, alert_id, count, entry["at"], entry["kind"], entry["data"])
        if entry["n"] != count or bytes(entry["hash"]) != expected:
            return Verdict(ok=False, entries=count, broken_at=count)
        previous = expected
    return Verdict(ok=count > 0, entries=count, broken_at=None if count else 0)


def export(alert_id: str, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the file as one JSON document that anybody can verify by the rule that it states."""
    return {
        "alert": alert_id,
        "rule": "hash = SHA-256(previous hash || JSON of [alert, n, at, kind, data], sorted keys, UTF-8)",
        "entries": [
            {
                "n": entry["n"],
                "at": entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
                "kind": entry["kind"],
                "data": entry["data"],
                "hash": bytes(entry["hash"]).hex(),
            }
            for entry in entries
        ],
    }
