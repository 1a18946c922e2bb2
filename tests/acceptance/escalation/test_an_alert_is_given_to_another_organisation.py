"""An alert that one organisation gives to another: its people are called, and the trail shows both."""

from __future__ import annotations

import pytest

from hub.errors import ConflictError
from hub.escalation import answers, handover
from hub.escalation.answers import Responder
from hub.escalation.handover import NobodyThereError
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import STATION, add_contact, fall

WEST = "+447700900030"


@pytest.fixture
def two_towns(hub: HubRig) -> HubRig:
    """A second township beside the first, below the same county; the home's station is called first."""
    with hub.pool.connection() as connection:
        connection.execute("update homes set first_called = 'station'")
        connection.execute(
            "insert into organisations (id, tier, parent_id, name)"
            " values ('west', 'centre', 'county', '西河镇中心'), ('empty', 'station', 'west', '西街站')"
        )
        add_contact(connection, "west-duty", "西河镇值班", "duty", WEST, organisation="west")
    return hub


def give(hub: HubRig, alert: str, to: str) -> None:
    with hub.pool.connection() as connection:
        handover.give(connection, alert, to, by="县平台 陈", note="最近", now=hub.clock.now())


def test_the_other_townships_people_are_called_and_take_it(two_towns: HubRig) -> None:
    hub = two_towns
    hub.telephones.person(STATION, "值班", [NO_ANSWER])
    hub.telephones.person(WEST, "西河", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.called() == [STATION], "the station rings")
    give(hub, alert, "west")
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the other township takes it")
    assert hub.called() == [STATION, WEST]
    given = next(entry["data"] for entry in hub.entries(alert) if entry["kind"] == "given")
    assert (given["by"], given["to"], given["note"]) == ("县平台 陈", "西河镇中心", "最近")
    assert hub.verdict(alert).ok


def test_one_that_somebody_had_taken_is_called_anew(two_towns: HubRig) -> None:
    hub = two_towns
    hub.telephones.person(WEST, "西河", [PRESSES_1])
    alert = hub.finding(fall())
    with hub.pool.connection() as connection:
        answers.acknowledge(connection, alert, Responder("李站长", "web", "u1"), hub.clock.now())
    give(hub, alert, "west")
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "西河镇值班", "the other township takes it")


def test_where_nobody_can_be_called_it_is_not_given(two_towns: HubRig) -> None:
    alert = two_towns.finding(fall())
    with pytest.raises(NobodyThereError):
        give(two_towns, alert, "empty")


def test_one_that_is_over_stays_over(two_towns: HubRig) -> None:
    hub = two_towns
    alert = hub.finding(fall())
    with hub.pool.connection() as connection:
        answers.resolve(connection, alert, Responder("李站长"), "real", "", hub.clock.now())
    with pytest.raises(ConflictError):
        give(hub, alert, "west")


def test_it_can_go_to_whoever_can_be_called_below_the_same_county(two_towns: HubRig) -> None:
    alert = two_towns.finding(fall())
    with two_towns.pool.connection() as connection:
        assert [target["id"] for target in handover.targets(connection, alert)] == ["centre", "west"]
