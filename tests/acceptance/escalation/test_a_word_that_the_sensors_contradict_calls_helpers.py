"""People who lie on the floor say that they are fine: the sensors outweigh it, and somebody looks in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.escalation import answers
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.resident_rig import DOOR, FINE, HALL, RADAR, RESIDENT, kinds, move_in, see, trouble
from tests.village import DAUGHTER, NIGHT


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        rig.telephones.person(RESIDENT, "王秀英", [FINE])
        rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
        yield rig


def suspected() -> object:
    return trouble("fall", device=RADAR, room="bathroom")


def test_fine_while_still_on_the_floor_calls_helpers(hub: HubRig) -> None:
    see(hub, RADAR, "fall_suspected")
    alert = hub.finding(suspected())  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.called() == [RESIDENT, DAUGHTER]
    said = [entry["data"] for entry in hub.entries(alert) if entry["kind"] == "resident"]
    assert [(one["said"], one["reason"]["text"]) for one in said] == [
        ("fine_but_contradicted", "The sensor has not said that nobody is on the floor any more.")
    ]
    assert "asking_ended" in kinds(hub, alert)
    assert hub.alert(alert)["outcome"] is None
    assert hub.verdict(alert).ok


def test_who_has_got_up_and_walks_is_believed(hub: HubRig) -> None:
    see(hub, RADAR, "fall_suspected")
    see(hub, HALL, "motion", at=NIGHT + timedelta(seconds=1))
    alert = hub.finding(suspected())  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "closed by her word")
    assert hub.called() == [RESIDENT]


def test_a_sensor_that_has_never_taken_anything_back_is_not_held_against_her(hub: HubRig) -> None:
    see(hub, RADAR, "fall_suspected", at=NIGHT - timedelta(days=3))
    see(hub, RADAR, "fall_suspected")
    alert = hub.finding(suspected())  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "closed by her word")
    assert hub.called() == [RESIDENT]


def test_a_door_that_stands_open_at_night_with_nobody_inside_is_not_fine(hub: HubRig) -> None:
    """She answers her mobile telephone, somewhere outside, at three in the morning."""
    see(hub, DOOR, "contact")
    alert = hub.finding(trouble("night_exit"))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.called() == [RESIDENT, DAUGHTER]


def test_a_human_may_close_it_all_the_same_and_the_file_says_what_the_sensors_said(hub: HubRig) -> None:
    """Who spoke to her decides; nobody is called over their head."""
    see(hub, RADAR, "fall_suspected")
    alert = hub.finding(suspected())  # type: ignore[arg-type]
    with hub.pool.connection() as connection:
        by = answers.Responder("李站长")
        answers.resolve(connection, alert, by, "self_ok", "在她家", hub.clock.now())
    assert hub.alert(alert)["outcome"] == "self_ok"
    assert kinds(hub, alert)[-2:] == ["contradicted", "resolved"]
