"""A chat message informs: whatever its service says, people are called until one of them answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hub_rig import NO_ANSWER, PRESSES_1
from tests.village import CENTRE, DAUGHTER, SON, STATION, fall
from tests.written_rig import WritingHub, writing_hub


@pytest.fixture
def village(database: str, tmp_path: Path) -> Iterator[WritingHub]:
    with writing_hub(database, tmp_path) as made:
        yield made


def test_a_group_that_was_told_keeps_nobody_from_being_called(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "chat", village.chat_address)
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: village.statuses(alert, "chat") == ["sent"], "told")
    assert hub.alert(alert)["status"] == "triggered"
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert hub.called() == [DAUGHTER, SON]
    hub.until(lambda: village.purposes(alert, "chat") == ["inform", "news"], "told who took it")
    hub.until(lambda: village.statuses(alert, "chat") == ["sent", "sent"], "both are sent")
    assert village.written() == [("chat", "wang-topic-secret")] * 2
    assert hub.called() == [DAUGHTER, SON]


def test_who_has_only_a_chat_is_told_and_never_waited_for(village: WritingHub) -> None:
    hub = village.rig
    with hub.pool.connection() as connection:
        connection.execute("update contact_methods set active = false where contact_id like 'wang-%%'")
    village.tell("wang-fang", "chat", village.chat_address)
    for number in (STATION, CENTRE):
        hub.telephones.person(number, "", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")
    assert hub.called() == [STATION]
    assert village.purposes(alert, "chat")[0] == "inform"
    assert {way for way, _ in village.written()} == {"chat"}


def test_a_chat_that_refuses_changes_nothing(village: WritingHub) -> None:
    hub = village.rig
    village.tell("wang-fang", "chat", village.chat_address)
    village.chat.says(403, {"code": 40301})
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王芳", "taken")
    hub.clock.move(timedelta(minutes=1))
    hub.turn()
    assert village.statuses(alert, "chat") == ["failed"]
    assert len(village.chat.came) == 1
