"""Several things are wrong in one home: its people are called once, and again only when that is settled."""

from __future__ import annotations

from datetime import timedelta

from hub.escalation.answers import Responder, resolve
from tests.hub_rig import NO_ANSWER, PRESSES_1, PRESSES_2, HubRig
from tests.noise_rig import at_noon, kinds, recover, rules, warning
from tests.village import DAUGHTER, SON, fall

MINUTE = timedelta(minutes=1)


def test_the_second_waits_for_the_first_and_both_files_say_so(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    first = hub.finding(warning(hub, "leak"))
    second = hub.finding(warning(hub, "door_open"))
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the daughter takes it")
    hub.clock.move(10 * MINUTE)
    hub.turn()
    assert hub.called() == [DAUGHTER]
    assert rules(hub, second) == ["grouped"]
    assert [entry["data"]["alert"] for entry in hub.entries(first) if entry["kind"] == "grouped"] == [second]
    assert hub.verdict(first).ok
    assert hub.verdict(second).ok


def test_when_the_first_is_settled_the_second_calls_of_its_own(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    first = hub.finding(warning(hub, "leak"))
    second = hub.finding(warning(hub, "door_open"))
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the daughter takes it")
    with hub.pool.connection() as connection:
        resolve(connection, first, Responder("王芳"), "real", "", hub.clock.now())
    hub.until(lambda: hub.alert(second)["status"] == "acknowledged", "the daughter takes the second too")
    assert hub.called() == [DAUGHTER, DAUGHTER]
    assert kinds(hub, second).count("released") == 1


def test_what_is_over_meanwhile_never_called_anybody(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    hub.finding(warning(hub, "leak"))
    second = hub.finding(warning(hub, "door_open"))
    recover(hub, ["wang"], "door_open")
    hub.until(lambda: hub.called() == [DAUGHTER], "the daughter is called about the leak")
    assert hub.alert(second)["outcome"] == "cleared"
    assert hub.attempts(second) == []


def test_who_is_on_the_way_already_reads_what_else_is_wrong(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into contact_methods (id, contact_id, channel, address, rank)"
            " values ('fang-sms', 'wang-fang', 'sms', %s, 2)",
            (DAUGHTER,),
        )
    at_noon(hub)
    first = hub.finding(warning(hub, "leak"))
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the daughter takes it")
    hub.clock.move(5 * MINUTE)
    hub.finding(warning(hub, "door_open"))
    said = "【安居】同时还有：王秀英：门没有关"
    hub.until(lambda: any(said in m.body for m in hub.telephones.messages(DAUGHTER)), "she reads it")
    assert hub.called() == [DAUGHTER]
    assert [entry["data"]["told"] for entry in hub.entries(first) if entry["kind"] == "grouped"] == [["王芳"]]


def test_half_an_hour_after_it_was_taken_another_warning_calls_again(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    first = hub.finding(warning(hub, "leak"))
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the daughter takes it")
    hub.clock.move(30 * MINUTE)
    second = hub.finding(warning(hub, "door_open"))
    hub.until(lambda: hub.alert(second)["status"] == "acknowledged", "the daughter takes that too")
    assert hub.called() == [DAUGHTER, DAUGHTER]


def test_an_emergency_takes_over_from_a_warning_that_rings(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER, PRESSES_2])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    at_noon(hub)
    lesser = hub.finding(warning(hub, "leak"))
    hub.turn()
    hub.telephones.wait_for_call(DAUGHTER, "ringing")
    graver = hub.finding(fall(hub.clock.now()))
    hub.clock.move(timedelta(seconds=61))
    hub.until(lambda: hub.alert(graver)["status"] == "acknowledged", "the son takes the fall")
    assert rules(hub, lesser) == ["grouped"]
    assert "held" not in kinds(hub, graver)
    assert hub.called().count(SON) == 1


def test_a_second_emergency_waits_for_nothing(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    at_noon(hub)
    one = hub.finding(fall(hub.clock.now(), room="浴室"))
    two = hub.finding(fall(hub.clock.now(), room="厨房"))
    hub.until(
        lambda: {hub.alert(alert)["status"] for alert in (one, two)} == {"acknowledged"}, "both are taken"
    )
    assert hub.called() == [DAUGHTER, DAUGHTER]


def test_a_warning_that_becomes_an_emergency_waits_no_longer(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER, PRESSES_1])
    at_noon(hub)
    hub.finding(warning(hub, "leak"))
    hub.turn()
    held = hub.finding(warning(hub, "inactivity"))
    assert rules(hub, held) == ["grouped"]
    assert hub.finding(warning(hub, "inactivity", severity="emergency")) == held
    assert kinds(hub, held)[-2:] == ["released", "called"]
    assert hub.alert(held)["held_until"] is None
