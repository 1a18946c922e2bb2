"""Targets of answer times: what is kept, what is missed, and what breaks with the next late answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.proof.answer_counts import month_of, months_back
from hub.proof.answer_times import TARGETS, Share, misses_allowed

WITHIN_60, WITHIN_180, ON_SITE = TARGETS


def test_the_targets_are_those_of_telecare() -> None:
    assert [(t.within.total_seconds(), t.share) for t in TARGETS] == [(60, 0.975), (180, 0.99), (2700, 0.9)]


@pytest.mark.parametrize(
    ("judged", "kept", "standing"),
    [
        (0, 0, "none"),
        (10, 10, "kept"),
        (10, 9, "missed"),
        (39, 38, "missed"),
        (40, 39, "near"),
        (79, 78, "kept"),
        (80, 78, "near"),
        (80, 77, "missed"),
    ],
)
def test_one_miss_in_forty_is_the_limit_of_975_in_a_thousand(judged: int, kept: int, standing: str) -> None:
    assert Share(WITHIN_60, judged, kept).standing == standing


@given(st.sampled_from(TARGETS), st.integers(1, 5000), st.data())
def test_a_target_is_missed_exactly_when_its_share_is_not_reached(
    target: object, judged: int, data: st.DataObject
) -> None:
    kept = data.draw(st.integers(0, judged))
    share = Share(target, judged, kept)  # type: ignore[arg-type]
    per_mille = round(share.target.share * 1000)
    assert (share.standing == "missed") == (kept * 1000 < per_mille * judged)


@given(st.integers(1, 5000), st.data())
def test_what_is_near_breaks_with_the_next_miss(judged: int, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, judged))
    if Share(WITHIN_60, judged, kept).standing == "near":
        assert Share(WITHIN_60, judged + 1, kept).standing == "missed"
        assert judged - kept <= misses_allowed(0.975, judged)


def test_a_month_begins_at_midnight_by_the_clock_of_the_place() -> None:
    since, until = month_of("2026-11", "Asia/Shanghai")
    assert since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert until == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month_of("2026-12", "UTC")[1] == datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError):
        month_of("2026-13", "UTC")


def test_eleven_months_back_from_a_november_morning_is_december() -> None:
    now = datetime(2026, 11, 30, 20, tzinfo=UTC)  # the first of December in China
    assert months_back(now, "Asia/Shanghai", 11) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert months_back(now, "UTC", 11) == datetime(2025, 12, 1, tzinfo=UTC)
