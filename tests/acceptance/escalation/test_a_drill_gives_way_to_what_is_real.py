"""A real alert during a drill is an alert of its own, and the drill ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.errors import ConflictError
from hub.proof import drills
from tests.hub_rig import NO_ANSWER, HubRig
from tests.village import DAUGHTER, fall

#: 03:12 on Sunday in the village; ten o'clock of the Monday after it.
MONDAY_10 = timedelta(hours=30, minutes=48)


def drill(hub: HubRig, home: str | None = "wang", organisation: str | None = None) -> str:
    with hub.pool.connection() as connection:
        return drills.start(
            connection, hub.clock.now(), home_id=home, organisation_id=organisation, by="周建国"
        )


def over(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the drill is over")


def test_a_real_fall_during_a_drill_is_an_alert_of_its_own_and_ends_the_drill(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    practice = drill(hub)
    hub.turn()
    real = hub.finding(fall())
    assert real != practice
    with hub.pool.connection() as connection:
        assert drills.run_due(connection, hub.clock.now()) == []
    assert hub.alert(practice)["status"] == "resolved"
    assert hub.alert(real)["status"] == "triggered"
    assert not hub.alert(real)["drill"]
    with pytest.raises(ConflictError):
        drill(hub)
