"""An alert's file shows any change to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.alerts.file import entry_hash, export, verify

NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)


def file_of(*kinds: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    previous = b""
    for n, kind in enumerate(kinds, start=1):
        at = NIGHT + timedelta(seconds=n)
        data = {"contact": "王芳", "n": n}
        previous = entry_hash(previous, "a1", n, at, kind, data)
        entries.append({"n": n, "at": at, "kind": kind, "data": data, "hash": previous})
    return entries


def test_a_file_as_it_was_written_is_whole() -> None:
    assert verify("a1", file_of("raised", "called", "acknowledged")).ok


def test_an_empty_file_is_not_whole() -> None:
    assert not verify("a1", []).ok


@pytest.mark.parametrize("field", ["at", "kind", "data"])
def test_a_changed_entry_is_found_where_it_stands(field: str) -> None:
    entries = file_of("raised", "called", "acknowledged", "resolved")
    entries[2][field] = {"at": NIGHT, "kind": "declined", "data": {}}[field]
    verdict = verify("a1", entries)
    assert (verdict.ok, verdict.broken_at) == (False, 3)


def test_a_missing_entry_is_found() -> None:
    entries = file_of("raised", "called", "acknowledged")
    assert verify("a1", [entries[0], entries[2]]).broken_at == 2


def test_a_file_of_another_alert_does_not_pass() -> None:
    assert not verify("a2", file_of("raised")).ok


def test_the_export_carries_every_hash() -> None:
    entries = file_of("raised", "called")
    assert [entry["hash"] for entry in export("a1", entries)["entries"]] == [
        entry["hash"].hex() for entry in entries
    ]
