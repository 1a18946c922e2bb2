"""A second press asks nobody, and a sensor that says it again ends the asking at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.resident_rig import RESIDENT, kinds, move_in, trouble
from tests.village import DAUGHTER, NIGHT, fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
        yield rig


def asked(hub: HubRig) -> list[str]:
    with hub.pool.connection() as connection:
        rows = connection.execute("select contact_name from attempts where purpose = 'ask'").fetchall()
    return [row["contact_name"] for row in rows]


def test_a_second_press_of_the_help_button_asks_nobody(hub: HubRig) -> None:
    alert = hub.finding(trouble("sos", "emergency"))
    assert hub.finding(trouble("sos", "emergency")) == alert
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert asked(hub) == []
    assert RESIDENT not in hub.called()


def test_a_finding_that_is_repeated_ends_the_asking(hub: HubRig) -> None:
    alert = hub.finding(trouble("door_open"))
    assert asked(hub) == ["王秀英"], "she is asked first"
    hub.finding(trouble("door_open"))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert DAUGHTER in hub.called()
    assert kinds(hub, alert).count("asking_ended") == 1
    assert hub.clock.now() == NIGHT, "nobody waited"


def test_a_finding_that_turns_out_graver_ends_the_asking(hub: HubRig) -> None:
    alert = hub.finding(replace(fall(), severity="warning"))
    assert asked(hub) == ["王秀英"]
    assert hub.finding(fall()) == alert
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.alert(alert)["severity"] == "emergency"
    assert hub.clock.now() == NIGHT, "nobody waited"
    assert asked(hub) == ["王秀英"], "and she is not asked again"
