"""Who was called or written to reads who took it and that it is over; once, and nobody is rung for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.escalation.answers import Responder, cannot, on_the_way, resolve
from tests.answers_rig import BY_HAND, in_english, person, text_with, texts_to, told, writes
from tests.hub_rig import NO_ANSWER, PRESSES_1, PRESSES_2, HubRig
from tests.village import CENTRE, DAUGHTER, SON, STATION, fall

SON_IS = Responder("王强", "voice", "wang-qiang")


def taken_by_the_son(hub: HubRig) -> str:
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", PRESSES_2)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    return alert


def test_who_could_not_go_hears_who_goes_and_when_it_is_over(hub: HubRig) -> None:
    alert = taken_by_the_son(hub)
    text_with(hub, DAUGHTER, "王强 has taken it.")
    with hub.pool.connection() as connection:
        on_the_way(connection, alert, SON_IS, hub.clock.now(), eta_minutes=8)
    text_with(hub, DAUGHTER, "王强 has taken it and is on the way, there at about 03:20.")
    with hub.pool.connection() as connection:
        resolve(connection, alert, SON_IS, "real", "扶起", hub.clock.now())
    text_with(hub, DAUGHTER, "It is over: it was real, help was given. Closed by 王强.")
    hub.turn()
    assert len(texts_to(hub, DAUGHTER)) == 1 + 3
    assert texts_to(hub, SON) == [], "who says it needs no telling"
    assert (texts_to(hub, STATION), texts_to(hub, CENTRE)) == ([], []), "who was never told hears nothing"
    assert hub.called() == [DAUGHTER, SON], "nobody is rung for news"


def test_who_was_only_called_is_not_rung_again(hub: HubRig) -> None:
    in_english(hub)
    person(hub, DAUGHTER, "王芳", NO_ANSWER)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    hub.turn()
    assert hub.called() == [DAUGHTER, SON]
    assert hub.telephones.messages() == []


def test_who_was_called_and_can_be_written_to_gets_a_message(hub: HubRig) -> None:
    """The station's telephone was rung in vain; its cadre reads afterwards that the son goes."""
    in_english(hub)
    person(hub, DAUGHTER, "王芳", NO_ANSWER)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: DAUGHTER in hub.called(), "called")
    writes(hub, "wang-fang", DAUGHTER)
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert text_with(hub, DAUGHTER, "王强 has taken it.").startswith("[Anju]")


def test_who_believes_that_somebody_goes_hears_that_nobody_does(hub: HubRig) -> None:
    alert = taken_by_the_son(hub)
    text_with(hub, DAUGHTER, "王强 has taken it.")
    person(hub, STATION, "值班", BY_HAND)
    with hub.pool.connection() as connection:
        cannot(connection, alert, SON_IS, hub.clock.now())
    text_with(hub, DAUGHTER, "Whoever took it cannot go after all; others are being called.")
    assert hub.until(lambda: STATION in hub.called(), "the next person is called")


def test_the_same_news_are_told_once(hub: HubRig) -> None:
    alert = taken_by_the_son(hub)
    text_with(hub, DAUGHTER, "王强 has taken it.")
    for _ in range(3):
        with hub.pool.connection() as connection:
            on_the_way(connection, alert, SON_IS, hub.clock.now(), eta_minutes=8)
        hub.turn()
    hub.clock.move(timedelta(seconds=30))
    text_with(hub, DAUGHTER, "on the way")
    hub.turn()
    assert sum("on the way" in text for text in texts_to(hub, DAUGHTER)) == 1


def test_the_first_message_says_how_to_answer(hub: HubRig) -> None:
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    hub.finding(fall())
    text = told(hub, DAUGHTER)
    assert "Reply 1 if you go, 2 if you cannot, 3 for more." in text
    assert "Answer here: http" in text


def test_what_the_sensors_say_is_over_is_told_too(hub: HubRig) -> None:
    """Nobody took the warning: whoever was called must not go on worrying, or set out."""
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    alert = hub.finding(
        replace(fall(), severity="warning", risk="leak", dedup_key="leak:浴室", latched=False)
    )
    told(hub, DAUGHTER)
    hub.clear("leak:浴室")
    assert hub.alert(alert)["outcome"] == "cleared"
    text_with(hub, DAUGHTER, "over")
