"""A device that was let go is not written to again, by this alert or by any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_rig import PRESSES_1
from tests.village import DAUGHTER, fall
from tests.written_rig import WritingHub, writing_hub


@pytest.fixture
def village(database: str, tmp_path: Path) -> Iterator[WritingHub]:
    with writing_hub(database, tmp_path) as made:
        yield made


def taken(village: WritingHub, room: str) -> str:
    """A fall in a room, which the daughter takes."""
    alert = village.rig.finding(fall(room=room))
    village.rig.until(lambda: village.rig.alert(alert)["status"] == "acknowledged", "acknowledged")
    village.rig.turn()
    return alert


def test_a_device_that_is_there_reads_what_happened(village: WritingHub) -> None:
    village.tell("wang-fang", "push", village.browser.subscription)
    village.rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = taken(village, "浴室")
    assert village.statuses(alert, "push") == ["sent"]
    (came,) = village.browser.service.came
    assert came.headers["urgency"] == "high"
    assert "王秀英" in village.browser.read(came)["title"]
    assert "浴室" in village.browser.read(came)["body"]


@pytest.mark.parametrize("status", [404, 410])
def test_one_that_is_gone_is_asked_once(village: WritingHub, status: int) -> None:
    village.tell("wang-fang", "push", village.browser.subscription)
    village.browser.service.says(status)
    village.rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1, PRESSES_1])
    first = taken(village, "浴室")
    assert village.statuses(first, "push") == ["failed"]
    assert len(village.browser.service.came) == 1
    second = taken(village, "厨房")
    assert village.statuses(second, "push") == []
    assert len(village.browser.service.came) == 1
    assert village.rig.called() == [DAUGHTER, DAUGHTER]
    assert village.rig.verdict(first).ok
