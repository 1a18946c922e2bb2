"""What the edge agent did while the hub was away: nobody is called twice for it, and the file says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.clock import milliseconds
from hub.escalation import at_home, opening
from models.contract.messages import Event
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, fall


def told(kind: str, at: datetime, **attributes: str) -> Event:
    return Event(
        seq=1, at=milliseconds(at), mono=0, device="pi", kind=kind, attributes={"about": "fall", **attributes}
    )


def arrives(hub: HubRig, *calls: tuple[str, str], ago: timedelta = timedelta(minutes=2)) -> str:
    """The line is back: the fall and what the home did about it are in one batch."""
    now = hub.clock.now()
    with hub.pool.connection() as connection:
        alert, _ = opening.open_or_repeat(connection, "wang", fall(), now)
        for number, outcome in calls:
            event = told("edge_call", now - ago, number=number, outcome=outcome)
            at_home.take(connection, "wang", event, now)
    return alert


def test_who_pressed_the_key_in_the_homes_own_call_has_the_alert_and_nobody_is_called(hub: HubRig) -> None:
    alert = arrives(hub, (DAUGHTER, "calling"), (DAUGHTER, "key"))
    assert hub.alert(alert)["status"] == "acknowledged"
    hub.turn()
    assert hub.called() == []
    entries = [entry["kind"] for entry in hub.entries(alert)]
    assert entries.count("called_at_home") == 2
    assert hub.verdict(alert).ok


def test_the_second_in_the_line_may_be_the_one_who_has_it(hub: HubRig) -> None:
    alert = arrives(hub, (DAUGHTER, "no_answer"), (SON, "key"))
    assert hub.alert(alert)["status"] == "acknowledged"
    hub.turn()
    assert hub.called() == []


def test_who_did_not_answer_the_home_is_not_called_first_by_the_hub(hub: HubRig) -> None:
    hub.telephones.person(SON, "儿子", [PRESSES_1])
    alert = arrives(hub, (DAUGHTER, "no_answer"))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the son takes it")
    assert hub.called() == [SON]
    entry = next(entry for entry in hub.entries(alert) if entry["kind"] == "called_at_home")
    assert (entry["data"]["address"], entry["data"]["outcome"]) == (DAUGHTER, "no_answer")


def test_a_call_of_the_home_that_may_still_ring_is_waited_for(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "女儿", [PRESSES_1])
    alert = arrives(hub, (DAUGHTER, "calling"), ago=timedelta(seconds=10))
    hub.turn()
    assert DAUGHTER not in hub.called()
    hub.clock.move(timedelta(seconds=125))
    hub.until(lambda: DAUGHTER in hub.called(), "then she is called all the same")
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "she takes it")


def test_what_the_home_tried_long_ago_is_tried_again(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "女儿", [PRESSES_1])
    alert = arrives(hub, (DAUGHTER, "no_answer"), ago=timedelta(hours=2))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter takes it")
    assert hub.called() == [DAUGHTER]


def test_the_residents_own_word_is_in_the_file_and_closes_nothing(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "女儿", [PRESSES_1])
    alert = arrives(hub)
    with hub.pool.connection() as connection:
        at_home.take(connection, "wang", told("well", hub.clock.now(), by="lamp"), hub.clock.now())
    assert "well_at_home" in [entry["kind"] for entry in hub.entries(alert)]
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the daughter is asked to look")
