"""One day of a home as a ribbon: what is drawn, and what is hatched because nobody can know."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hub.web.moments import bounds
from hub.web.ribbon import GAP, Ribbon, Silence, build, gaps

CHINA = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # midnight in China
END = START + timedelta(days=1)

DEVICES: list[dict[str, Any]] = [
    {"id": "bed", "room": "bedroom", "kinds": ["bed"], "placed": True},
    {"id": "bath", "room": "bathroom", "kinds": ["motion"], "placed": True},
    {"id": "door", "room": "front door", "kinds": ["contact"], "placed": True},
    {"id": "kitchen-1", "room": "kitchen", "kinds": ["motion"], "placed": True},
    {"id": "kitchen-2", "room": "kitchen", "kinds": ["appliance"], "placed": True},
    {"id": "smoke", "room": "hall", "kinds": ["smoke"], "placed": True},
]


def event(hour: float, device: str, kind: str, value: float = 1.0) -> dict[str, Any]:
    return {"occurred_at": START + timedelta(hours=hour), "device": device, "kind": kind, "value": value}


def ribbon(
    *events: dict[str, Any],
    silences: tuple[Silence, ...] = (),
    now: datetime = END + timedelta(days=3),
    day: date = date(2026, 11, 21),
    zone: ZoneInfo = CHINA,
) -> Ribbon:
    start, end = bounds(day, zone.key)
    return build(
        start=start, end=end, zone=zone, devices=DEVICES, events=events, silences=silences, alerts=[], now=now
    )


def row(found: Ribbon, room: str) -> Any:
    return next(row for row in found.rows if row.room == room)


def test_rooms_come_in_the_order_of_daily_life_and_only_those_that_see_something() -> None:
    assert [row.room for row in ribbon().rows] == ["bedroom", "bathroom", "kitchen", "front door"]


def test_a_movement_is_at_least_five_minutes_wide_and_neighbours_join() -> None:
    found = ribbon(event(3.0, "bath", "motion"), event(3.07, "bath", "motion"), event(5.0, "bath", "motion"))
    assert row(found, "bathroom").moves == [(180, 185), (300, 305)]
    joined = ribbon(event(3.0, "bath", "motion"), event(3.1, "bath", "motion"))
    assert row(joined, "bathroom").moves == [(180, 190)]


def test_a_movement_lasts_until_the_sensor_says_that_it_ended() -> None:
    found = ribbon(event(3.0, "bath", "motion"), event(3.5, "bath", "motion", 0))
    assert row(found, "bathroom").moves == [(180, 210)]


def test_a_movement_whose_end_was_lost_is_not_drawn_for_hours() -> None:
    found = ribbon(event(3.0, "bath", "motion"), event(9.0, "bath", "motion", 0))
    assert row(found, "bathroom").moves == [(180, 185)]


def test_a_night_in_bed_that_began_the_day_before_is_drawn_from_midnight() -> None:
    found = ribbon(event(-1.5, "bed", "bed"), event(6.5, "bed", "bed", 0), event(21.5, "bed", "bed"))
    assert row(found, "bedroom").in_bed == [(0, 390), (1290, 1440)]


def test_a_door_is_a_tick_and_one_that_stays_open_a_span() -> None:
    found = ribbon(
        event(9, "door", "contact"), event(9.02, "door", "contact", 0),
        event(10, "door", "contact"), event(10.5, "door", "contact", 0),
    )  # fmt: skip
    assert row(found, "front door").doors == [540, 600]
    assert row(found, "front door").open_doors == [(600, 630)]


def test_a_silent_home_hatches_every_room_and_says_so_by_the_hour() -> None:
    silent = Silence(start=START + timedelta(hours=4), end=START + timedelta(hours=6))
    found = ribbon(silences=(silent,))
    assert {row.room: row.unknown for row in found.rows} == {
        room: [(240, 360)] for room in ("bedroom", "bathroom", "kitchen", "front door")
    }
    assert row(found, "kitchen").in_numbers(found.minutes, found.passed)[3:7] == ["·", "?", "?", "·"]


def test_an_hour_counts_as_still_only_when_it_was_heard_throughout() -> None:
    silent = Silence(start=START + timedelta(hours=4, minutes=50), end=START + timedelta(hours=6, minutes=10))
    found = ribbon(event(6.5, "kitchen-1", "motion"), silences=(silent,))
    assert row(found, "bathroom").in_numbers(found.minutes, found.passed)[3:8] == ["·", "?", "?", "?", "·"]
    assert row(found, "kitchen").in_numbers(found.minutes, found.passed)[3:8] == ["·", "?", "?", "5", "·"]


def test_nothing_is_said_of_hours_to_come() -> None:
    now = START + timedelta(hours=7, minutes=20)
    today = ribbon(event(7.1, "bath", "motion"), now=now)
    numbers = row(today, "bathroom").in_numbers(today.minutes, today.passed)
    assert numbers == [*["·"] * 7, "5", *[""] * 16]
    tomorrow = ribbon(now=START - timedelta(hours=1))
    assert (tomorrow.passed, tomorrow.now) == (0, None)
    assert row(tomorrow, "bathroom").in_numbers(tomorrow.minutes, tomorrow.passed) == [""] * 24


def test_a_room_is_unknown_only_while_all_its_sensors_are_silent() -> None:
    first = Silence(start=START, end=START + timedelta(hours=6), device="kitchen-1")
    second = Silence(start=START + timedelta(hours=4), end=END, device="kitchen-2")
    assert row(ribbon(silences=(first,)), "kitchen").unknown == []
    assert row(ribbon(silences=(first, second)), "kitchen").unknown == [(240, 360)]


def test_the_present_is_marked_on_the_present_day_alone() -> None:
    assert ribbon(now=START + timedelta(hours=7)).now == 420
    assert ribbon().now is None


def test_a_door_that_is_still_open_is_drawn_up_to_the_present() -> None:
    found = ribbon(event(9, "door", "contact"), now=START + timedelta(hours=10))
    assert row(found, "front door").open_doors == [(540, 600)]


def test_nights_are_dark_at_both_ends_of_the_day() -> None:
    assert ribbon().nights == [(0, 360), (1320, 1440)]


def test_the_days_on_which_clocks_change_are_as_long_as_they_are() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    long, short = ribbon(day=date(2026, 10, 25), zone=berlin), ribbon(day=date(2026, 3, 29), zone=berlin)
    assert (long.minutes, short.minutes) == (1500, 1380)
    assert [hour for _, hour in long.hours][:5] == [0, 1, 2, 2, 3]
    assert [hour for _, hour in short.hours][:4] == [0, 1, 3, 4]


def test_a_quiet_night_is_no_gap_but_half_a_day_without_a_word_is() -> None:
    evening, morning = START - timedelta(hours=2), START + timedelta(hours=8)
    late = START + timedelta(hours=21)
    assert gaps([evening, morning, late], START, late) == [Silence(start=morning, end=late)]


def test_before_the_first_and_after_the_last_word_nothing_is_known() -> None:
    noon = START + timedelta(hours=12)
    assert gaps([noon], START, END) == [Silence(start=START, end=noon), Silence(start=noon, end=END)]
    assert gaps([], START, END) == [Silence(start=START, end=END)]


@given(
    st.lists(st.floats(-12, 36), max_size=30),
    st.lists(st.tuples(st.floats(-5, 30), st.floats(-5, 30)), max_size=5),
)
def test_whatever_happened_all_spans_lie_within_the_day_in_order(
    hours: list[float], silent: list[tuple[float, float]]
) -> None:
    events = [event(hour, "bath", "motion", n % 2) for n, hour in enumerate(sorted(hours))]
    silences = [
        Silence(start=START + timedelta(hours=min(pair)), end=START + timedelta(hours=max(pair)))
        for pair in silent
    ]
    found = ribbon(*events, silences=tuple(silences))
    for room in found.rows:
        for spans in (room.moves, room.unknown):
            flat = [minute for span in spans for minute in span]
            assert flat == sorted(set(flat))
            assert all(0 <= minute <= found.minutes for minute in flat)


def test_the_limit_of_a_gap_is_longer_than_a_long_night() -> None:
    assert timedelta(hours=10) < GAP < timedelta(days=1)
