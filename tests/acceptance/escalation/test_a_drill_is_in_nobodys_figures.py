"""However a drill ends, nobody's answer time is better or worse for it."""

from __future__ import annotations

from datetime import timedelta

from hub.proof import drills
from hub.proof.answer_counts import figures
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import DAUGHTER

#: 03:12 on Sunday in the village; ten o'clock of the Monday after it.
MONDAY_10 = timedelta(hours=30, minutes=48)


def drill(hub: HubRig, home: str | None = "wang", organisation: str | None = None) -> str:
    with hub.pool.connection() as connection:
        return drills.start(
            connection, hub.clock.now(), home_id=home, organisation_id=organisation, by="周建国"
        )


def over(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the drill is over")


def test_it_is_in_nobodys_figures(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    over(hub, drill(hub))
    with hub.pool.connection() as connection:
        now = hub.clock.now()
        assert figures(connection, now - timedelta(days=1), now + timedelta(days=1), now) == []
