"""An emergency may need more than one human: others are called until enough have taken it."""

from __future__ import annotations

from tests.answers_rig import (
    BY_HAND,
    browser,
    heard,
    in_english,
    kinds,
    link_in,
    person,
    standing,
    told,
    two_are_needed,
    writes,
)
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, STATION, fall


def test_the_second_person_is_called_while_the_first_is_told_to_go(hub: HubRig) -> None:
    in_english(hub)
    two_are_needed(hub)
    person(hub, DAUGHTER, "王芳", PRESSES_1)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "both have taken it")
    assert "we are looking for a second person" in heard(hub, DAUGHTER)
    hub.until(lambda: "nobody else is called" in heard(hub, SON), "the second one ends it")
    assert hub.alert(alert)["acknowledged_by"] == "王芳、王强"
    assert hub.called() == [DAUGHTER, SON]
    assert kinds(hub, alert) == ["raised", "called", "joined", "called", "acknowledged"]


def test_one_person_counts_once_however_often_they_say_it(hub: HubRig) -> None:
    in_english(hub)
    two_are_needed(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", PRESSES_1)
    person(hub, SON, "王强", BY_HAND)
    alert = hub.finding(fall())
    link = link_in(told(hub, DAUGHTER))
    hub.until(lambda: SON in hub.called(), "the second person is called")
    with browser(hub) as phone:
        page = phone.post(link, data={"act": "go"})
    assert "we are looking for a second person" in page.text
    assert hub.alert(alert)["status"] == "triggered"
    assert standing(hub, alert) == [("王芳", "voice", True)]


def test_who_took_it_is_not_called_again_in_the_next_round(hub: HubRig) -> None:
    from datetime import timedelta

    two_are_needed(hub)
    person(hub, DAUGHTER, "王芳", PRESSES_1)
    person(hub, SON, "王强", NO_ANSWER, PRESSES_1)
    person(hub, STATION, "值班", NO_ANSWER)
    alert = hub.finding(fall())
    hub.until(lambda: hub.called() == [DAUGHTER, SON, STATION], "a round")
    hub.until(lambda: hub.attempts(alert)[-1][1] == "unanswered", "the round ends")
    hub.turn()
    hub.clock.move(timedelta(seconds=20))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the son, in the second round")
    assert hub.called() == [DAUGHTER, SON, STATION, SON]


def test_when_one_of_two_cannot_go_after_all_another_is_called(hub: HubRig) -> None:
    in_english(hub)
    two_are_needed(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", PRESSES_1)
    person(hub, SON, "王强", PRESSES_1)
    person(hub, STATION, "值班", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "both have taken it")
    with browser(hub) as phone:
        page = phone.post(link_in(told(hub, DAUGHTER)), data={"act": "cannot"})
    assert "We are calling the next person now." in page.text
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station joins")
    assert {name for name, _, stands in standing(hub, alert) if stands} == {"王强", "东街站值班"}
    assert hub.called() == [DAUGHTER, SON, STATION]
