"""The clock of a simulated home."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from simulators.clock import Clock


def real() -> int:
    return time.time_ns() // 1_000_000


def test_by_default_it_is_now() -> None:
    before = real()
    assert before <= Clock().now() <= real()


def test_a_fast_past_runs_ahead_of_life_but_never_past_the_present() -> None:
    clock = Clock(1e15, datetime.now(UTC) - timedelta(days=30))
    assert clock.now() <= real()
    assert real() - clock.now() < 5_000


def test_waiting_takes_as_much_less_as_it_runs_faster() -> None:
    clock = Clock(100.0, datetime.now(UTC) - timedelta(days=30))
    assert clock.seconds_until(clock.now() + 1_000_000) == pytest.approx(10, abs=0.5)
    assert clock.seconds_until(0) == 0


def test_no_home_starts_in_the_future() -> None:
    assert Clock(2.0, datetime.now(UTC) + timedelta(days=1)).now() <= real()


def test_a_clock_that_stands_still_is_refused() -> None:
    with pytest.raises(ValueError, match="0"):
        Clock(0)
