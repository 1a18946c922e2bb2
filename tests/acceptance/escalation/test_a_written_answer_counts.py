"""Whoever is told by a message answers by a message: taken, with a time, or the next person is called."""

from __future__ import annotations

from datetime import timedelta

from tests.answers_rig import (
    BY_HAND,
    in_english,
    kinds,
    person,
    standing,
    text_with,
    texts_to,
    told,
    write,
    writes,
)
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, fall


def test_a_1_takes_it_and_the_telephone_falls_silent(hub: HubRig) -> None:
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND, reply="1")
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken")
    assert "You have taken this alert" in text_with(hub, DAUGHTER, "Thank you")
    assert standing(hub, alert) == [("王芳", "sms", True)]
    hub.until(lambda: all(call.ended_at for call in hub.telephones.calls(DAUGHTER)), "silent")
    assert hub.called() == [DAUGHTER]
    assert "wrote" in kinds(hub, alert)


def test_words_of_ones_own_language_and_a_time_are_understood(hub: HubRig) -> None:
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    alert = hub.finding(fall())
    told(hub, DAUGHTER)
    write(hub, DAUGHTER, "我去 15分钟")
    row = hub.alert(alert)
    assert row["status"] == "on_the_way"
    assert row["eta_at"] == hub.clock.now() + timedelta(minutes=15)
    assert hub.called() == [DAUGHTER]


def test_a_2_calls_the_next_person_while_her_own_telephone_still_rings(hub: HubRig) -> None:
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", NO_ANSWER)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    told(hub, DAUGHTER)
    hub.until(lambda: hub.attempts(alert)[0][1] == "ringing", "ringing")
    write(hub, DAUGHTER, "去不了")
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert hub.called() == [DAUGHTER, SON]


def test_who_has_two_alerts_open_is_asked_which_one(hub: HubRig) -> None:
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    bath, kitchen = hub.finding(fall()), hub.finding(fall(room="厨房"))
    hub.until(lambda: len(texts_to(hub, DAUGHTER)) == 2, "told of both")
    write(hub, DAUGHTER, "1")
    question = text_with(hub, DAUGHTER, "Which one?")
    assert {hub.alert(bath)["status"], hub.alert(kitchen)["status"]} == {"triggered"}, "nothing is guessed"
    code = question.rpartition("1 ")[2].rstrip(".")
    write(hub, DAUGHTER, f"1 {code.lower()}")
    text_with(hub, DAUGHTER, "You have taken this alert")
    assert sorted([hub.alert(bath)["status"], hub.alert(kitchen)["status"]]) == ["acknowledged", "triggered"]


def test_what_nobody_understands_is_on_file_and_answered_once(hub: HubRig) -> None:
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    alert = hub.finding(fall())
    told(hub, DAUGHTER)
    for text in ("她去了医院", "she went to hospital", "谁呀"):
        write(hub, DAUGHTER, text)
    assert hub.alert(alert)["status"] == "triggered"
    text_with(hub, DAUGHTER, "This was not understood.")
    assert sum("not understood" in text for text in texts_to(hub, DAUGHTER)) == 1
    wrote = [entry["data"]["text"] for entry in hub.entries(alert) if entry["kind"] == "wrote"]
    assert wrote == ["她去了医院", "she went to hospital", "谁呀"]


def test_two_machines_that_write_to_each_other_come_to_an_end(hub: HubRig) -> None:
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    hub.finding(fall())
    told(hub, DAUGHTER)
    for _ in range(6):
        write(hub, DAUGHTER, "3")
    assert len(texts_to(hub, DAUGHTER)) == 1 + 3
    hub.clock.move(timedelta(minutes=10))
    write(hub, DAUGHTER, "3")
    hub.until(lambda: len(texts_to(hub, DAUGHTER)) >= 1 + 4, "later she is answered again")


def test_a_stranger_and_a_word_of_opting_out_get_no_answer(hub: HubRig) -> None:
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    alert = hub.finding(fall())
    told(hub, DAUGHTER)
    write(hub, "+447700900099", "1")
    write(hub, DAUGHTER, "退订")
    assert hub.alert(alert)["status"] == "triggered"
    assert texts_to(hub, "+447700900099") == []
    assert len(texts_to(hub, DAUGHTER)) == 1
    with hub.pool.connection() as connection:
        kept = connection.execute("select address, understood from inbound_messages order by id").fetchall()
    assert [(row["address"], row["understood"]) for row in kept] == [
        ("+447700900099", "go"),
        (DAUGHTER, "opt_out"),
    ]
