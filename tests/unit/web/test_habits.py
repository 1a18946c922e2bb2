"""What is usual and what has changed: from the hours of 30 days; a day without a record is no zero."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.web.habits import DAYS, Habits, Trend, habits, spans

CHINA = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 21)


def hour(back: int, local: int, room: str = "kitchen", *, outer: bool = False, n: int = 3) -> dict[str, Any]:
    at = datetime(2026, 11, 21, local, tzinfo=CHINA) - timedelta(days=back)
    return {"hour": at.astimezone(UTC), "room": room, "outer": outer, "n": n}


def trend(found: Habits, name: str) -> Trend:
    return next(one for one in found.trends if one.name == name)


def test_usual_is_what_happens_on_half_of_the_days_at_least() -> None:
    rows = [hour(back, 7) for back in range(1, 21)] + [hour(back, 15) for back in range(1, 9)]
    found = habits(rows, TODAY, CHINA)
    assert (found.known, found.usual) == (20, {"kitchen": (7,)})


def test_nothing_is_usual_before_a_fortnight_is_known() -> None:
    assert habits([hour(back, 7) for back in range(1, 14)], TODAY, CHINA).usual == {}


def test_a_day_without_a_record_is_a_gap_and_the_present_day_is_not_counted() -> None:
    found = trend(habits([hour(0, 7), hour(1, 7), hour(3, 7)], TODAY, CHINA), "activity")
    assert found.values == (None,) * (DAYS - 3) + (1.0, None, 1.0)
    assert (found.week, found.before, found.changed) == (None, None, 0)


def test_a_week_with_more_nights_up_is_said_and_two_hours_more_in_eleven_are_not() -> None:
    rows = [hour(back, 2, "bathroom") for back in range(1, 31)]
    rows += [hour(back, h, "bathroom") for back in range(1, 8) for h in (4, 5)]
    rows += [hour(back, h) for back in range(1, 31) for h in range(8, 18)]
    found = habits(rows, TODAY, CHINA)
    assert (trend(found, "night_toilet").week, trend(found, "night_toilet").before) == (3, 1)
    assert trend(found, "night_toilet").changed == 1
    assert (trend(found, "activity").week, trend(found, "activity").changed) == (13, 0)
    assert trend(found, "sleep").week == 8


def test_a_door_that_opened_and_closed_is_one_time_out() -> None:
    rows = [hour(back, 9, "front door", outer=True, n=4) for back in range(1, 31)]
    assert trend(habits(rows, TODAY, CHINA), "outings").values[-1] == 2


def test_neighbouring_hours_are_one_span() -> None:
    assert spans((9, 7, 8, 22)) == [(420, 600), (1320, 1380)]
