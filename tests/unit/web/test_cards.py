"""What a card says of an alert's file: when it was seen again, and who goes there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.web.cards import gone_by, seen_again_at

NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)


def entry(
    kind: str, minute: int = 0, by: str | None = None, seen: datetime | str | None = None
) -> dict[str, Any]:
    occurred_at = seen.isoformat() if isinstance(seen, datetime) else seen
    return {"kind": kind, "at": NIGHT + timedelta(minutes=minute), "by": by, "occurred_at": occurred_at}


def test_what_was_seen_again_after_it_was_over_is_not_over() -> None:
    later = NIGHT + timedelta(minutes=4)
    assert seen_again_at([entry("cleared", 2), entry("repeated", 5, seen=later)]) == later


def test_what_was_never_seen_again_or_is_over_since_says_nothing() -> None:
    assert seen_again_at([]) is None
    assert seen_again_at([entry("repeated", 1, seen=NIGHT), entry("cleared", 2)]) is None


def test_an_entry_whose_own_time_cannot_be_read_counts_from_when_it_was_written() -> None:
    for unreadable in (None, "yesterday", "2026-11-21T19:12:00"):
        assert seen_again_at([entry("repeated", 3, seen=unreadable)]) == NIGHT + timedelta(minutes=3)


def test_who_goes_there_is_who_said_it_last_for_the_present_stage() -> None:
    said = [entry("on_the_way", 1, "王芳"), entry("on_the_way", 2, "李敏"), entry("on_site", 9, "王强")]
    assert gone_by(said, "on_the_way") == "李敏"
    assert gone_by(said, "on_site") == "王强"
    assert gone_by(said, "acknowledged") is None
