"""An area's incident follows its homes: they join, recover, and are let go one by one when it ends."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hub.escalation.answers import Responder, resolve
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.noise_rig import (
    all_at_once,
    at_noon,
    incidents,
    kinds,
    number,
    recover,
    rules,
    settle_village,
    warning,
)
from tests.village import CENTRE, STATION

MINUTE = timedelta(minutes=1)


def begun(hub: HubRig, homes: int = 12, cut: int = 6) -> tuple[list[str], list[str], str]:
    """A village in which some homes lost power; returns the homes, their alerts and the incident."""
    villagers = settle_village(hub, "beicun", homes)
    hub.telephones.person(CENTRE, "河口镇值班", [PRESSES_1])
    at_noon(hub)
    alerts = all_at_once(hub, villagers[:cut])
    hub.turn()
    [incident] = incidents(hub)
    return villagers, alerts, incident


def test_homes_that_join_later_are_added_without_a_call(hub: HubRig) -> None:
    homes, _, incident = begun(hub)
    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "the centre takes it")
    hub.clock.move(5 * MINUTE)
    late = hub.finding(warning(hub, "home_silent"), home=homes[9])
    hub.turn()
    hub.clock.move(2 * MINUTE)
    hub.turn()
    assert hub.alert(late)["incident_id"] == incident
    joined = [entry["data"]["homes"] for entry in hub.entries(incident) if entry["kind"] == "homes_joined"]
    assert joined[-1] == ["beicun 9"]
    assert hub.called() == [CENTRE]
    assert "called" not in kinds(hub, late)


def test_when_the_power_is_back_everything_closes_by_itself(hub: HubRig) -> None:
    homes, alerts, incident = begun(hub)
    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "the centre takes it")
    hub.clock.move(5 * MINUTE)
    recover(hub, homes[:6])
    hub.turn()
    assert {hub.alert(alert)["outcome"] for alert in [*alerts, incident]} == {"cleared"}
    assert hub.called() == [CENTRE]
    assert hub.verdict(incident).ok


def test_the_last_home_left_calls_its_own_people(hub: HubRig) -> None:
    homes, alerts, incident = begun(hub)
    hub.telephones.person(number(1, 5), "女儿", [PRESSES_1])
    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "the centre takes it")
    recover(hub, homes[:5])
    hub.turn()
    assert hub.alert(incident)["status"] == "resolved"
    hub.clock.move(MINUTE)
    hub.until(lambda: hub.alert(alerts[5])["status"] == "acknowledged", "the daughter takes it")
    assert hub.called() == [CENTRE, number(1, 5)]
    assert rules(hub, alerts[5]) == ["gathering", "incident", "spread"]
    assert kinds(hub, alerts[5]).count("released") == 1


def test_after_a_human_has_closed_it_the_homes_left_call_one_after_the_other(hub: HubRig) -> None:
    _, alerts, incident = begun(hub)
    for home in range(6):
        hub.telephones.person(number(1, home), "女儿", [NO_ANSWER])
    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "the centre takes it")
    with hub.pool.connection() as connection:
        resolve(connection, incident, Responder("李站长"), "real", "线路已修好", hub.clock.now())
    hub.turn()
    turns = sorted(hub.alert(alert)["held_until"] for alert in alerts)
    assert {after - before for before, after in pairwise(turns)} == {timedelta(seconds=20)}
    hub.clock.move(timedelta(seconds=20))
    hub.until(lambda: len(hub.called()) == 2, "the first of them")
    assert [hub.alert(alert)["held_by"] for alert in alerts].count("spread") == 5
    assert incidents(hub) == [incident], "what is left over is no new incident"


def test_single_calls_from_before_it_was_recognised_fall_silent(hub: HubRig) -> None:
    """Two homes were dark for two minutes, their daughters are being rung, and the others go dark too."""
    homes = settle_village(hub, "beicun", 12)
    for home in (0, 1):
        hub.telephones.person(number(1, home), "女儿", [NO_ANSWER])
    at_noon(hub)
    first = all_at_once(hub, homes[:2])
    hub.clock.move(2 * MINUTE)
    hub.turn()
    hub.telephones.wait_for_call(number(1, 0), "ringing")
    hub.telephones.wait_for_call(number(1, 1), "ringing")
    hub.until(lambda: [s for a in first for _, s in hub.attempts(a)] == ["ringing"] * 2, "both ring")
    all_at_once(hub, homes[2:7])
    hub.turn()
    hub.until(
        lambda: all(call.ended_at is not None for call in hub.telephones.calls() if call.to != CENTRE),
        "the daughters' telephones fall silent",
    )
    [incident] = incidents(hub)
    for alert in first:
        assert hub.alert(alert)["held_by"] == f"incident:{incident}"
        assert rules(hub, alert) == ["gathering", "incident"]
    assert sorted(set(hub.called()) - {CENTRE}) == [number(1, 0), number(1, 1)]


def test_several_stations_at_once_are_one_incident_of_the_centre(hub: HubRig) -> None:
    north = settle_village(hub, "beicun", 12, place=1)
    south = settle_village(hub, "nancun", 12, place=2)
    hub.telephones.person(CENTRE, "河口镇值班", [PRESSES_1])
    at_noon(hub)
    alerts = all_at_once(hub, [*north[:5], *south[:5]])
    hub.turn()
    [incident] = incidents(hub)
    assert hub.alert(incident)["organisation_id"] == "centre"
    hub.until(lambda: hub.alert(incident)["status"] == "acknowledged", "the centre takes it")
    assert {hub.alert(alert)["incident_id"] for alert in alerts} == {incident}
    assert hub.called() == [CENTRE]


def test_an_incident_that_spreads_becomes_the_centres(hub: HubRig) -> None:
    """The first village's own incident goes on as part of the larger one, and calls nobody any more."""
    north = settle_village(hub, "dongjie", 12, place=1)
    south = settle_village(hub, "nancun", 12, place=2)
    hub.telephones.person(STATION, "值班", [NO_ANSWER])
    hub.telephones.person(CENTRE, "河口镇值班", [PRESSES_1])
    at_noon(hub)
    all_at_once(hub, north[:6])
    hub.turn()
    [small] = incidents(hub)
    hub.clock.move(MINUTE)
    all_at_once(hub, south[:6])
    hub.turn()
    small_now, large = incidents(hub)
    assert small_now == small
    hub.until(lambda: hub.alert(small)["incident_id"] == large, "it is part of the larger one")
    assert hub.alert(small)["status"] == "triggered"
    assert "joined_larger" in kinds(hub, small)
    hub.until(lambda: hub.alert(large)["status"] == "acknowledged", "the centre takes it")
    assert set(hub.called()) <= {STATION, CENTRE}
    recover(hub, [*north[:6], *south[:6]])
    hub.turn()
    hub.turn()
    assert {hub.alert(one)["status"] for one in (small, large)} == {"resolved"}


def test_two_homes_are_no_area(hub: HubRig) -> None:
    homes = settle_village(hub, "beicun", 12)
    for home in (0, 1):
        hub.telephones.person(number(1, home), "女儿", [PRESSES_1])
    at_noon(hub)
    alerts = all_at_once(hub, homes[:2])
    hub.turn()
    assert hub.called() == [], "a minute is given to others to join"
    hub.clock.move(MINUTE)
    hub.until(lambda: {hub.alert(a)["status"] for a in alerts} == {"acknowledged"}, "both are taken")
    assert incidents(hub) == []
    assert sorted(hub.called()) == [number(1, 0), number(1, 1)]
