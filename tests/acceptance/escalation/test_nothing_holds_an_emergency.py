"""Whatever keeps lesser alerts quiet at the same moment, an emergency calls people at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.escalation.noise import levels, silences
from models.detection.finding import Risk
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.noise_rig import all_at_once, incidents, kinds, number, settle_village, warning
from tests.village import CENTRE, STATION


@pytest.mark.parametrize("risk", ["sos", "fall", "smoke", "gas", "co", "home_silent"])
def test_silence_night_storm_grouping_and_limits_all_at_once(hub: HubRig, risk: Risk) -> None:
    homes = settle_village(hub, "dongjie", 12)
    for person in (STATION, CENTRE):
        hub.telephones.person(person, "", [NO_ANSWER])
    hub.telephones.person(number(1, 0), "女儿", [PRESSES_1])
    all_at_once(hub, homes)
    hub.turn()
    assert len(incidents(hub)) == 1
    hub.finding(warning(hub, "leak"), home=homes[0])
    with hub.pool.connection() as connection:
        levels.set_levels(connection, homes[0], calls_an_hour=1, calls_a_night=1)
        silences.create(
            connection,
            home_id=homes[0],
            until=hub.clock.now() + timedelta(days=1),
            by="李站长",
            why="装修",
            now=hub.clock.now(),
        )
        connection.execute(
            "insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address, status,"
            " created_at, not_before) select 'past' || n, %s, 'x', 'x', 'family', 'voice', %s, 'unanswered',"
            " %s, %s from generate_series(1, 20) n",
            (incidents(hub)[0], number(1, 0), hub.clock.now(), hub.clock.now()),
        )
    red = hub.finding(replace(warning(hub, risk, key=f"{risk}:red"), severity="emergency"), home=homes[0])
    hub.until(lambda: hub.alert(red)["status"] == "acknowledged", "the daughter takes it")
    assert not {"held", "spared"} & set(kinds(hub, red))
    assert hub.called().count(number(1, 0)) == 1
    assert hub.verdict(red).ok
