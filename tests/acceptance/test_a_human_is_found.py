"""A fall is told until a human presses a key: every way that a call can fail leads on to the next person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import OnCall
from tests.hub_rig import NO_ANSWER, PRESSES_1, PRESSES_2, VOICEMAIL, HubRig, running_hub
from tests.village import CENTRE, DAUGHTER, SON, STATION, fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        yield rig


def acknowledged(hub: HubRig, alert: str) -> str:
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    return str(hub.alert(alert)["acknowledged_by"])


def test_voicemail_then_no_answer_then_the_station_presses_1(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [VOICEMAIL])
    hub.telephones.person(SON, "王强", [NO_ANSWER])
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    alert = hub.finding(fall())
    assert acknowledged(hub, alert) == "东街站值班"
    assert hub.called() == [DAUGHTER, SON, STATION]
    assert hub.attempts(alert) == [
        ("王芳", "voicemail"),
        ("王强", "unanswered"),
        ("东街站值班", "answered"),
    ]
    assert hub.verdict(alert).ok


@pytest.mark.parametrize(
    ("habit", "becomes"),
    [
        (OnCall(does="busy"), "busy"),
        (OnCall(does="reject"), "busy"),
        (OnCall(does="unreachable"), "failed"),
        (OnCall(does="hangs_up", after=1), "unanswered"),
        (OnCall(does="answer", after=1, keys=((1.0, "2"),)), "declined"),
        (OnCall(does="answer", after=1, hang_up_after=3, keys=((1.0, "9"),)), "unanswered"),
    ],
)
def test_whatever_is_no_answer_calls_the_next_person(hub: HubRig, habit: OnCall, becomes: str) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [habit])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    assert acknowledged(hub, alert) == "王强"
    assert hub.attempts(alert)[0] == ("王芳", becomes)
    assert hub.called() == [DAUGHTER, SON]


def test_a_human_who_is_taken_for_a_machine_can_still_press_1(hub: HubRig) -> None:
    """Detection errs: the machine's words end with the line, so the key comes while they are spoken."""
    hub.telephones.person(
        DAUGHTER, "王芳", [OnCall(does="answer", after=1, heard_as="unknown", keys=((1, "1"),))]
    )
    assert acknowledged(hub, hub.finding(fall())) == "王芳"


@pytest.mark.parametrize("order", ["reversed", "twice", "delayed"])
def test_callbacks_in_any_order_tell_the_same_story(hub: HubRig, order: str) -> None:
    hub.telephones.faults(Faults(callbacks=order, callback_delay=2))  # type: ignore[arg-type]
    hub.telephones.person(DAUGHTER, "王芳", [VOICEMAIL])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    assert acknowledged(hub, alert) == "王强"
    assert hub.called() == [DAUGHTER, SON]


def test_a_provider_that_never_calls_back_is_asked(hub: HubRig) -> None:
    hub.telephones.faults(Faults(callbacks="never"))
    hub.telephones.person(DAUGHTER, "王芳", [OnCall(does="busy")])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.turn()
    call = hub.telephones.wait_for_call(DAUGHTER, "busy")
    assert hub.called() == [DAUGHTER], "nothing was heard of it, so nobody else has been called yet"
    assert call.status == "busy"
    hub.clock.move(timedelta(seconds=20))
    assert acknowledged(hub, alert) == "王强"


def test_a_call_that_was_taken_with_an_error_rings_once(hub: HubRig) -> None:
    """HTTP 500 after acceptance: the telephone rings. It is found at the provider, not dialled again."""
    hub.telephones.faults(Faults(create=[CreateFault(answer="500", accepted=True)]))
    hub.telephones.person(DAUGHTER, "王芳", [OnCall(does="answer", after=4, keys=((2.0, "1"),))])
    alert = hub.finding(fall())
    hub.turn()
    hub.telephones.wait_for_call(DAUGHTER)
    hub.clock.move(timedelta(seconds=3))
    assert acknowledged(hub, alert) == "王芳"
    assert hub.called() == [DAUGHTER]


def test_a_call_that_was_never_taken_is_sent_again(hub: HubRig) -> None:
    hub.telephones.faults(Faults(create=[CreateFault(answer="500", accepted=False)]))
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.turn()
    hub.clock.move(timedelta(seconds=3))
    assert acknowledged(hub, alert) == "王芳"
    assert hub.called() == [DAUGHTER]


def test_a_wrong_number_costs_no_time(hub: HubRig) -> None:
    hub.telephones.faults(Faults(refused={DAUGHTER: 21211}))
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    assert acknowledged(hub, alert) == "王强"
    assert hub.attempts(alert)[0] == ("王芳", "failed")


def test_too_many_requests_are_tried_again_a_moment_later(hub: HubRig) -> None:
    hub.telephones.faults(Faults(create=[CreateFault(answer="429")]))
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.turn()
    assert hub.called() == []
    hub.clock.move(timedelta(seconds=2))
    assert acknowledged(hub, alert) == "王芳"


def test_when_a_whole_round_reaches_nobody_the_next_one_begins_after_a_pause(hub: HubRig) -> None:
    for number in (DAUGHTER, SON, STATION):
        hub.telephones.person(number, "", [OnCall(does="busy")])
    hub.telephones.person(CENTRE, "", [OnCall(does="busy"), PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: len(hub.called()) == 4 and hub.attempts(alert)[-1][1] == "busy", "a whole round")
    hub.turn()
    assert len(hub.called()) == 4
    hub.clock.move(timedelta(seconds=20))
    assert acknowledged(hub, alert) == "河口镇值班"
    assert hub.called()[4:] == [DAUGHTER, SON, STATION, CENTRE]


def test_after_an_answer_nobody_else_is_called(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    acknowledged(hub, alert)
    hub.clock.move(timedelta(minutes=14))
    hub.turn()
    assert hub.called() == [DAUGHTER]


def test_an_alert_that_was_taken_and_then_forgotten_calls_again(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1, PRESSES_2])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    acknowledged(hub, alert)
    hub.clock.move(timedelta(minutes=15))
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "taken by the son")
    assert [entry["kind"] for entry in hub.entries(alert)].count("stalled") == 1


def test_a_call_that_still_rings_when_somebody_else_takes_the_alert_is_hung_up(hub: HubRig) -> None:
    from hub.escalation.answers import Responder, acknowledge

    hub.telephones.person(DAUGHTER, "王芳", [OnCall(does="no_answer")])
    alert = hub.finding(fall())
    hub.turn()
    hub.telephones.wait_for_call(DAUGHTER, "ringing")
    hub.until(lambda: hub.attempts(alert)[0][1] == "ringing", "ringing")
    with hub.pool.connection() as connection:
        acknowledge(connection, alert, Responder("李站长"), hub.clock.now())
    hub.turn()
    call = hub.until(
        lambda: next((c for c in hub.telephones.calls(DAUGHTER) if c.ended_at is not None), None), "hung up"
    )
    assert call.status in ("canceled", "completed")
    assert hub.called() == [DAUGHTER]


def test_a_fall_that_the_sensor_no_longer_sees_still_needs_a_human(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.clear("fall:浴室")
    assert acknowledged(hub, alert) == "王芳"


def test_two_findings_of_one_fall_are_one_alert(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    assert hub.finding(fall()) == alert
    acknowledged(hub, alert)
    assert hub.called() == [DAUGHTER]
    assert [entry["kind"] for entry in hub.entries(alert)].count("repeated") == 1


def test_what_turns_out_graver_than_it_seemed_calls_people_anew(hub: HubRig) -> None:
    """Somebody took a warning; now it is an emergency, and taking the warning is not enough."""
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1, NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(replace(fall(), severity="warning"))
    assert acknowledged(hub, alert) == "王芳"
    assert hub.finding(fall()) == alert
    assert hub.alert(alert)["severity"] == "emergency"
    assert acknowledged(hub, alert) == "王强"
    assert hub.called() == [DAUGHTER, DAUGHTER, SON]
    assert hub.verdict(alert).ok


def test_an_alert_that_cannot_be_advanced_does_not_stop_the_others(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    damaged = hub.finding(fall(room="厨房"))
    with hub.pool.connection() as connection:
        connection.execute("update alerts set policy = '{\"steps\": 7}', due_at = %s", (hub.clock.now(),))
    whole = hub.finding(fall())
    hub.clock.move(timedelta(seconds=60))
    assert acknowledged(hub, whole) == "王强"
    assert hub.alert(damaged)["status"] == "triggered"
    assert hub.alert(damaged)["due_at"] > hub.clock.now(), "it is tried again"


def test_a_fall_that_is_seen_again_is_not_over(hub: HubRig) -> None:
    alert = hub.finding(fall())
    hub.clear("fall:浴室")
    assert hub.alert(alert)["cleared_at"] is not None
    hub.finding(fall())
    assert hub.alert(alert)["cleared_at"] is None
