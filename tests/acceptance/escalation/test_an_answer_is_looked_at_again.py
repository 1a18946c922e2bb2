"""After "I am fine" the sensors are asked again; where nothing has moved since, helpers are called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.resident_rig import FINE, HALL, RADAR, RESIDENT, kinds, move_in, see, trouble, wait
from tests.village import DAUGHTER


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        rig.telephones.person(RESIDENT, "王秀英", [FINE])
        rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
        yield rig


def says_fine(hub: HubRig, **more: str) -> str:
    alert = hub.finding(trouble(**more))  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "closed by her word")
    return alert


def alerts(hub: HubRig) -> list[str]:
    with hub.pool.connection() as connection:
        return [
            row["id"] for row in connection.execute("select id from alerts order by triggered_at").fetchall()
        ]


def verdict(hub: HubRig, alert: str) -> str:
    return str(next(e["data"]["verdict"] for e in hub.entries(alert) if e["kind"] == "rechecked"))


def test_nothing_has_moved_since_and_helpers_are_called_without_asking_again(hub: HubRig) -> None:
    first = says_fine(hub)
    wait(hub, 29)
    assert alerts(hub) == [first], "not before it is due"
    wait(hub, 2)
    _, second = alerts(hub)
    hub.until(lambda: hub.alert(second)["status"] == "acknowledged", "taken by her daughter")
    assert hub.called() == [RESIDENT, DAUGHTER]
    reason = hub.alert(second)["reason"]
    assert reason["values"]["earlier"] == first
    assert (reason["values"]["alive"], reason["values"]["sensors"]) == (1, 1)
    assert verdict(hub, first) == "doubt"
    assert hub.verdict(first).ok
    assert hub.verdict(second).ok


def test_who_moves_afterwards_is_left_in_peace(hub: HubRig) -> None:
    first = says_fine(hub)
    hub.clock.move(timedelta(minutes=5))
    see(hub, HALL, "motion")
    wait(hub, 60)
    assert alerts(hub) == [first]
    assert verdict(hub, first) == "well"
    assert hub.called() == [RESIDENT]


def test_silent_sensors_prove_nothing_and_the_file_says_so(hub: HubRig) -> None:
    first = says_fine(hub)
    with hub.pool.connection() as connection:
        connection.execute("update devices set available = false")
    wait(hub, 60)
    assert alerts(hub) == [first]
    assert verdict(hub, first) == "blind"


def test_an_answer_after_a_suspected_fall_is_looked_at_after_ten_minutes(hub: HubRig) -> None:
    see(hub, RADAR, "fall_suspected")
    hub.clock.move(timedelta(minutes=1))
    see(hub, RADAR, "fall_suspected", 0)
    first = says_fine(hub, risk="fall", device=RADAR, room="bathroom")
    wait(hub, 11)
    assert len(alerts(hub)) == 2
    assert verdict(hub, first) == "doubt"


def test_an_alert_that_is_open_again_by_then_is_enough(hub: HubRig) -> None:
    first = says_fine(hub)
    wait(hub, 20)
    second = hub.finding(trouble())
    wait(hub, 11)
    assert alerts(hub) == [first, second]
    assert verdict(hub, first) == "overtaken"
    assert "rechecked" not in kinds(hub, second)
