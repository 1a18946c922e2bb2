"""When a provider cannot, another one calls the same person at once; a bad address bothers no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import OnCall, OnMessage
from tests.hub_rig import PRESSES_1
from tests.two_carriers import NOWHERE, TwoCarriers, two_carriers
from tests.village import DAUGHTER, SON, fall


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[TwoCarriers]:
    with two_carriers(database, tmp_path) as made:
        yield made


def taken_by(town: TwoCarriers, alert: str) -> str:
    town.rig.until(lambda: town.rig.alert(alert)["status"] == "acknowledged", "acknowledged")
    return str(town.rig.alert(alert)["acknowledged_by"])


@pytest.mark.parametrize("code", [21215, 20003, 21606])
def test_an_account_that_may_not_call_there_costs_no_moment(town: TwoCarriers, code: int) -> None:
    town.first.faults(Faults(refused={DAUGHTER: code}))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = town.rig.finding(fall())
    assert taken_by(town, alert) == "王芳"
    assert town.called() == [("second", DAUGHTER)]
    (attempt,) = (row for row in town.attempts(alert) if row["purpose"] == "answer")
    assert (attempt["provider"], attempt["tried_providers"]) == ("second", ["first"])
    assert town.codes(alert, "refused") == [str(code)]
    assert town.rig.verdict(alert).ok


def test_a_provider_that_is_away_is_left_for_one_that_is_there(town: TwoCarriers) -> None:
    town.choose(town.provider("first", NOWHERE), town.provider("second", town.second.url))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    assert taken_by(town, town.rig.finding(fall())) == "王芳"
    assert town.called() == [("second", DAUGHTER)]


def test_too_many_requests_are_no_reason_to_wait_while_another_is_free(town: TwoCarriers) -> None:
    town.first.faults(Faults(create=[CreateFault(answer="429")]))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    assert taken_by(town, town.rig.finding(fall())) == "王芳"
    assert town.called() == [("second", DAUGHTER)]


def test_a_wrong_number_is_wrong_for_every_provider(town: TwoCarriers) -> None:
    town.first.faults(Faults(refused={DAUGHTER: 21211}))
    town.person(SON, "王强", [PRESSES_1])
    assert taken_by(town, town.rig.finding(fall())) == "王强"
    assert town.called() == [("first", SON)]


def test_when_none_is_left_the_next_person_is_called(town: TwoCarriers) -> None:
    for telephones in (town.first, town.second):
        telephones.faults(Faults(refused={DAUGHTER: 21215}))
    town.person(SON, "王强", [PRESSES_1])
    alert = town.rig.finding(fall())
    assert taken_by(town, alert) == "王强"
    assert town.called() == [("first", SON)]
    assert town.rig.attempts(alert)[0] == ("王芳", "failed")
    assert town.codes(alert, "refused") == ["21215", "21215"]


def test_a_provider_that_keeps_failing_is_asked_last_and_when_that_is_over_first_again(
    town: TwoCarriers,
) -> None:
    town.first.faults(Faults(refused={DAUGHTER: 21215, SON: 21215}))
    town.person(DAUGHTER, "王芳", [OnCall(does="busy"), PRESSES_1])
    town.person(SON, "王强", [PRESSES_1])
    taken_by(town, town.rig.finding(fall()))
    assert town.called() == [("second", DAUGHTER), ("second", SON)]
    town.first.faults(Faults())
    alert = town.rig.finding(fall(room="厨房"))
    taken_by(town, alert)
    (attempt,) = (row for row in town.attempts(alert) if row["purpose"] == "answer")
    assert (attempt["provider"], attempt["tried_providers"]) == ("second", []), "the first was not asked"
    data = [entry["data"] for entry in town.rig.entries(alert) if entry["kind"] == "attempt"]
    (told,) = (each["reason"] for each in data if each["status"] == "accepted")
    assert told["text"] == "{provider} carries it: {preferred} fails lately ({share} of 100 good)."
    town.rig.clock.move(timedelta(minutes=10))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    taken_by(town, town.rig.finding(fall(room="客厅")))
    assert town.called()[-1] == ("first", DAUGHTER)


@pytest.mark.parametrize("code", [30007, 30034])
def test_a_message_that_a_carrier_filters_goes_by_another(town: TwoCarriers, code: int) -> None:
    town.add_message("wang-fang", DAUGHTER)
    town.first.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="failed", error_code=code)])
    town.second.person(DAUGHTER, "王芳", [OnCall()], [OnMessage()])
    alert = town.rig.finding(fall())
    town.rig.until(lambda: len(town.written()) == 2, "written to twice")
    assert town.written() == [("first", DAUGHTER), ("second", DAUGHTER)]
    wanted = [("first", "failed", str(code)), ("second", "delivered", None)]
    town.rig.until(lambda: town.messages(alert) == wanted, "delivered by the other")


def test_a_handset_that_is_off_is_written_to_once_more_and_then_no_more(town: TwoCarriers) -> None:
    town.add_message("wang-fang", DAUGHTER)
    town.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="undelivered", error_code=30003)])
    alert = town.rig.finding(fall())
    failed = ("first", "failed", "30003")
    town.rig.until(lambda: town.messages(alert) == [failed, ("", "queued", None)], "owed again")
    assert town.written() == [("first", DAUGHTER)], "not at once"
    town.rig.clock.move(timedelta(seconds=10))
    town.rig.until(lambda: town.messages(alert) == [failed, failed], "tried once more")
    town.rig.clock.move(timedelta(seconds=10))
    town.rig.turn()
    assert town.written() == [("first", DAUGHTER)] * 2


def test_a_landline_is_written_to_once_and_by_nobody_else(town: TwoCarriers) -> None:
    town.add_message("wang-fang", DAUGHTER)
    town.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="undelivered", error_code=30006)])
    alert = town.rig.finding(fall())
    town.rig.until(lambda: town.messages(alert) == [("first", "failed", "30006")], "not delivered")
    town.rig.clock.move(timedelta(seconds=10))
    town.rig.turn()
    assert town.written() == [("first", DAUGHTER)]
