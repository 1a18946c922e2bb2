"""When a need is due, where it may go, and that none is lost: without a database or a clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.care.needs import (
    BY_DAY,
    NEXT,
    SAME_WISH,
    STATES,
    WAITING,
    Hours,
    State,
    due_at,
    is_day,
    is_overdue,
    may_go,
    same_wish,
    tally,
)

CHINA = ZoneInfo("Asia/Shanghai")
HOURS = Hours("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-21 10:00", "2026-11-21 12:00"),
        ("2026-11-21 08:00", "2026-11-21 10:00"),
        ("2026-11-21 16:00", "2026-11-21 18:00"),
        ("2026-11-21 16:01", "2026-11-22 09:00"),
        ("2026-11-21 18:00", "2026-11-22 09:00"),
        ("2026-11-21 23:30", "2026-11-22 09:00"),
        ("2026-11-22 03:12", "2026-11-22 09:00"),
        ("2026-11-22 07:59", "2026-11-22 09:00"),
        ("2026-12-31 22:00", "2027-01-01 09:00"),
    ],
)
def test_a_wish_is_due_in_two_hours_by_day_and_at_nine_after_a_night(asked: str, due: str) -> None:
    assert due_at(HOURS, local(asked)) == local(due)


@given(
    st.timedeltas(timedelta(), timedelta(days=730)),
    st.sampled_from(["Asia/Shanghai", "Europe/Dublin", "America/New_York", "Pacific/Chatham"]),
    st.times(time(5), time(11)),
)
def test_whenever_somebody_asks_it_is_due_by_day_and_within_a_day(
    later: timedelta, zone: str, opens: time
) -> None:
    hours = Hours(zone, opens, time(18))
    asked = datetime(2026, 1, 1, tzinfo=UTC) + later
    due = due_at(hours, asked)
    assert asked < due <= asked + timedelta(hours=25)
    assert is_day(hours, due - timedelta(microseconds=1))
    if is_day(hours, asked):
        assert (
            due <= asked + BY_DAY
            or due.astimezone(ZoneInfo(zone)).date() > asked.astimezone(ZoneInfo(zone)).date()
        )


def test_only_what_somebody_waits_for_can_be_overdue() -> None:
    due = local("2026-11-21 12:00")
    for state in STATES:
        assert is_overdue(state, due, due + timedelta(seconds=1)) == (state in ("open", "taken"))
        assert not is_overdue(state, due, due)


def test_presses_close_together_are_one_wish_while_it_waits() -> None:
    at = local("2026-11-21 12:00")
    assert same_wish("open", at, at + SAME_WISH - timedelta(seconds=1))
    assert not same_wish("open", at, at + SAME_WISH)
    assert not same_wish("done", at, at), "a new wish after the first was met"
    assert not same_wish("open", None, at), "written down by hand"


@given(st.lists(st.lists(st.sampled_from(STATES), max_size=8), max_size=30))
def test_no_need_is_ever_lost_or_comes_back_from_its_end(walks: list[list[State]]) -> None:
    states: list[State] = []
    for walk in walks:
        here: State = "open"
        for there in walk:
            if may_go(here, there):
                assert here in WAITING
                here = there
        states.append(here)
    counts = tally(states)
    assert set(counts) == set(STATES)
    assert sum(counts.values()) == len(walks)


def test_every_state_is_in_the_table() -> None:
    assert set(NEXT) == set(STATES)
    assert all(onward <= set(STATES) for onward in NEXT.values())
    assert {"open", "taken"} == WAITING
