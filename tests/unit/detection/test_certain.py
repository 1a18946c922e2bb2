"""What sensors and people say outright is raised at once, once, and ends when they say so."""

from __future__ import annotations

import pytest

from models.detection.finding import Cleared, Finding
from models.detection.profile import Status
from tests.unit.detection.lane import DEVICES, HOUR, MINUTE, Lane, device, risks


@pytest.mark.parametrize(
    ("name", "kind", "value", "risk", "severity", "key", "latched"),
    [
        ("pendant", "sos", 1.0, "sos", "emergency", "sos", True),
        ("pendant", "fall", 1.0, "fall", "emergency", "fall:pendant", True),
        ("radar", "fall", 1.0, "fall", "emergency", "fall:bathroom", True),
        ("smoke-kitchen", "smoke", 1.0, "smoke", "emergency", "smoke", True),
        ("smoke-kitchen", "co", 1.0, "co", "emergency", "co", True),
        ("smoke-kitchen", "gas", 1.0, "gas", "emergency", "gas", True),
        ("leak", "leak", 1.0, "leak", "warning", "leak:bathroom", False),
        ("leak", "tamper", 1.0, "tamper", "advice", "tamper:leak", False),
        ("ups", "mains", 0.0, "power_cut", "warning", "power_cut", False),
    ],
)
def test_a_flag_is_raised_at_once(
    name: str, kind: str, value: float, risk: str, severity: str, key: str, latched: bool
) -> None:
    lane = Lane()
    [finding] = lane.says(name, kind, value)
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity, finding.dedup_key) == (risk, severity, key)
    assert finding.latched is latched
    assert finding.occurred_at == lane.now
    assert finding.device == name
    assert not finding.late


@pytest.mark.parametrize(
    ("name", "kind", "alarm", "key"),
    [
        ("radar", "fall", 1.0, "fall:bathroom"),
        ("smoke-kitchen", "smoke", 1.0, "smoke"),
        ("leak", "leak", 1.0, "leak:bathroom"),
        ("leak", "tamper", 1.0, "tamper:leak"),
        ("ups", "mains", 0.0, "power_cut"),
    ],
)
def test_a_flag_ends_when_its_sensor_says_so(name: str, kind: str, alarm: float, key: str) -> None:
    lane = Lane()
    lane.says(name, kind, alarm)
    lane.passes(minutes=3)
    [over] = lane.says(name, kind, 1.0 - alarm)
    assert isinstance(over, Cleared)
    assert over.dedup_key == key
    assert over.at == lane.now
    assert lane.says(name, kind, 1.0 - alarm) == []


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("radar", "fall", 0.0),
        ("smoke-kitchen", "smoke", 0.0),
        ("ups", "mains", 1.0),
        ("smoke-hall", "smoke_test", 1.0),
        ("pir-hall", "motion", 1.0),
        ("front-door", "contact", 0.0),
        ("thermometer", "temperature", 21.0),
        ("radar", "fall_suspected", 1.0),
        ("pendant", "call", 1.0),
        ("pendant", "juggling", 1.0),
    ],
)
def test_nothing_is_raised_by_what_is_no_trouble(name: str, kind: str, value: float) -> None:
    assert Lane().says(name, kind, value) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [("smoke", 2.0), ("smoke", -1.0), ("smoke", None), ("sos", 17.0), ("fall", None), ("temperature", 400.0)],
)
def test_an_impossible_value_concludes_nothing(kind: str, value: float | None) -> None:
    lane = Lane()
    before = lane.state.activity_at
    assert lane.says("smoke-kitchen", kind, value) == []
    assert lane.passes(hours=1) == []
    assert lane.state.activity_at == before


def test_every_press_for_help_is_told_under_one_key() -> None:
    lane = Lane()
    first = lane.says("pendant", "sos")
    lane.passes(seconds=20)
    second = lane.says("pendant", "sos")
    keys = {one.dedup_key for one in [*first, *second]}
    assert len(first) == len(second) == 1
    assert keys == {"sos"}


def test_smoke_that_is_said_again_and_again_is_raised_again_only_after_ten_minutes() -> None:
    lane = Lane()
    lane.says("smoke-kitchen", "smoke")
    for _ in range(9):
        lane.passes(minutes=1)
        assert lane.says("smoke-kitchen", "smoke") == []
    lane.passes(minutes=1)
    assert risks(lane.says("smoke-kitchen", "smoke")) == ["+smoke"]


def test_a_second_smoke_alarm_is_news_and_the_last_one_ends_it() -> None:
    lane = Lane()
    lane.says("smoke-kitchen", "smoke")
    lane.passes(seconds=40)
    [spread] = lane.says("smoke-hall", "smoke")
    assert isinstance(spread, Finding)
    assert spread.room == "hall"
    lane.passes(minutes=2)
    assert lane.says("smoke-kitchen", "smoke", 0.0) == []
    assert risks(lane.says("smoke-hall", "smoke", 0.0)) == ["-smoke"]


def test_a_pendant_that_never_takes_a_fall_back_can_report_the_next_one() -> None:
    lane = Lane()
    assert risks(lane.says("pendant", "fall")) == ["+fall"]
    lane.passes(seconds=30)
    assert lane.says("pendant", "fall") == []
    lane.passes(seconds=31)
    assert risks(lane.says("pendant", "fall")) == ["+fall"]


def test_water_that_is_still_there_is_raised_once() -> None:
    lane = Lane()
    lane.says("leak", "leak")
    for _ in range(5):
        lane.passes(hours=1)
        assert risks(lane.says("leak", "leak")) == []


def test_falls_in_two_rooms_are_two() -> None:
    devices = DEVICES | {"radar-2": device("bedroom", "fall")}
    lane = Lane(devices=devices)
    told = lane.says("radar", "fall") + lane.says("radar-2", "fall")
    assert {one.dedup_key for one in told} == {"fall:bathroom", "fall:bedroom"}


def test_a_device_that_no_catalogue_names_can_still_call_for_help() -> None:
    [finding] = Lane().says("new-button", "sos")
    assert isinstance(finding, Finding)
    assert finding.reason.text == "Help was called for."


@pytest.mark.parametrize("status", ["commissioning", "paused"])
def test_a_home_that_is_not_live_raises_nothing_but_remembers(status: Status) -> None:
    lane = Lane(status=status)
    assert lane.says("pendant", "sos") + lane.says("smoke-hall", "smoke") == []
    lane.speaking = False
    assert lane.passes(hours=30) == []
    assert lane.state.edges["pi"].devices["smoke-hall"].readings["smoke"].value == 1


# ── old words ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_emergency_that_was_on_its_way_for_hours_is_raised_as_late() -> None:
    lane = Lane()
    for name, kind in (("pendant", "sos"), ("radar", "fall"), ("smoke-hall", "smoke"), ("smoke-hall", "gas")):
        [finding] = lane.says(name, kind, ago=5 * HOUR, late=True)
        assert isinstance(finding, Finding)
        assert finding.late
        assert finding.occurred_at == lane.now - 5 * HOUR
        assert finding.reason.values["late_at"] == lane.now - 5 * HOUR


def test_lateness_is_seen_even_when_nobody_marked_it() -> None:
    lane = Lane()
    [finding] = lane.says("pendant", "sos", ago=11 * MINUTE)
    assert isinstance(finding, Finding)
    assert finding.late


def test_after_a_day_an_old_emergency_is_history() -> None:
    lane = Lane()
    assert risks(lane.says("pendant", "sos", ago=24 * HOUR, late=True)) == ["+sos"]
    assert lane.says("pendant", "sos", ago=24 * HOUR + 1, late=True) == []


def test_anything_less_than_an_emergency_is_history_when_it_is_late() -> None:
    lane = Lane()
    for name, kind, value in (
        ("leak", "leak", 1.0),
        ("leak", "tamper", 1.0),
        ("ups", "mains", 0.0),
        ("radar", "fall_suspected", 1.0),
        ("front-door", "contact", 1.0),
        ("thermometer", "temperature", 5.0),
    ):
        assert lane.says(name, kind, value, ago=HOUR, late=True) == []
    assert lane.passes(hours=3.5) == []


def test_late_smoke_that_was_cleared_in_the_same_backlog_is_over() -> None:
    lane = Lane()
    smoke = lane.event("smoke-hall", "smoke", 1.0, ago=3 * HOUR, late=True)
    clear = lane.event("smoke-hall", "smoke", 0.0, ago=2 * HOUR, late=True)
    assert lane.arrive(smoke, clear) == []


def test_late_smoke_that_was_cleared_before_the_backlog_came_is_over() -> None:
    lane = Lane()
    lane.says("smoke-hall", "smoke", 0.0)
    lane.passes(seconds=5)
    assert lane.says("smoke-hall", "smoke", 1.0, ago=3 * HOUR, late=True) == []


def test_the_word_of_another_smoke_alarm_does_not_end_a_late_one() -> None:
    lane = Lane()
    smoke = lane.event("smoke-hall", "smoke", 1.0, ago=3 * HOUR, late=True)
    clear = lane.event("smoke-kitchen", "smoke", 0.0, ago=2 * HOUR, late=True)
    assert risks(lane.arrive(smoke, clear)) == ["+smoke"]


def test_a_late_clear_that_comes_in_a_later_message_ends_a_late_emergency() -> None:
    lane = Lane()
    lane.says("smoke-hall", "smoke", 1.0, ago=3 * HOUR, late=True)
    assert risks(lane.says("smoke-hall", "smoke", 0.0, ago=2 * HOUR, late=True)) == ["-smoke"]


def test_a_clear_from_before_the_alarm_ends_nothing() -> None:
    lane = Lane()
    lane.says("smoke-hall", "smoke", 1.0)
    assert lane.says("smoke-hall", "smoke", 0.0, ago=HOUR, late=True) == []
    assert "smoke" in lane.state.active


@pytest.mark.parametrize(
    ("cleared", "moved", "raised"),
    [
        (False, False, ["+fall"]),
        (True, False, ["+fall", "-fall:bathroom"]),  # it still needs a human
        (False, True, ["+fall"]),
        (True, True, []),
    ],
)
def test_a_late_fall_is_over_only_when_it_was_cleared_and_somebody_moved_elsewhere(
    cleared: bool, moved: bool, raised: list[str]
) -> None:
    lane = Lane()
    events = [lane.event("radar", "fall", 1.0, ago=3 * HOUR, late=True)]
    if cleared:
        events.append(lane.event("radar", "fall", 0.0, ago=2 * HOUR, late=True))
    if moved:
        events.append(lane.event("pir-kitchen", "motion", 1.0, ago=HOUR, late=True))
    assert risks(lane.arrive(*events)) == raised


def test_movement_in_the_same_room_does_not_end_a_late_fall() -> None:
    lane = Lane()
    fall = lane.event("radar", "fall", 1.0, ago=3 * HOUR, late=True)
    clear = lane.event("radar", "fall", 0.0, ago=2 * HOUR, late=True)
    there = lane.event("radar", "presence", 1.0, ago=HOUR, late=True)
    assert risks(lane.arrive(fall, clear, there)) == ["+fall", "-fall:bathroom"]


def test_an_urgent_word_that_was_overtaken_by_its_end_is_over() -> None:
    """It was lost on its way and sent again after the smoke had cleared."""
    lane = Lane()
    lane.passes(minutes=2)
    lane.says("smoke-hall", "smoke", 0.0)
    lane.passes(seconds=10)
    assert lane.says("smoke-hall", "smoke", 1.0, ago=MINUTE) == []


@pytest.mark.parametrize("kind", ["sos", "smoke", "fall"])
def test_what_is_for_learning_only_raises_nothing(kind: str) -> None:
    lane = Lane()
    assert lane.says("pendant", kind, historic=True) == []
    assert lane.says("pendant", kind, ago=40 * 24 * HOUR, historic=True) == []
    assert lane.passes(hours=1) == []


# ── clocks ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edge_without_a_clock_is_judged_by_when_it_was_heard() -> None:
    lane = Lane()
    [finding] = lane.says("pendant", "sos", ago=300 * 24 * HOUR, clock="unsynced")
    assert isinstance(finding, Finding)
    assert finding.occurred_at == lane.now
    assert not finding.late


def test_a_time_in_the_future_is_now() -> None:
    lane = Lane()
    [finding] = lane.says("pendant", "sos", ago=-HOUR)
    assert isinstance(finding, Finding)
    assert finding.occurred_at == lane.now
    lane.says("pir-hall", "motion", ago=-30 * 24 * HOUR)
    assert lane.state.activity_at == lane.now
