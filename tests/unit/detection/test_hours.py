"""Day and night by the home's own clock, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.detection.hours import day_of, is_night, local, night_from

HOUR = 3_600_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "utc", "night"),
    [
        ("Asia/Shanghai", "2026-03-10T14:59", False),  # 22:59
        ("Asia/Shanghai", "2026-03-10T15:00", True),
        ("Asia/Shanghai", "2026-03-10T20:59", True),
        ("Asia/Shanghai", "2026-03-10T21:00", False),
        ("Europe/Warsaw", "2026-03-29T02:59", True),  # 04:59, an hour after the jump
        ("Europe/Warsaw", "2026-03-29T03:00", False),
        ("Europe/Warsaw", "2026-10-25T03:59", True),
        ("Europe/Warsaw", "2026-10-25T04:00", False),
        ("America/St_Johns", "2026-07-01T01:29", False),  # 22:59 at an offset of two and a half hours
        ("America/St_Johns", "2026-07-01T01:30", True),
    ],
)
def test_night_is_from_eleven_to_five_on_the_wall(zone: str, utc: str, night: bool) -> None:
    assert is_night(zone, at(utc)) is night


def test_days_are_as_long_as_they_are() -> None:
    short = day_of("Europe/Warsaw", at("2026-03-29T12:00"))
    long = day_of("Europe/Warsaw", at("2026-10-25T12:00"))
    before = day_of("Europe/Warsaw", at("2026-03-29T12:00"), later=-1)
    assert short.start - before.start == 23 * HOUR
    assert day_of("Europe/Warsaw", at("2026-10-24T12:00"), later=1) == long
    assert long.start - day_of("Europe/Warsaw", at("2026-10-24T12:00")).start == 25 * HOUR
    assert short.end - short.start == long.end - long.start == 15 * HOUR


def test_the_next_night_is_now_by_night_and_this_evening_by_day() -> None:
    zone = "Asia/Shanghai"
    midnight = at("2026-03-10T16:30")
    assert night_from(zone, midnight) == midnight
    noon = at("2026-03-10T04:00")
    assert local(zone, night_from(zone, noon)).hour == 23
    assert night_from(zone, noon) - noon == 11 * HOUR
