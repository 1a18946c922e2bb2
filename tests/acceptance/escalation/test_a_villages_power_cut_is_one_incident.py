"""A village loses its power: its station hears of it once, no family at all, but a fall rings at once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.noise_rig import all_at_once, at_noon, incidents, kinds, number, rules, settle_village
from tests.village import STATION, add_contact, fall

SECOND_CADRE, THIRD_CADRE = "+447700900011", "+447700900012"


def test_three_hundred_homes_ring_each_cadre_at_most_three_times_and_the_fall_at_once(hub: HubRig) -> None:
    homes = settle_village(hub, "dongjie", 300)
    with hub.pool.connection() as connection:
        add_contact(connection, "cadre-2", "李干部", "duty", SECOND_CADRE, organisation="dongjie", rank=2)
        add_contact(connection, "cadre-3", "赵干部", "duty", THIRD_CADRE, organisation="dongjie", rank=3)
        connection.execute("update homes set first_called = 'station'")
    hub.telephones.person(STATION, "值班", [NO_ANSWER])
    hub.telephones.person(SECOND_CADRE, "李干部", [PRESSES_1])
    at_noon(hub)
    cut = all_at_once(hub, homes)
    hub.turn()
    [incident] = incidents(hub)
    assert hub.alert(incident)["organisation_id"] == "dongjie"

    began = time.monotonic()
    red = hub.finding(fall(hub.clock.now()), home="dongjie-7")
    hub.until(lambda: STATION in hub.called() and len(hub.attempts(red)) > 0, "the fall rings")
    hub.until(lambda: any(status != "queued" for _, status in hub.attempts(red)), "the fall rings")
    assert time.monotonic() - began < 15

    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "a cadre takes the incident")
    hub.until(lambda: hub.alert(red)["status"] == "acknowledged", "a cadre takes the fall")
    for _ in range(5):
        hub.clock.move(timedelta(seconds=60))
        hub.turn()
    rung = Counter(hub.called())
    cadres = {STATION, SECOND_CADRE, THIRD_CADRE}
    assert set(rung) <= cadres, "no family was rung for the cut"
    assert max(rung.values()) <= 3
    with hub.pool.connection() as connection:
        rows = connection.execute(
            "select count(*) filter (where incident_id = %s and held_by = 'incident:' || %s) as held,"
            " count(*) as n from alerts where risk = 'power_cut'",
            (incident, incident),
        ).fetchone()
    assert rows == {"held": 300, "n": 300}
    assert rules(hub, cut[0]) == ["gathering", "incident"]
    assert sum(e["data"]["n"] for e in hub.entries(incident) if e["kind"] == "homes_joined") == 300
    assert "held" not in kinds(hub, red)
    assert hub.verdict(incident).ok
    assert hub.verdict(cut[-1]).ok
    assert number(1, 0) not in rung
