"""Outer doors: open for too long, and somebody who left at night."""

from __future__ import annotations

import pytest

from models.detection.finding import Cleared, Finding
from tests.unit.detection.lane import DEVICES, HOUR, MINUTE, Lane, device, risks


def opened(start: str, zone: str = "Asia/Shanghai", **more: object) -> Lane:
    """A home whose front door was opened at `start` by somebody who then walks about inside."""
    lane = Lane(start, zone, **more)  # type: ignore[arg-type]
    lane.says("front-door", "contact", 1.0)
    lane.passes(seconds=10)
    lane.moves("kitchen")
    return lane


@pytest.mark.parametrize(
    ("opened_at", "raised_at"),
    [
        ("2026-03-10 12:00", "2026-03-10 12:15"),
        ("2026-03-10 22:40", "2026-03-10 22:55"),
        ("2026-03-10 22:50", "2026-03-10 23:00"),  # open for ten minutes when night begins
        ("2026-03-10 22:57", "2026-03-10 23:02"),
        ("2026-03-10 23:30", "2026-03-10 23:35"),
        ("2026-03-11 03:00", "2026-03-11 03:05"),
        ("2026-03-11 04:54", "2026-03-11 04:59"),
        ("2026-03-11 04:58", "2026-03-11 05:13"),  # day before five minutes are over
        ("2026-03-11 05:00", "2026-03-11 05:15"),
    ],
)
def test_an_open_door_is_raised_after_a_quarter_of_an_hour_and_sooner_by_night(
    opened_at: str, raised_at: str
) -> None:
    lane = opened(opened_at)
    lane.until(raised_at)
    found = [one for one in lane.findings if one.risk == "door_open"]
    assert len(found) == 1
    assert lane.told[-1] is found[0]
    assert found[0].severity == "warning"
    assert found[0].occurred_at == lane.instant(opened_at)
    assert found[0].reason.values["open_s"] == (lane.now - lane.instant(opened_at)) / 1000
    assert lane.passes(minutes=1) == []


@pytest.mark.parametrize(
    ("opened_at", "raised_at"),
    [
        # Warsaw. In the night of 29 March two o'clock is three; in that of 25 October there are two of it.
        ("2026-03-29 01:58", "2026-03-29 03:03"),
        ("2026-10-25 04:54", "2026-10-25 04:59"),
        ("2026-03-29 05:00", "2026-03-29 05:15"),
    ],
)
def test_nights_when_the_clocks_change(opened_at: str, raised_at: str) -> None:
    lane = opened(opened_at, "Europe/Warsaw")
    told = lane.until(raised_at)
    assert risks(told) == ["+door_open"]
    assert lane.now - lane.instant(opened_at) in (5 * 60_000, 15 * 60_000)


def test_closing_the_door_ends_it_and_the_next_opening_is_a_new_one() -> None:
    lane = opened("2026-03-10 12:00")
    lane.passes(minutes=20)
    [over] = lane.says("front-door", "contact", 0.0)
    assert isinstance(over, Cleared)
    assert over.dedup_key == "door_open:front-door"
    lane.says("front-door", "contact", 1.0)
    lane.moves("kitchen")
    assert risks(lane.passes(minutes=16)) == ["+door_open"]


def test_a_door_that_is_closed_in_time_is_nothing() -> None:
    lane = opened("2026-03-10 12:00")
    lane.passes(minutes=14)
    assert lane.says("front-door", "contact", 0.0) == []
    assert lane.passes(hours=1) == []


def test_a_door_that_repeats_that_it_is_open_is_open_since_the_first_word() -> None:
    lane = opened("2026-03-10 12:00")
    lane.passes(minutes=8)
    lane.says("front-door", "contact", 1.0)
    assert risks(lane.until("2026-03-10 12:15")) == ["+door_open"]


def test_a_fridge_may_stand_open() -> None:
    lane = Lane("2026-03-10 23:30")
    lane.says("fridge", "contact", 1.0)
    assert lane.passes(hours=2) == []


def test_nothing_is_said_of_a_door_whose_sensor_is_not_heard() -> None:
    door = device("hall", "contact", heartbeat=2 * MINUTE, outer_door=True)
    lane = opened("2026-03-10 12:00", devices=DEVICES | {"front-door": door})
    lane.mute = {"front-door"}
    assert risks(lane.passes(hours=1)) == ["+device_silent"]


# ── left at night ─────────────────────────────────────────────────────────────────────────────────────────


def leaves(lane: Lane) -> None:
    """Somebody goes out and closes the door."""
    lane.moves("hall")
    lane.says("front-door", "contact", 1.0)
    lane.passes(seconds=15)
    lane.moves("hall")
    lane.passes(seconds=15)
    lane.says("front-door", "contact", 0.0)


def test_who_leaves_at_night_and_does_not_come_back_is_missed_after_a_quarter_of_an_hour() -> None:
    lane = Lane("2026-03-11 02:10")
    leaves(lane)
    assert lane.passes(minutes=14, seconds=59) == []
    [finding] = lane.passes(seconds=1)
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity) == ("night_exit", "warning")
    assert finding.occurred_at == lane.instant("2026-03-11 02:10")
    assert finding.reason.values["quiet_s"] == 15 * 60
    lane.passes(minutes=10)
    assert lane.says("front-door", "contact", 1.0) == []
    lane.passes(seconds=5)
    lane.says("front-door", "contact", 0.0)
    lane.passes(seconds=10)
    assert risks(lane.moves("bedroom")) == ["-night_exit"]
    assert lane.passes(hours=3) == []


@pytest.mark.parametrize(
    ("at", "missed"), [("22:58", False), ("23:00", True), ("04:59", True), ("05:00", False)]
)
def test_the_night_begins_at_eleven_and_ends_at_five(at: str, missed: bool) -> None:
    lane = Lane(f"2026-03-11 {at}")
    leaves(lane)
    assert risks(lane.passes(hours=1)) == (["+night_exit"] if missed else [])


def test_a_look_out_of_the_door_is_nothing() -> None:
    lane = Lane("2026-03-11 02:10")
    leaves(lane)
    lane.passes(minutes=1)
    lane.moves("bedroom")
    assert lane.passes(hours=2) == []


def test_movement_late_in_the_quarter_is_in_time() -> None:
    lane = Lane("2026-03-11 02:10")
    leaves(lane)
    lane.passes(minutes=14)
    lane.moves("hall")
    assert lane.passes(hours=2) == []


def test_where_nobody_inside_could_be_seen_nobody_is_missed() -> None:
    devices = {name: DEVICES[name] for name in ("front-door", "pendant", "smoke-hall")}
    lane = Lane("2026-03-11 02:10", devices=devices)
    lane.says("front-door", "contact", 1.0)
    lane.says("front-door", "contact", 0.0)
    assert lane.passes(hours=3) == []


def test_late_news_of_a_door_is_history() -> None:
    lane = Lane("2026-03-11 03:00")
    lane.says("front-door", "contact", 1.0, ago=HOUR, late=True)
    assert lane.passes(hours=1) == []
