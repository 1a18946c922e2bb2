"""Late, historic, and clocks that nobody set."""

from __future__ import annotations

from typing import Any

import pytest

from edge_agent.clock import WallClock
from edge_agent.core.timing import freshness
from edge_agent.machine import EARLIEST_MS, boot_id, clock, mono_ms, now_ms
from models.contract.topics import is_id

NOW = 1_795_000_000_000
MINUTE = 60_000


def mark(age_ms: int, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "at": NOW - age_ms,
        "mono": 10**9 - age_ms,
        "clock": "synced",
        "same_boot": True,
        "now": NOW,
        "now_mono": 10**9,
        "now_clock": "synced",
        "history": False,
    }
    return freshness(**(facts | changes))


def test_an_event_older_than_ten_minutes_is_late() -> None:
    """Ten minutes themselves are not."""
    assert mark(10 * MINUTE) == "live"
    assert mark(10 * MINUTE + 1) == "late"
    assert mark(40 * 24 * 60 * MINUTE) == "late"


def test_only_a_home_that_is_being_commissioned_has_historic_events() -> None:
    """Older than a day; younger ones are late as everywhere."""
    assert mark(25 * 60 * MINUTE, history=True) == "historic"
    assert mark(23 * 60 * MINUTE, history=True) == "late"
    assert mark(MINUTE, history=True) == "live"


@pytest.mark.parametrize("wrong", [{"clock": "unsynced"}, {"now_clock": "unsynced"}])
def test_a_wrong_clock_decides_nothing(wrong: dict[str, str]) -> None:
    """Only the time since the machine's start counts; of an earlier run nobody knows the age."""
    assert mark(5 * MINUTE, at=0, **wrong) == "live"
    assert mark(11 * MINUTE, at=NOW, **wrong) == "late"
    assert mark(MINUTE, same_boot=False, **wrong) == "late"
    assert mark(11 * MINUTE, at=0, history=True, **wrong) == "late"


def test_a_clock_before_the_product_existed_is_wrong() -> None:
    """A Pi that woke up in 1970."""
    assert clock(EARLIEST_MS - 1) == "unsynced"
    assert clock(0) == "unsynced"
    assert clock(now_ms()) in ("synced", "holdover")


def test_the_machine_has_a_run_of_its_own_and_a_clock_that_never_goes_back() -> None:
    """Both as the contract needs them."""
    assert is_id(boot_id())
    assert boot_id() == boot_id()
    first = mono_ms()
    assert mono_ms() >= first > 0


def test_the_moment_when_the_time_becomes_known_is_noticed_once() -> None:
    """From 1970 to today: the skew of today."""
    trust = {"now": "unsynced"}
    wall = WallClock(lambda _: trust["now"])  # type: ignore[arg-type,return-value]
    assert wall.look(5_000, 5_000) is None
    trust["now"] = "synced"
    assert wall.look(NOW, 20_000) == NOW - 20_000
    assert wall.look(NOW + 20_000, 40_000) is None
    assert wall.trust == "synced"


def test_a_clock_that_was_set_is_noticed_even_if_nobody_steers_it() -> None:
    """Set by hand, or by a time server that the kernel does not know of."""
    wall = WallClock(lambda _: "holdover")
    assert wall.look(NOW, 10_000) is None
    assert wall.look(NOW + 10_100, 20_000) is None
    assert wall.look(NOW + 86_400_000, 30_000) == NOW + 86_400_000 - 30_000
