"""Too cold, too hot: fixed limits, some patience, and one degree of hysteresis."""

from __future__ import annotations

from models.detection.finding import Cleared, Finding
from tests.unit.detection.lane import DEVICES, MINUTE, Lane, device, risks


def measures(lane: Lane, celsius: float, hours: float, name: str = "thermometer") -> list[str]:
    """The thermometer says the same every ten minutes, and somebody moves about."""
    told = []
    for _ in range(round(hours * 6)):
        told += lane.says(name, "temperature", celsius)
        told += lane.moves("kitchen")
        told += lane.passes(minutes=10)
    return risks(told)


def test_below_twelve_degrees_for_an_hour_is_a_warning() -> None:
    lane = Lane()
    assert measures(lane, 11.5, hours=5 / 6) == []
    assert measures(lane, 11.0, hours=2 / 6) == ["+cold"]
    [finding] = lane.findings
    assert (finding.severity, finding.dedup_key, finding.room) == ("warning", "cold", "living room")
    assert finding.reason.values["temperature"] == 11.0
    assert finding.reason.values["limit"] == 12.0
    assert finding.reason.values["cold_s"] == 3600
    assert measures(lane, 11.0, hours=12) == []


def test_below_sixteen_degrees_for_three_hours_is_advice() -> None:
    lane = Lane()
    assert measures(lane, 15.0, hours=3 - 1 / 6) == []
    assert measures(lane, 15.0, hours=2 / 6) == ["+cold"]
    assert (lane.findings[0].severity, lane.findings[0].dedup_key) == ("advice", "cool")


def test_who_is_cold_already_is_not_told_that_it_is_cool() -> None:
    lane = Lane()
    assert measures(lane, 9.0, hours=6) == ["+cold"]


def test_cool_that_gets_cold_is_told_again() -> None:
    lane = Lane()
    assert measures(lane, 15.0, hours=4) == ["+cold"]
    assert measures(lane, 11.0, hours=2) == ["+cold"]
    assert [one.dedup_key for one in lane.findings] == ["cool", "cold"]


def test_it_ends_one_degree_above_the_limit() -> None:
    lane = Lane()
    measures(lane, 11.0, hours=2)
    assert measures(lane, 12.9, hours=1) == []
    [over] = lane.says("thermometer", "temperature", 13.0)
    assert isinstance(over, Cleared)
    assert (over.dedup_key, over.reason.values["temperature"]) == ("cold", 13.0)


def test_a_window_that_is_opened_for_half_an_hour_is_nothing() -> None:
    lane = Lane()
    assert measures(lane, 8.0, hours=0.5) == []
    assert measures(lane, 18.0, hours=4) == []


def test_above_thirty_five_degrees_is_a_warning_at_once_and_ends_below_thirty_four() -> None:
    lane = Lane()
    assert lane.says("thermometer", "temperature", 35.0) == []
    [finding] = lane.says("thermometer", "temperature", 35.4)
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity) == ("hot", "warning")
    assert lane.says("thermometer", "temperature", 36.0) == []
    assert lane.says("thermometer", "temperature", 34.5) == []
    assert risks(lane.says("thermometer", "temperature", 33.9)) == ["-hot"]


def test_a_second_cold_room_keeps_the_finding() -> None:
    lane = Lane()
    for _ in range(12):
        lane.says("thermometer", "temperature", 10.0)
        lane.says("pir-kitchen", "temperature", 10.0)
        lane.passes(minutes=10)
    assert [one.dedup_key for one in lane.findings] == ["cold"]
    assert lane.says("thermometer", "temperature", 20.0) == []
    assert risks(lane.says("pir-kitchen", "temperature", 20.0)) == ["-cold"]


def test_a_thermometer_that_is_not_heard_proves_nothing() -> None:
    lane = Lane(devices=DEVICES | {"thermometer": device("study", "temperature", heartbeat=10 * MINUTE)})
    lane.says("thermometer", "temperature", 10.0)
    lane.mute = {"thermometer"}
    assert risks(lane.passes(hours=2)) == ["+device_silent"]
    lane.mute = set()
    assert risks(lane.passes(minutes=1)) == ["-device_silent:pi/thermometer"]
    assert risks(lane.says("thermometer", "temperature", 10.0)) == ["+cold"]


def test_old_and_impossible_temperatures_conclude_nothing() -> None:
    lane = Lane()
    lane.says("thermometer", "temperature", 5.0, ago=3 * 3_600_000, late=True)
    lane.says("thermometer", "temperature", -273.0)
    lane.says("thermometer", "temperature", 500.0)
    assert lane.passes(hours=3.5) == []
