"""Nobody seen moving: 12 hours at any time, 4 by day; nothing is said where nobody could have been seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.detection.finding import Cleared, Finding
from tests.unit.detection.lane import DEVICES, HOUR, MINUTE, Lane, device, risks


def quiet_since(start: str, zone: str = "Asia/Shanghai") -> Lane:
    """A home where somebody was in the kitchen at `start`, and nothing has moved since."""
    lane = Lane(start, zone)
    lane.moves("kitchen")
    return lane


@pytest.mark.parametrize(
    ("last", "raised_at", "limit_h"),
    [
        ("2026-03-10 09:00", "2026-03-10 13:00", 4),  # by day
        ("2026-03-10 17:59", "2026-03-10 21:59", 4),
        ("2026-03-10 18:00", "2026-03-10 22:00", 4),  # the day's last minute
        ("2026-03-10 18:01", "2026-03-11 06:01", 12),  # past the day: 12 h come before 11 o'clock
        ("2026-03-10 22:30", "2026-03-11 10:30", 12),
        ("2026-03-10 23:30", "2026-03-11 11:00", 4),  # four hours of the new day
        ("2026-03-11 02:00", "2026-03-11 11:00", 4),
        ("2026-03-11 06:59", "2026-03-11 11:00", 4),
        ("2026-03-11 07:01", "2026-03-11 11:01", 4),
    ],
)
def test_quiet_is_raised_when_its_time_has_come_and_not_a_minute_sooner(
    last: str, raised_at: str, limit_h: int
) -> None:
    lane = quiet_since(last)
    lane.until(raised_at)
    assert [one.occurred_at for one in lane.findings] == [lane.instant(raised_at)]
    [finding] = lane.findings
    assert (finding.risk, finding.severity) == ("inactivity", "warning")
    assert finding.room == "kitchen"
    assert finding.reason.values["quiet_s"] == (lane.now - lane.instant(last)) / 1000
    assert finding.reason.values["limit_s"] == limit_h * 3600
    assert finding.reason.values["seen_at"] == lane.instant(last)


@pytest.mark.parametrize(
    ("last", "raised_at"),
    [
        # Warsaw: on 2026-03-29 the night is an hour shorter, on 2026-10-25 an hour longer.
        ("2026-03-28 23:30", "2026-03-29 11:00"),
        ("2026-03-28 21:00", "2026-03-29 10:00"),  # 12 real hours
        ("2026-10-24 23:30", "2026-10-25 10:30"),  # 12 real hours come before 11 o'clock
        ("2026-10-25 02:30", "2026-10-25 11:00"),
    ],
)
def test_on_the_days_when_the_clocks_change_hours_are_real_hours(last: str, raised_at: str) -> None:
    lane = quiet_since(last, "Europe/Warsaw")
    lane.until(raised_at)
    assert [one.occurred_at for one in lane.findings] == [lane.instant(raised_at)]


def test_it_is_raised_once_and_movement_ends_it() -> None:
    lane = quiet_since("2026-03-10 09:00")
    assert risks(lane.passes(hours=30)) == ["+inactivity"]
    [over] = lane.moves("hall")
    assert isinstance(over, Cleared)
    assert over.dedup_key == "inactivity"
    assert over.reason.values["room"] == "hall"
    assert risks(lane.until("2026-03-11 19:00")) == ["+inactivity"]


def test_a_home_where_life_goes_on_is_left_alone_for_a_week() -> None:
    lane = Lane("2026-03-09 07:00")
    for _ in range(7):
        assert lane.lives(hours=16) == []
        assert lane.passes(hours=8) == []


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("pir-hall", "motion", 1.0),
        ("radar", "presence", 1.0),
        ("fridge", "contact", 1.0),
        ("pendant", "sos", 1.0),
        ("front-door", "contact", 1.0),
    ],
)
def test_these_are_signs_of_life(name: str, kind: str, value: float) -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.passes(hours=3)
    lane.says(name, kind, value)
    assert lane.state.activity_at == lane.now
    assert lane.state.activity_device == name


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("pir-hall", "motion", 0.0),
        ("radar", "presence", 0.0),
        ("radar", "presence", None),
        ("thermometer", "temperature", 21.0),
        ("smoke-hall", "smoke_test", 1.0),
        ("ups", "mains", 1.0),
    ],
)
def test_these_are_no_signs_of_life(name: str, kind: str, value: float | None) -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.passes(hours=3)
    lane.says(name, kind, value)
    assert lane.state.activity_at == lane.instant("2026-03-10 09:00")


def test_a_fridge_that_repeats_itself_is_nobodys_doing() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.says("fridge", "contact", 1.0)
    for _ in range(3):
        lane.passes(hours=1)
        lane.says("fridge", "contact", 1.0)
    assert risks(lane.passes(hours=1)) == ["+inactivity"]


def test_a_door_that_is_closed_again_is_somebodys_doing() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.says("fridge", "contact", 1.0)
    lane.passes(hours=3)
    lane.says("fridge", "contact", 0.0)
    assert lane.state.activity_at == lane.now


def test_late_movement_moves_the_last_activity_but_never_back() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.passes(hours=3)
    lane.says("pir-hall", "motion", ago=HOUR, late=True)
    assert lane.state.activity_at == lane.now - HOUR
    lane.says("pir-hall", "motion", ago=2 * HOUR, late=True)
    assert lane.state.activity_at == lane.now - HOUR
    assert lane.until("2026-03-10 14:59") == []
    assert risks(lane.until("2026-03-10 15:00")) == ["+inactivity"]


def test_late_movement_that_shows_it_was_not_so_quiet_ends_the_finding() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.until("2026-03-10 13:05")
    assert risks(lane.says("pir-hall", "motion", ago=HOUR, late=True)) == ["-inactivity"]


def test_an_old_movement_that_changes_nothing_ends_nothing() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.until("2026-03-10 13:05")
    assert lane.says("pir-hall", "motion", ago=5 * HOUR, late=True) == []


# ── who is out ────────────────────────────────────────────────────────────────────────────────────────────


def leaves(lane: Lane) -> None:
    """Somebody goes out by the front door."""
    lane.moves("hall")
    lane.says("front-door", "contact", 1.0)
    lane.passes(seconds=20)
    lane.moves("hall")  # the hall still sees who is leaving
    lane.says("front-door", "contact", 0.0)


def test_a_shopping_trip_is_nothing() -> None:
    lane = Lane("2026-03-10 08:00")
    leaves(lane)
    assert lane.passes(hours=6) == []
    lane.says("front-door", "contact", 1.0)
    lane.says("front-door", "contact", 0.0)
    lane.passes(minutes=1)
    assert lane.moves("kitchen") == []


def test_who_is_not_back_after_twelve_hours_deserves_a_call_that_says_so() -> None:
    lane = Lane("2026-03-10 08:00")
    leaves(lane)
    left_at = lane.now
    [finding] = lane.passes(hours=12)
    assert isinstance(finding, Finding)
    assert finding.occurred_at == left_at + 12 * HOUR
    assert finding.reason.text.startswith("Probably out since {left_at}")
    assert finding.reason.values["left_at"] == left_at


def test_movement_in_another_room_after_the_door_means_that_somebody_is_in() -> None:
    lane = Lane("2026-03-10 08:00")
    leaves(lane)
    lane.passes(seconds=30)
    lane.moves("kitchen")
    assert lane.passes(hours=3.9) == []
    [finding] = lane.passes(hours=0.1)
    assert isinstance(finding, Finding)
    assert finding.reason.values["limit_s"] == 4 * 3600


def test_movement_by_the_door_long_after_it_means_that_somebody_is_in() -> None:
    lane = Lane("2026-03-10 08:00")
    leaves(lane)
    lane.passes(minutes=3)
    lane.moves("hall")
    assert risks(lane.passes(hours=4)) == ["+inactivity"]


# ── who could have been seen ──────────────────────────────────────────────────────────────────────────────


def test_with_all_sensors_dead_nothing_is_said_about_people() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.mute = set(lane.seen)
    told = lane.passes(hours=20)
    assert "+inactivity" not in risks(told)
    assert "+device_silent" in risks(told)
    [(risk, reason)] = [
        one for one in lane.judge.abstentions(lane.profile, lane.state, lane.now) if one[0] == "inactivity"
    ]
    assert risk == "inactivity"
    assert reason.values["sensors"] == 5


def test_one_sensor_that_is_heard_is_enough_and_the_reason_counts_them() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.mute = {"pir-hall", "pir-bedroom", "fridge", "radar"}
    lane.until("2026-03-10 13:00")
    [finding] = [one for one in lane.findings if one.risk == "inactivity"]
    assert (finding.reason.values["alive"], finding.reason.values["sensors"]) == (1, 5)


def test_after_blindness_quiet_is_counted_from_when_sensors_are_heard_again() -> None:
    lane = quiet_since("2026-03-10 08:00")
    lane.mute = set(lane.seen)
    lane.passes(hours=8)
    lane.mute = set()
    told = lane.passes(hours=3.9)
    assert "+inactivity" not in risks(told)
    [finding] = [one for one in lane.passes(minutes=10) if isinstance(one, Finding)]
    assert finding.risk == "inactivity"
    assert finding.reason.text.startswith("No movement since the sensors can be heard")


def test_a_home_without_a_sensor_inside_is_never_called_quiet() -> None:
    devices = {name: DEVICES[name] for name in ("front-door", "pendant", "smoke-hall")}
    lane = Lane(devices=devices)
    lane.says("pendant", "sos")
    assert lane.passes(hours=48) == []


def test_while_the_line_is_down_quiet_is_not_judged_and_the_backlog_is_awaited() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.passes(hours=1)
    lane.speaking = False
    assert risks(lane.passes(hours=4)) == ["+home_silent"]
    seen_at = lane.now - 20 * MINUTE
    assert risks(lane.health()) == ["-home_silent"]
    lane.speaking = True
    assert lane.passes(seconds=30) == []
    late = lane.event("pir-hall", "motion", 1.0, ago=lane.now - seen_at, late=True)
    assert lane.arrive(late) == []
    assert lane.passes(hours=3) == []


def test_an_edge_that_is_far_behind_is_waited_for_but_not_for_ever() -> None:
    lane = quiet_since("2026-03-10 09:00")
    lane.passes(hours=1)
    lane.speaking = False
    lane.passes(hours=4)
    for _ in range(58):
        assert "+inactivity" not in risks(lane.health(oldest_s=3 * 3600.0))
        assert "+inactivity" not in risks(lane.passes(minutes=1))
    told = []
    for _ in range(8):
        told += lane.health(oldest_s=3 * 3600.0) + lane.passes(minutes=1)
    assert risks(told) == ["+inactivity"]


def test_an_edge_that_was_off_saw_nobody_meanwhile() -> None:
    lane = quiet_since("2026-03-10 08:00")
    lane.speaking = False
    lane.passes(hours=5)
    assert risks(lane.birth(boot="boot-2")) == ["-home_silent"]
    assert "+inactivity" not in risks(lane.passes(hours=3.9))
    assert "+inactivity" in risks(lane.passes(minutes=10))


def test_a_new_home_is_quiet_from_when_it_is_watched() -> None:
    lane = Lane("2026-03-10 10:00", devices={"pir-hall": device("hall", "motion")})
    lane.until("2026-03-10 13:59")
    assert lane.findings == []
    lane.until("2026-03-10 14:00")
    assert [one.risk for one in lane.findings] == ["inactivity"]


# ── without heartbeats the judge still wakes in time ──────────────────────────────────────────────────────


def test_in_a_home_without_supervision_each_quiet_day_is_found_when_it_comes() -> None:
    lane = Lane(
        "2026-03-10 08:00", devices={"pir-hall": device("hall", "motion", heartbeat=None)}, supervision=0
    )
    lane.speaking = False
    raised = []
    for day in range(10, 14):
        lane.until(f"2026-03-{day} 08:00")
        lane.moves("hall")
        lane.until(f"2026-03-{day} 12:30")
        raised.append(lane.findings[-1].occurred_at)
    assert raised == [lane.instant(f"2026-03-{day} 12:00") for day in range(10, 14)]


def test_in_a_home_without_supervision_who_comes_home_counts_from_then() -> None:
    devices = {
        name: replace(DEVICES[name], heartbeat=None) for name in ("pir-hall", "pir-kitchen", "front-door")
    }
    lane = Lane("2026-03-10 08:00", devices=devices, supervision=0)
    lane.speaking = False
    leaves(lane)
    lane.passes(hours=4)
    lane.says("front-door", "contact", 1.0)
    lane.says("front-door", "contact", 0.0)
    lane.passes(minutes=1)
    lane.moves("kitchen")
    back_at = lane.now
    lane.passes(hours=4)
    assert [one.occurred_at for one in lane.findings if one.risk == "inactivity"] == [back_at + 4 * HOUR]
