"""Silence: of a home, of all its sensors, of one sensor, of all that could see somebody."""

from __future__ import annotations

import pytest

from models.contract import VERSION
from models.contract.messages import DeviceHealth, Health
from models.detection.finding import Cleared, Finding
from tests.unit.detection.lane import DEVICES, EDGE, HOUR, MINUTE, Lane, device, risks

# ── the home ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("supervision_s", [90, 180, 5 * 3600, 25 * 3600])
def test_a_home_is_silent_after_its_own_supervision_and_not_a_moment_sooner(supervision_s: int) -> None:
    lane = Lane(supervision=supervision_s * 1000)
    lane.passes(minutes=10)
    lane.moves("kitchen")
    lane.speaking = False
    assert "+home_silent" not in risks(lane.passes(seconds=supervision_s - 0.001))
    [finding] = [one for one in lane.passes(seconds=0.001) if isinstance(one, Finding)]
    assert (finding.risk, finding.severity, finding.dedup_key) == ("home_silent", "warning", "home_silent")
    assert finding.reason.values["silent_s"] == supervision_s
    assert finding.reason.values["limit_s"] == supervision_s


def test_any_word_ends_it_and_says_how_long_it_was() -> None:
    lane = Lane()
    lane.speaking = False
    lane.passes(minutes=30)
    [over] = lane.moves("kitchen")
    assert isinstance(over, Cleared)
    assert over.dedup_key == "home_silent"
    assert over.reason.values["silent_s"] == 30 * 60


def test_a_line_that_breaks_is_raised_after_ninety_seconds() -> None:
    lane = Lane(supervision=5 * HOUR)
    lane.passes(minutes=5)
    lane.speaking = False
    assert lane.line("lost", session=1) == []
    assert lane.passes(seconds=89.999) == []
    [finding] = lane.passes(seconds=0.001)
    assert isinstance(finding, Finding)
    assert finding.reason.values["lost_s"] == 90
    assert risks(lane.birth()) == ["-home_silent"]


def test_a_router_that_starts_again_is_nothing() -> None:
    lane = Lane()
    lane.line("lost", session=1)
    lane.speaking = False
    lane.passes(seconds=80)
    assert lane.birth() == []
    assert lane.passes(hours=1) == []


def test_a_will_from_the_past_means_nothing() -> None:
    lane = Lane()
    lane.birth()
    lane.birth()
    assert lane.line("lost", session=2) == []
    assert lane.passes(minutes=10) == []
    assert lane.state.edges[EDGE].state == "online"


def test_a_birth_that_is_told_again_does_not_count_as_being_heard() -> None:
    """A broker tells retained messages to whoever subscribes anew."""
    lane = Lane()
    lane.speaking = False
    lane.passes(seconds=170)
    lane.line("online", session=1)
    assert risks(lane.passes(seconds=10)) == ["+home_silent"]


def test_a_home_with_two_edges_is_silent_when_both_are() -> None:
    lane = Lane()
    lane.speaking = False
    for _ in range(20):
        lane.passes(minutes=1)
        upstairs = lane.event("pir-attic", "motion")
        assert lane.judge.on_events(lane.profile, lane.state, "pi-upstairs", [upstairs], lane.now) == []
    assert "+home_silent" in risks(lane.passes(minutes=3))


def test_a_home_that_was_never_heard_is_silent_too() -> None:
    lane = Lane()
    lane.state.edges.clear()
    lane.speaking = False
    assert risks(lane.passes(minutes=3)) == ["+home_silent"]


def test_a_home_without_supervision_may_be_silent() -> None:
    lane = Lane(devices={"pendant": device("", "sos", heartbeat=None)}, supervision=0)
    lane.speaking = False
    assert lane.passes(hours=1000) == []


# ── one sensor ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sensor_is_silent_after_three_heartbeats() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = {"smoke-kitchen"}
    assert lane.lives(hours=3 - 1 / 3) == []
    assert lane.passes(minutes=19) == []
    [finding] = lane.passes(minutes=1)
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity) == ("device_silent", "advice")
    assert (finding.device, finding.room) == ("smoke-kitchen", "kitchen")
    assert finding.dedup_key == "device_silent:pi/smoke-kitchen"
    assert finding.reason.values["silent_s"] == 3 * 3600
    assert finding.reason.values["heartbeat_s"] == 3600
    lane.mute = set()
    assert risks(lane.passes(minutes=1)) == ["-device_silent:pi/smoke-kitchen"]


def test_a_sensor_that_reports_anything_is_heard() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = {"pir-bedroom"}
    told = []
    for _ in range(8):
        told += lane.passes(hours=1)
        told += lane.moves("bedroom")
    assert told == []


def test_nothing_follows_from_the_silence_of_a_device_without_heartbeat() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = {"ups"}
    assert lane.lives(hours=12) == []


def test_after_the_home_itself_was_silent_each_sensor_gets_its_heartbeats_anew() -> None:
    lane = Lane("2026-03-10 08:00", supervision=25 * HOUR)
    lane.lives(hours=1)
    lane.speaking = False
    lane.mute = set(DEVICES)
    assert lane.line("lost", session=1) == []
    assert risks(lane.passes(hours=9)) == ["+home_silent"]  # and of its sensors not a word
    assert risks(lane.birth()) == ["-home_silent"]
    lane.mute = {"smoke-kitchen"}
    assert "+device_silent" not in risks(lane.lives(hours=3 - 1 / 3))
    assert risks(lane.passes(minutes=20)) == ["+device_silent"]


def test_a_sensor_that_its_bridge_calls_unreachable_is_silent() -> None:
    lane = Lane()
    report = Health(
        v=VERSION, at=lane.now, uptime_s=1.0, outbox=0, devices=[DeviceHealth(id="leak", available=False)]
    )
    [finding] = lane.judge.on_health(lane.profile, lane.state, EDGE, report, lane.now)
    assert isinstance(finding, Finding)
    assert finding.device == "leak"
    assert "cannot be reached" in finding.reason.text


def test_a_wrong_clock_on_the_edge_makes_no_sensor_silent() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.speaking = False
    told = []
    for _ in range(5 * 60):
        lane.passes(minutes=1)
        at = 1_000_000  # the clock of an edge that has not been set stands still in 1970
        devices = [DeviceHealth(id=name, last_seen_at=at - 5 * MINUTE) for name in DEVICES]
        report = Health(v=VERSION, at=at, uptime_s=1.0, outbox=0, devices=devices)
        told += lane.judge.on_health(lane.profile, lane.state, EDGE, report, lane.now)
        lane.moves("kitchen")
    assert told == []


def test_a_sensor_that_is_added_gets_its_heartbeats_from_then_on() -> None:
    lane = Lane("2026-03-10 08:00", devices={"pir-hall": DEVICES["pir-hall"]})
    lane.lives(hours=5, rooms=("hall",))
    grown = Lane("2026-03-10 13:00", devices={"pir-hall": DEVICES["pir-hall"], "leak": DEVICES["leak"]})
    lane.profile = grown.profile
    lane.judge.on_profile(lane.profile, lane.state, lane.now)
    assert lane.lives(hours=3 - 1 / 3, rooms=("hall",)) == []
    assert risks(lane.passes(minutes=20)) == ["+device_silent"]


def test_a_sensor_that_is_taken_away_is_missed_no_more() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = {"leak"}
    lane.lives(hours=4)
    assert [one.device for one in lane.findings] == ["leak"]
    lane.profile = Lane(devices={name: one for name, one in DEVICES.items() if name != "leak"}).profile
    lane.judge.on_profile(lane.profile, lane.state, lane.now)
    assert risks(lane.passes(seconds=1)) == ["-device_silent:pi/leak"]


# ── all of them ───────────────────────────────────────────────────────────────────────────────────────────


def test_when_all_sensors_fall_silent_it_is_one_finding_not_eleven() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.lives(hours=1)
    lane.mute = set(DEVICES)
    told = lane.passes(hours=3.5)
    assert risks(told) == ["+device_silent"]
    [finding] = lane.findings
    assert (finding.severity, finding.dedup_key) == ("warning", "devices_silent:pi")
    lane.mute = set()
    assert risks(lane.passes(minutes=1)) == ["-devices_silent:pi"]
    assert lane.lives(hours=5) == []


def test_a_bridge_that_does_not_work_is_given_two_minutes_and_then_each_sensor_its_heartbeats_anew() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = set(DEVICES)
    lane.bridge = False
    lane.health()
    assert lane.passes(seconds=119) == []
    [finding] = lane.passes(seconds=1)
    assert isinstance(finding, Finding)
    assert finding.dedup_key == "devices_silent:pi"
    assert "bridge" in finding.reason.text
    assert lane.passes(hours=8) == []
    lane.bridge = True
    assert risks(lane.passes(minutes=1)) == ["-devices_silent:pi"]
    assert lane.passes(hours=2) == []


def test_a_bridge_can_also_speak_by_events() -> None:
    lane = Lane()
    lane.bridge = None
    assert lane.says("ups", "bridge", 0.0) == []
    assert risks(lane.passes(minutes=2)) == ["+device_silent"]
    assert risks(lane.says("ups", "bridge", 1.0)) == ["-devices_silent:pi"]


def test_a_bridge_that_starts_again_is_nothing_even_where_nobody_asks_often() -> None:
    lane = Lane(supervision=0)
    lane.speaking = False
    lane.bridge = None
    lane.says("ups", "bridge", 0.0)
    assert lane.passes(seconds=110) == []
    assert lane.says("ups", "bridge", 1.0) == []
    assert lane.passes(minutes=30) == []
    lane.says("ups", "bridge", 0.0)
    assert lane.passes(seconds=119) == []
    assert risks(lane.passes(seconds=1)) == ["+device_silent"]


def test_one_sensor_that_was_silent_before_becomes_part_of_the_whole() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.mute = {"leak"}
    lane.lives(hours=4)
    lane.bridge = False
    assert risks(lane.passes(minutes=3)) == ["+device_silent", "-device_silent:pi/leak"]


def test_when_only_the_sensors_that_see_movement_are_dead_the_home_is_called_blind() -> None:
    lane = Lane("2026-03-10 08:00")
    lane.lives(hours=1)
    lane.mute = {"pir-hall", "pir-kitchen", "pir-bedroom", "fridge", "radar"}
    told = lane.passes(hours=4)
    assert {one.dedup_key for one in told if isinstance(one, Finding)} == {
        "blind",
        *(f"device_silent:pi/{name}" for name in lane.mute),
    }
    [blind] = [one for one in told if one.dedup_key == "blind"]
    assert isinstance(blind, Finding)
    assert blind.severity == "warning"
    assert blind.reason.values["sensors"] == 5
    lane.mute -= {"fridge"}
    assert "-blind" in risks(lane.passes(minutes=1))
