"""Perhaps a fall: a minute to show that all is well, then it is one."""

from __future__ import annotations

from models.detection.finding import Cleared, Finding
from tests.unit.detection.lane import DEVICES, MINUTE, Lane, device, risks


def test_a_suspicion_that_nothing_refutes_becomes_a_fall_after_a_minute() -> None:
    lane = Lane()
    assert lane.says("radar", "fall_suspected") == []
    suspected_at = lane.now
    assert lane.passes(seconds=59) == []
    [finding] = lane.passes(seconds=1)
    assert isinstance(finding, Finding)
    assert (finding.risk, finding.severity, finding.dedup_key) == ("fall", "emergency", "fall:bathroom")
    assert finding.occurred_at == suspected_at
    assert finding.latched
    assert finding.reason.values["still_s"] == 60
    assert lane.passes(hours=1) == []


def test_somebody_who_walks_on_is_well() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=30)
    lane.moves("hall")
    assert lane.passes(minutes=10) == []


def test_a_sensor_that_takes_it_back_is_believed() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=30)
    assert lane.says("radar", "fall_suspected", 0.0) == []
    assert lane.passes(minutes=10) == []


def test_movement_in_the_same_room_only_is_a_warning() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=20)
    lane.says("radar", "presence")
    [finding] = lane.passes(seconds=40)
    assert isinstance(finding, Finding)
    assert finding.severity == "warning"
    assert "nowhere else" in finding.reason.text
    # Should the sensor become sure after all, that is an alert of its own.
    [sure] = lane.says("radar", "fall")
    assert isinstance(sure, Finding)
    assert sure.severity == "emergency"
    assert sure.dedup_key != finding.dedup_key
    assert risks(lane.moves("hall")) == [f"-{finding.dedup_key}"]


def test_movement_elsewhere_before_the_suspicion_refutes_nothing() -> None:
    lane = Lane()
    lane.passes(minutes=5)
    lane.says("radar", "fall_suspected")
    lane.moves("hall", ago=MINUTE)
    assert risks(lane.passes(minutes=1)) == ["+fall"]


def test_where_no_other_sensor_could_tell_it_is_a_warning_that_says_so() -> None:
    lane = Lane(devices={"radar": device("bathroom", "fall_suspected", "presence")})
    lane.says("radar", "fall_suspected")
    [finding] = lane.passes(minutes=1)
    assert isinstance(finding, Finding)
    assert finding.severity == "warning"
    assert finding.reason.values["sensors"] == 0


def test_who_gets_up_after_the_call_ends_it() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(minutes=5)
    [over] = lane.moves("kitchen")
    assert isinstance(over, Cleared)
    assert over.dedup_key == "fall:bathroom"
    assert over.reason.values["room"] == "kitchen"


def test_a_fall_that_the_sensor_itself_says_is_not_raised_twice() -> None:
    lane = Lane()
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=20)
    assert risks(lane.says("radar", "fall")) == ["+fall"]
    assert lane.passes(minutes=5) == []
    # Somebody moving elsewhere, a helper perhaps, does not end what the sensor still says.
    assert lane.moves("hall") == []
    assert risks(lane.says("radar", "fall", 0.0)) == ["-fall:bathroom"]


def test_suspicions_in_two_rooms_are_weighed_one_by_one() -> None:
    lane = Lane(devices=DEVICES | {"radar-2": device("study", "fall_suspected", "presence")})
    lane.says("radar", "fall_suspected")
    lane.passes(seconds=10)
    lane.says("radar-2", "fall_suspected")
    lane.passes(seconds=10)
    lane.says("radar-2", "presence")  # elsewhere, as the bathroom sees it
    told = lane.passes(minutes=2)
    assert [one.room for one in lane.findings] == ["study"]
    assert len(told) == 1


def test_a_wearable_confirms_by_itself_and_is_waited_for() -> None:
    """It asks the resident first; only one that says nothing more for two minutes is not waited for."""
    lane = Lane(devices={**DEVICES, "belt": device("", "fall", "fall_suspected", "worn")})
    assert lane.says("belt", "fall_suspected") == []
    assert lane.passes(seconds=119) == []
    [finding] = lane.passes(seconds=1)
    assert isinstance(finding, Finding)
    assert finding.risk == "fall"
