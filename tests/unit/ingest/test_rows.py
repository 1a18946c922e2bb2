"""What becomes of an event's time and flags on its way into a row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import instant, milliseconds
from hub.ingest.rows import believed_at, row_of
from hub.storage.flags import HISTORIC, HOLDOVER, IMPLAUSIBLE, LATE, UNSYNCED
from models.contract.messages import Clock, Event

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)
NOW_MS = milliseconds(NOW)


def event(at: datetime, clock: Clock = "synced", **more: object) -> Event:
    return Event(seq=1, at=milliseconds(at), mono=1, device="0x01", kind="motion", clock=clock, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "clock", "believed"),
    [
        (NOW - timedelta(seconds=1), "synced", True),
        (NOW - timedelta(days=5000), "synced", True),  # a recording
        (NOW + timedelta(minutes=4), "synced", True),  # a clock that runs ahead a little
        (NOW + timedelta(minutes=6), "synced", False),
        (datetime(1970, 1, 1, 0, 5, tzinfo=UTC), "synced", False),
        (datetime(2100, 1, 1, tzinfo=UTC), "holdover", False),
        (NOW - timedelta(minutes=9), "unsynced", True),
        (NOW - timedelta(minutes=11), "unsynced", False),
        (NOW - timedelta(days=20), "holdover", True),
    ],
)
def test_a_clock_is_believed_as_far_as_it_can_be(at: datetime, clock: Clock, believed: bool) -> None:
    assert believed_at(event(at, clock), NOW_MS) == (milliseconds(at) if believed else NOW_MS)


def test_a_time_that_was_not_believed_is_kept_beside() -> None:
    row = row_of("wang", 7, event(datetime(1970, 1, 1, tzinfo=UTC)), NOW_MS, NOW)
    assert row[3] == NOW
    assert json.loads(row[9]) == {"said_at": 0}
    assert row[8] & UNSYNCED


def test_flags_say_what_the_event_said_of_itself() -> None:
    said = event(NOW, "holdover", late=True, historic=True, value=7.0)
    assert row_of("wang", 7, said, NOW_MS, NOW)[8] == LATE | HISTORIC | HOLDOVER | IMPLAUSIBLE


@given(
    at=st.integers(min_value=0, max_value=2**53), clock=st.sampled_from(["synced", "holdover", "unsynced"])
)
def test_whatever_the_clock_says_the_row_has_an_instant(at: int, clock: Clock) -> None:
    said = Event(seq=1, at=at, mono=1, device="0x01", kind="sos", clock=clock)
    believed = believed_at(said, NOW_MS)
    assert instant(believed) <= NOW + timedelta(minutes=5)
    assert row_of("wang", 7, said, believed, NOW)[3] == instant(believed)
