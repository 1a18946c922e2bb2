"""At night nobody is woken for what nobody can repair before morning; for everything else they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.hub_rig import PRESSES_1, HubRig
from tests.noise_rig import kinds, rules, warning
from tests.village import DAUGHTER

SEVEN = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # in China


def test_silent_sensors_wait_until_seven(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(warning(hub, "device_silent"))
    assert hub.alert(alert)["held_until"] == SEVEN
    hub.clock.move(SEVEN - hub.clock.now() - timedelta(seconds=1))
    hub.turn()
    assert hub.called() == []
    hub.clock.move(timedelta(seconds=1))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it in the morning")
    assert kinds(hub, alert)[:3] == ["raised", "held", "released"]
    assert rules(hub, alert) == ["quiet"]


@pytest.mark.parametrize("risk", ["leak", "inactivity", "cold", "power_cut", "home_silent"])
def test_what_may_harm_somebody_wakes_people(hub: HubRig, risk: str) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(warning(hub, risk))  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it at night")


def test_a_home_may_have_no_quiet_hours(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into noise_levels (organisation_id, quiet_from, quiet_until)"
            " values ('dongjie', '21:00', '08:00')"
        )
        connection.execute(
            "insert into noise_levels (home_id, quiet_from, quiet_until) values ('wang', '00:00', '00:00')"
        )
    alert = hub.finding(warning(hub, "device_silent"))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it at night")
