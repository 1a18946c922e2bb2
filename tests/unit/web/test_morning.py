"""Up and well, not yet up, or not known: in one word, and never well where nobody can see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.care.call_script import questions
from hub.web.last_hour import Seen, seen
from hub.web.maps import map_link
from hub.web.morning import morning

CHINA = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
ROOMS = {"bath": "bathroom", "kit": "kitchen", "door": "front door"}


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def moved(hour: float, device: str, kind: str = "motion", value: float = 1.0) -> dict[str, Any]:
    return {"occurred_at": at(hour), "device": device, "kind": kind, "value": value}


@pytest.mark.parametrize(
    ("state", "events", "hour", "word"),
    [
        ("calm", [moved(7, "kit")], 9, "up"),
        ("calm", [moved(7, "bath")], 9, "not_up"),
        ("calm", [moved(2, "kit")], 9, "not_up"),
        ("calm", [], 5, "night"),
        ("unknown", [moved(7, "kit")], 9, "unknown"),
        ("emergency", [moved(7, "kit")], 9, "emergency"),
        ("paused", [moved(7, "kit")], 9, "unwatched"),
    ],
)
def test_the_word_of_the_morning(state: str, events: list[dict[str, Any]], hour: float, word: str) -> None:
    assert morning(state, events, ROOMS, CHINA, at(hour)).word == word


def test_an_agreed_absence_is_said_until_somebody_is_seen() -> None:
    assert morning("calm", [], ROOMS, CHINA, at(9), away=True).word == "away"
    assert morning("calm", [moved(8, "kit")], ROOMS, CHINA, at(9), away=True).word == "up"


def test_the_last_hour_joins_neighbours_and_leaves_out_what_is_only_measured() -> None:
    events = [moved(8, "kit"), moved(8.1, "kit", "temperature", 19), moved(8.2, "kit"), moved(8.5, "bath")]
    assert seen(events, ROOMS) == [
        Seen("bathroom", "motion", at(8.5), at(8.5)),
        Seen("kitchen", "motion", at(8), at(8.2)),
    ]


def test_a_map_is_that_of_the_country_and_none_without_an_address() -> None:
    assert map_link("东街 12号", "Asia/Shanghai").startswith("https://uri.amap.com/search?keyword=%E4%B8%9C")
    assert "openstreetmap" in map_link("12 East Street", "Europe/London")
    assert map_link(" ", "Asia/Shanghai") == ""


def test_nobody_is_asked_about_a_line_that_is_down() -> None:
    assert questions("home_silent", "李敏", "zh") == []
    assert "李敏" in questions("fall", "李敏", "zh")[0]
