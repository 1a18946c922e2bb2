"""A test call proves that a human answers at a number, or leaves it unproven; nobody else hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.errors import ConflictError, NotFoundError
from hub.places import contacts
from hub.proof import number_checks, preflight_runs
from simulators.telephones.person import OnCall
from tests.hub_rig import NO_ANSWER, PRESSES_1, VOICEMAIL, HubRig
from tests.village import DAUGHTER, SON, STATION, fall

#: They listen to the end before they press a key.
LISTENS_AND_PRESSES_1 = OnCall(does="answer", after=1, keys=((20.0, "1"),))
LISTENS_AND_PRESSES_2 = OnCall(does="answer", after=1, keys=((20.0, "2"),))
FANG, DUTY = "wang-fang-voice", "duty-voice"


def start(hub: HubRig, method: str) -> str:
    with hub.pool.connection() as connection:
        return number_checks.start(connection, method, "周建国", hub.clock.now())


def verified_at(hub: HubRig, method: str) -> object:
    with hub.pool.connection() as connection:
        row = connection.execute(
            "select verified_at from contact_methods where id = %s", (method,)
        ).fetchone()
    assert row is not None
    return row["verified_at"]


def over(hub: HubRig, alert: str) -> str:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the check is over")
    return str(hub.alert(alert)["outcome"])


@pytest.mark.parametrize("habit", [LISTENS_AND_PRESSES_1, LISTENS_AND_PRESSES_2])
def test_a_human_who_presses_a_key_proves_the_number(hub: HubRig, habit: OnCall) -> None:
    """Whoever says that they cannot go has answered all the same: there is a human at the number."""
    hub.telephones.person(DAUGHTER, "王芳", [habit])
    alert = start(hub, FANG)
    assert hub.alert(alert)["drill"]
    assert over(hub, alert) == "test"
    assert verified_at(hub, FANG) == hub.clock.now()
    assert hub.called() == [DAUGHTER]
    [call] = hub.telephones.calls(DAUGHTER)
    said = " ".join(call.said)
    assert "演练" in said
    assert "这是打给王芳的测试电话" in said
    assert "您什么都不用做" in said
    assert "东街12号" not in said, "nobody is to set out"
    assert hub.verdict(alert).ok


@pytest.mark.parametrize("habit", [NO_ANSWER, VOICEMAIL])
def test_a_machine_or_nobody_leaves_the_number_unproven_and_nobody_else_is_called(
    hub: HubRig, habit: OnCall
) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [habit])
    alert = start(hub, FANG)
    assert over(hub, alert) == "test"
    assert verified_at(hub, FANG) is None
    assert hub.called() == [DAUGHTER]
    assert hub.entries(alert)[-1]["data"]["answered"] is False
    with hub.pool.connection() as connection:
        found = preflight_runs.check_home(connection, "wang", hub.clock.now())
        people = contacts.of_home(connection, "wang")
        state = number_checks.state_of(connection, people, hub.clock.now())
    assert [each.lapse.kind for each in found] == ["unverified"]
    assert (state[FANG]["checking"], state[FANG]["tried_at"]) == (False, hub.clock.now())


def test_somebody_on_duty_is_checked_for_the_station(hub: HubRig) -> None:
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    alert = start(hub, DUTY)
    assert (hub.alert(alert)["home_id"], hub.alert(alert)["organisation_id"]) == (None, "dongjie")
    assert over(hub, alert) == "test"
    assert verified_at(hub, DUTY) == hub.clock.now()
    assert hub.called() == [STATION]


def test_all_unproven_numbers_of_a_home_are_checked_side_by_side_and_proven_ones_are_left(
    hub: HubRig,
) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    with hub.pool.connection() as connection:
        started = number_checks.start_unverified(connection, "wang", "周建国", hub.clock.now())
        with pytest.raises(ConflictError):
            number_checks.start(connection, FANG, "周建国", hub.clock.now())
        assert number_checks.start_unverified(connection, "wang", "周建国", hub.clock.now()) == []
    assert len(started) == 2
    for alert in started:
        over(hub, alert)
    assert sorted(hub.called()) == [DAUGHTER, SON]
    with hub.pool.connection() as connection:
        assert preflight_runs.check_home(connection, "wang", hub.clock.now()) == []
        assert number_checks.start_unverified(connection, "wang", "周建国", hub.clock.now()) == []


def test_a_changed_number_is_unproven_again(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    over(hub, start(hub, FANG))
    with hub.pool.connection() as connection:
        contacts.add_method(connection, "wang-fang", channel="voice", address="+447700900099", method_id=FANG)
    assert verified_at(hub, FANG) is None


def test_an_answer_to_a_real_alert_proves_the_number_too(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    assert verified_at(hub, FANG) == hub.clock.now()
    assert verified_at(hub, "wang-qiang-voice") is None


def test_a_message_is_checked_without_anybody_being_called(hub: HubRig) -> None:
    """A text message reaches no ear: nobody else may be called because nobody answers it."""
    with hub.pool.connection() as connection:
        contacts.add_method(
            connection, "wang-fang", channel="sms", address="+447700900001", method_id="fang-sms"
        )
    alert = start(hub, "fang-sms")
    hub.until(lambda: hub.telephones.messages(DAUGHTER), "written")
    hub.clock.move(timedelta(seconds=61))
    assert over(hub, alert) == "test"
    assert hub.called() == []
    [message] = hub.telephones.messages(DAUGHTER)
    assert "演练" in message.body
    assert "测试消息" in message.body
    assert "东街12号" not in message.body


def test_a_number_that_does_not_exist_cannot_be_checked(hub: HubRig) -> None:
    with pytest.raises(NotFoundError):
        start(hub, "nobody")
