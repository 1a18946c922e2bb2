"""One fall, seen by two sensors: one alert with both as evidence."""

from __future__ import annotations

from models.detection.finding import Finding
from tests.unit.detection.lane import DEVICES, MINUTE, Lane, device, risks

HOME = DEVICES | {"radar-living": device("living room", "fall", "fall_suspected")}


def keys(lane: Lane) -> list[str]:
    return [one.dedup_key for one in lane.findings]


def test_a_radar_and_a_wearable_within_minutes_are_one_alert_that_names_both() -> None:
    lane = Lane()
    lane.says("radar", "fall")
    lane.passes(minutes=3)
    (second,) = lane.says("pendant", "fall")
    assert isinstance(second, Finding)
    assert keys(lane) == ["fall:bathroom", "fall:bathroom"]
    assert "second sensor" in second.reason.text
    assert second.reason.values["first_at"] == lane.findings[0].occurred_at
    assert second.severity == "emergency"


def test_a_fall_hours_later_elsewhere_is_another_alert() -> None:
    lane = Lane(devices=HOME)
    lane.says("radar", "fall")
    lane.says("radar", "fall", 0.0)
    lane.passes(hours=2)
    lane.says("radar-living", "fall")
    assert keys(lane) == ["fall:bathroom", "fall:living room"]


def test_while_one_of_two_sensors_says_it_the_fall_is_not_over() -> None:
    lane = Lane()
    lane.says("radar", "fall")
    lane.passes(minutes=1)
    lane.says("pendant", "fall")
    assert lane.says("radar", "fall", 0.0) == []
    assert risks(lane.says("pendant", "fall", 0.0)) == ["-fall:bathroom"]


def test_two_suspicions_of_two_sensors_are_an_emergency_at_once() -> None:
    lane = Lane()
    assert lane.says("radar", "fall_suspected") == []
    lane.passes(seconds=20)
    (finding,) = lane.says("pendant", "fall_suspected")
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity, finding.dedup_key) == ("fall", "emergency", "fall:bathroom")
    assert finding.reason.values["apart_s"] == 20
    assert lane.passes(minutes=5) == [], "said once"


def test_a_suspicion_beside_a_fall_that_is_sure_opens_no_second_alert() -> None:
    lane = Lane()
    lane.says("pendant", "fall")
    lane.passes(seconds=30)
    lane.says("radar", "fall_suspected")
    assert lane.passes(minutes=3) == []
    assert len(lane.findings) == 1


def test_movement_elsewhere_refutes_a_suspicion_of_a_lone_resident_and_never_a_fall() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=20)
    lane.moves("kitchen")
    lane.passes(minutes=2)
    assert lane.findings == []
    lane.says("radar", "fall")
    assert lane.moves("kitchen") == []
    assert "fall:bathroom" in lane.state.active


def test_where_two_live_movement_elsewhere_proves_nothing_and_somebody_is_asked() -> None:
    lane = Lane(alone=False)
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=20)
    lane.moves("kitchen")
    lane.passes(minutes=1)
    (finding,) = lane.findings
    assert finding.severity == "warning"
    assert finding.occurred_at == lane.now - MINUTE - 20_000


def bedroom(**more: bool) -> Lane:
    """A radar and a mat in the same room: lying down quickly looks like a fall."""
    known = {
        "radar-bedroom": device("bedroom", "fall_suspected"),
        "mat": device("bedroom", "bed"),
        "pir-hall": DEVICES["pir-hall"],
    }
    home = Lane("2026-03-10 22:00", devices=known, **more)
    home.moves("hall")
    home.says("mat", "bed", 0.0)
    home.passes(seconds=30)
    home.says("radar-bedroom", "fall_suspected")
    home.passes(seconds=10)
    return home


def test_a_suspicion_is_over_when_the_empty_bed_says_that_somebody_lies_in_it() -> None:
    home = bedroom()
    home.says("mat", "bed", 1.0)
    assert home.passes(minutes=5) == []


def test_a_bed_that_stays_empty_or_was_taken_before_or_may_be_somebody_elses_refutes_nothing() -> None:
    empty = bedroom()
    assert "+fall" in risks(empty.passes(minutes=2))
    again = bedroom()
    again.says("mat", "bed", 0.0)
    assert "+fall" in risks(again.passes(minutes=2))
    two = bedroom(alone=False)
    two.says("mat", "bed", 1.0)
    assert "+fall" in risks(two.passes(minutes=2))
