"""A warning whose resident asks for help becomes an emergency, and helpers are called at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.escalation import asking
from hub.notify import store as notifications
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig, running_hub
from tests.resident_rig import HELP, RESIDENT, kinds, move_in, trouble, wait
from tests.village import DAUGHTER


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        yield rig


def test_help_makes_it_an_emergency(hub: HubRig) -> None:
    hub.telephones.person(RESIDENT, "王秀英", [HELP])
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(trouble())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.alert(alert)["severity"] == "emergency"
    assert hub.called() == [RESIDENT, DAUGHTER]
    assert "graver" in kinds(hub, alert)
    assert hub.verdict(alert).ok


def test_help_that_comes_late_is_help_all_the_same(hub: HubRig) -> None:
    """She pressed 1, and then 2 on the same call: the alert that her word closed is raised anew."""
    hub.telephones.person(RESIDENT, "王秀英", [NO_ANSWER])
    first = hub.finding(trouble())
    hub.turn()
    with hub.pool.connection() as connection:
        attempt = notifications.of_alert(connection, first)[0]["id"]
        assert asking.press(connection, attempt, "1", hub.clock.now()) == "fine"
        assert asking.press(connection, attempt, "1", hub.clock.now()) == "fine", "a key may come twice"
        assert asking.press(connection, attempt, "2", hub.clock.now()) == "help"
        again = connection.execute(
            "select id, severity, status from alerts where id <> %s", (first,)
        ).fetchall()
    assert [(row["severity"], row["status"]) for row in again] == [("emergency", "triggered")]
    assert hub.alert(first)["status"] == "resolved"
    assert hub.verdict(first).ok


def test_keys_without_a_meaning_change_nothing(hub: HubRig) -> None:
    alert = hub.finding(trouble())
    hub.turn()
    with hub.pool.connection() as connection:
        attempt = notifications.of_alert(connection, alert)[0]["id"]
        assert asking.press(connection, attempt, "3", hub.clock.now()) == "repeat"
        assert asking.press(connection, attempt, "7", hub.clock.now()) == "unknown_key"
        assert asking.press(connection, attempt, "", hub.clock.now()) == "unknown_key"
    assert hub.alert(alert)["status"] == "triggered"
    assert kinds(hub, alert).count("key") == 3


def test_fine_comes_too_late_when_somebody_is_on_the_way(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    hub.telephones.person(RESIDENT, "王秀英", [NO_ANSWER])
    alert = hub.finding(trouble())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    wait(hub, 0)
    with hub.pool.connection() as connection:
        attempt = notifications.of_alert(connection, alert)[0]["id"]
        assert asking.press(connection, attempt, "1", hub.clock.now()) == "too_late"
    assert hub.alert(alert)["status"] == "acknowledged"
