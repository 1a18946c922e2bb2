"""An alert may be about a whole area: its station is called, no family is, and the page shows it."""

from __future__ import annotations

from hub.clock import milliseconds
from hub.escalation import opening
from models.detection.finding import Cleared, Finding, Reason
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import STATION


def dark(hub: HubRig) -> Finding:
    return Finding(
        risk="power_cut",
        severity="warning",
        occurred_at=milliseconds(hub.clock.now()),
        reason=Reason("The power is out.", {}),
        dedup_key="area:power_cut",
    )


def test_the_station_takes_it_and_nobody_else_is_called(hub: HubRig) -> None:
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    with hub.pool.connection() as connection:
        alert, new = opening.open_or_repeat(
            connection, None, dark(hub), hub.clock.now(), organisation_id="dongjie"
        )
        again = opening.open_or_repeat(
            connection, None, dark(hub), hub.clock.now(), organisation_id="dongjie"
        )
    assert (new, again) == (True, (alert, False))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")
    assert [call.to for call in hub.telephones.calls()] == [STATION]
    assert hub.alert(alert)["home_name"] == "东街站"
    with hub.pool.connection() as connection:
        cleared = Cleared(
            dedup_key="area:power_cut", at=milliseconds(hub.clock.now()), reason=Reason("Over.", {})
        )
        assert opening.clear(connection, None, cleared, hub.clock.now(), organisation_id="dongjie") == alert
    assert hub.alert(alert)["status"] == "resolved"
    assert hub.verdict(alert).ok
