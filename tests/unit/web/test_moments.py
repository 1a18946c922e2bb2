"""Times and durations as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.web import moments

NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)


def test_a_time_of_today_is_a_clock_time_in_the_homes_zone() -> None:
    assert moments.moment(NIGHT, "Asia/Shanghai", NIGHT, "en") == "03:12"
    assert moments.moment(NIGHT, "Europe/London", NIGHT, "en") == "19:12"


def test_a_file_gives_its_times_to_the_second() -> None:
    assert moments.moment(NIGHT, "Asia/Shanghai", NIGHT, "en", seconds=True) == "03:12:00"
    later = NIGHT + timedelta(days=1)
    assert moments.moment(NIGHT, "Asia/Shanghai", later, "en", seconds=True) == "22 Nov, 03:12:00"
    assert moments.moment(NIGHT, "Asia/Shanghai", later, "zh", seconds=True) == "11月22日 03:12:00"


def test_a_time_of_another_day_carries_its_date_and_of_another_year_its_year() -> None:
    at = NIGHT - timedelta(days=1)
    assert moments.moment(at, "Asia/Shanghai", NIGHT, "en") == "21 Nov, 03:12"
    assert moments.moment(at, "Asia/Shanghai", NIGHT, "zh") == "11月21日 03:12"
    assert moments.moment(at.replace(year=2011), "Asia/Shanghai", NIGHT, "en") == "21 Nov 2011, 03:12"


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(seconds=45), "45 s", "45秒"),
        (timedelta(minutes=26), "26 min", "26分钟"),
        (timedelta(hours=3), "3 h", "3小时"),
        (timedelta(hours=3, minutes=40), "3 h 40 min", "3小时40分钟"),
        (timedelta(hours=47, minutes=59), "47 h 59 min", "47小时59分钟"),
        (timedelta(days=2), "2 days", "2天"),
        (timedelta(seconds=-5), "0 s", "0秒"),
    ],
)
def test_durations_are_in_words(span: timedelta, english: str, chinese: str) -> None:
    assert moments.duration(span, "en") == english
    assert moments.duration(span, "zh") == chinese


def test_a_stopwatch_shows_hours_only_from_an_hour_on() -> None:
    assert moments.stopwatch(timedelta(minutes=4, seconds=12)) == "04:12"
    assert moments.stopwatch(timedelta(hours=1, minutes=4, seconds=12)) == "1:04:12"


def test_an_unknown_zone_is_shown_in_utc_and_fails_no_page() -> None:
    assert moments.clock(NIGHT, "Nowhere/Here") == "19:12"
    assert moments.clock(NIGHT, "../etc/passwd") == "19:12"
