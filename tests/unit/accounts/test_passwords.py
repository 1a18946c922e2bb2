"""Passwords and the patience that wrong ones cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.accounts.passwords import LIMITS, WINDOW, PasswordError, hash_password, is_right, wait

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)


def test_a_password_fits_its_hash_and_no_other() -> None:
    kept = hash_password("three tall bamboos")
    assert kept.startswith("$argon2id$")
    assert is_right(kept, "three tall bamboos")
    assert not is_right(kept, "three tall bamboo")
    assert not is_right(None, "three tall bamboos")
    assert not is_right("no hash at all", "three tall bamboos")


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused_with_what_to_do(weak: str) -> None:
    with pytest.raises(PasswordError, match="Choose"):
        hash_password(weak)


def test_the_wait_ends_when_the_oldest_failure_no_longer_counts() -> None:
    failures = [NOW - timedelta(minutes=minute) for minute in (10, 8, 6, 4, 2)]
    assert wait(failures, [], [], NOW) == WINDOW - timedelta(minutes=10)
    assert wait(failures[1:], [], [], NOW) is None
    assert wait(failures, [], [], NOW + timedelta(minutes=6)) is None


def test_a_stranger_elsewhere_cannot_lock_a_station_out_with_a_few_tries() -> None:
    by_strangers = [NOW - timedelta(seconds=second) for second in range(30, 0, -1)]
    assert wait([], [], by_strangers, NOW) is None
    assert LIMITS[0] < LIMITS[1] < LIMITS[2]


def test_one_address_that_tries_many_logins_waits() -> None:
    assert wait([], [NOW - timedelta(seconds=1)] * LIMITS[1], [], NOW) == WINDOW - timedelta(seconds=1)
