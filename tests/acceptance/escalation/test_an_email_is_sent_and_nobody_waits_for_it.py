"""An e-mail is sent to whoever wants one, and nobody waits for it: calls go on as if it were not there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hub_rig import NO_ANSWER, PRESSES_1
from tests.village import DAUGHTER, SON, fall
from tests.written_rig import WritingHub, writing_hub

FANG = "wang.fang@example.org"


@pytest.fixture
def village(database: str, tmp_path: Path) -> Iterator[WritingHub]:
    with writing_hub(database, tmp_path) as made:
        yield made


def test_it_is_sent_beside_the_call_and_is_final(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "email", FANG)
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: village.statuses(alert, "email") == ["sent"], "sent")
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    (mail,) = (one for one in village.mail.taken if one["X-Priority"] == "1")
    assert "王秀英" in mail["Subject"]
    assert "浴室" in mail.get_content()
    hub.clock.move(timedelta(minutes=10))
    hub.turn()
    assert village.statuses(alert, "email") == ["sent"], "no more is ever known of it, and nobody asks"
    assert [way for way, _ in village.written()] == ["email"]
    assert hub.called() == [DAUGHTER]
    assert hub.verdict(alert).ok


def test_a_mail_server_that_does_not_answer_holds_up_no_call(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "email", FANG)
    village.mail.silent_after_data = threading.Event()
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.dispatcher.turn()
    hub.telephones.wait_for_call(DAUGHTER)
    assert village.statuses(alert, "email") == ["sending"]
    village.mail.silent_after_data.set()
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert hub.called() == [DAUGHTER, SON]


def test_one_whose_answer_was_lost_is_sent_again_under_the_same_name(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "email", FANG)
    village.mail.data = ""
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.turn()
    assert village.statuses(alert, "email") == ["unknown"]
    village.mail.data = "250 OK"
    hub.clock.move(timedelta(seconds=2))
    hub.until(lambda: village.statuses(alert, "email") == ["sent"], "sent once more")
    assert len({mail["Message-ID"] for mail in village.mail.taken}) == 1
    assert len(village.mail.taken) == 2


def test_an_address_that_does_not_exist_is_on_file_and_changes_nothing(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "email", FANG)
    village.mail.rcpt = "550 5.1.1 No such user"
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王芳", "taken")
    assert village.statuses(alert, "email") == ["failed"]
    assert hub.called() == [DAUGHTER]
    assert village.written() == []
