"""Somebody asks for silence: lesser alerts wait, and files say who asked and why. Emergencies never wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.errors import ConflictError
from hub.escalation.noise import figures, silences
from hub.escalation.noise.silences import SilenceError
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.noise_rig import all_at_once, at_noon, incidents, kinds, rules, settle_village, warning
from tests.village import DAUGHTER, fall

HOUR = timedelta(hours=1)


def silence(hub: HubRig, *risks: str, organisation: str | None = None, hours: int = 2) -> int:
    """Ask for silence at the home, or at an organisation."""
    with hub.pool.connection() as connection:
        return silences.create(
            connection,
            home_id=None if organisation else "wang",
            organisation_id=organisation,
            risks=risks,
            until=hub.clock.now() + hours * HOUR,
            by="李站长",
            why="厨房装修",
            now=hub.clock.now(),
        )


def test_a_warning_waits_for_the_end_and_calls_then(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    silence(hub)
    alert = hub.finding(warning(hub, "leak"))
    [held] = [entry["data"] for entry in hub.entries(alert) if entry["kind"] == "held"]
    assert held["reason"]["values"]["by"] == "李站长"
    assert held["reason"]["values"]["why"] == "厨房装修"
    hub.clock.move(2 * HOUR - timedelta(seconds=1))
    hub.turn()
    assert hub.called() == []
    hub.clock.move(timedelta(seconds=1))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it")
    assert kinds(hub, alert)[:3] == ["raised", "held", "released"]
    assert hub.verdict(alert).ok


def test_what_is_over_before_the_end_called_nobody_and_is_counted(hub: HubRig) -> None:
    at_noon(hub)
    silence(hub, "leak")
    alert = hub.finding(warning(hub, "leak"))
    with hub.pool.connection() as connection:
        assert [row["id"] for row in figures.held_now(connection)] == [alert]
        assert [row["holding"] for row in silences.current(connection, hub.clock.now())] == [1]
    hub.clear("leak")
    hub.clock.move(3 * HOUR)
    hub.turn()
    assert hub.called() == []
    with hub.pool.connection() as connection:
        counted = figures.suppressions(connection, hub.clock.now() - 24 * HOUR, hub.clock.now())
    assert counted == [{"rule": "silence", "n": 1, "alerts": 1, "never_called": 1}]


def test_it_holds_only_what_it_names(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    silence(hub, "door_open")
    alert = hub.finding(warning(hub, "leak"))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it")


@pytest.mark.parametrize("severity", ["warning", "emergency"])
def test_a_fall_calls_people_through_every_silence(hub: HubRig, severity: str) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    silence(hub)
    silence(hub, organisation="county")
    alert = hub.finding(replace(fall(hub.clock.now()), severity=severity))  # type: ignore[arg-type]
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it")
    assert "held" not in kinds(hub, alert)


def test_it_stops_a_telephone_that_rings(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    at_noon(hub)
    alert = hub.finding(warning(hub, "leak"))
    hub.turn()
    hub.telephones.wait_for_call(DAUGHTER, "ringing")
    hub.until(lambda: hub.attempts(alert)[0][1] == "ringing", "it rings")
    silence(hub)
    hub.until(
        lambda: all(call.ended_at is not None for call in hub.telephones.calls(DAUGHTER)), "it falls silent"
    )
    assert hub.called() == [DAUGHTER]


def test_one_that_is_ended_early_lets_go_at_once(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    number = silence(hub)
    alert = hub.finding(warning(hub, "leak"))
    hub.turn()
    assert hub.called() == []
    with hub.pool.connection() as connection:
        silences.end(connection, str(number), "李站长", hub.clock.now())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it")
    with hub.pool.connection() as connection, pytest.raises(ConflictError):
        silences.end(connection, str(number), "李站长", hub.clock.now())


def test_announced_works_in_a_village_are_no_incident(hub: HubRig) -> None:
    homes = settle_village(hub, "beicun", 12)
    at_noon(hub)
    silence(hub, "power_cut", organisation="centre", hours=8)
    cut = all_at_once(hub, homes)
    hub.turn()
    hub.clock.move(HOUR)
    hub.turn()
    assert incidents(hub) == []
    assert hub.called() == []
    assert {tuple(rules(hub, alert)) for alert in cut} == {("silence",)}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"risks": ["smoke"]}, "Emergencies are never silenced"),
        ({"risks": ["leak", "sos"]}, "Emergencies are never silenced"),
        ({"risks": ["ghosts"]}, "'ghosts' is none of"),
        ({"why": "  "}, "Say why"),
        ({"hours": 31 * 24}, "30 days at most"),
        ({"hours": -1}, "ends before it begins"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_a_sentence(
    hub: HubRig, asked: dict[str, object], said: str
) -> None:
    given = {"why": "装修", "risks": [], "hours": 2} | asked
    with hub.pool.connection() as connection, pytest.raises(SilenceError, match=said):
        silences.create(
            connection,
            home_id="wang",
            risks=given["risks"],  # type: ignore[arg-type]
            until=hub.clock.now() + given["hours"] * HOUR,  # type: ignore[operator]
            by="李站长",
            why=str(given["why"]),
            now=hub.clock.now(),
        )
