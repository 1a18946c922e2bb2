"""When the disk takes nothing any more, the agent goes on, and no number is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.core.sending import Numbers, Pace
from edge_agent.lanes import Lanes
from tests.unit.edge.test_outbox import entry


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[Lanes]:
    made = Lanes(tmp_path / "outbox.db", Pace(), 10_000)
    made[0].sending.begin(0, 0)
    yield made
    made.close()


def stop_writing(lanes: Lanes, stopped: bool) -> None:
    """As a card does that has gone read-only."""
    lanes.first._db.execute(f"PRAGMA query_only = {'ON' if stopped else 'OFF'}")


def test_a_press_is_sent_even_if_the_disk_has_died(lanes: Lanes) -> None:
    """In a stream of its own, over the same connection, at once."""
    lanes.store([entry("sos")], {}, 0)
    stop_writing(lanes, True)
    lanes.store([entry("sos"), entry()], {"key": b"value"}, 100)
    disk, memory = lanes
    assert memory.outbox.stream != disk.outbox.stream
    assert disk.sending.next(100) == Numbers([1], True)
    assert memory.sending.next(100) == Numbers([1], True)
    assert [row.kind for row in memory.outbox.load([1, 2])] == ["sos", "motion"]


def test_the_disk_is_used_again_as_soon_as_it_takes_something(lanes: Lanes) -> None:
    """The stream on the disk goes on with its own numbers."""
    lanes.store([entry()], {}, 0)
    stop_writing(lanes, True)
    lanes.store([entry()], {}, 0)
    lanes.store([entry()], {}, 0)
    assert lanes.failing == "read_only"
    stop_writing(lanes, False)
    lanes.store([entry()], {}, 0)
    assert lanes.failing == ""
    assert [lane.outbox.depth for lane in lanes] == [2, 2]
    assert lanes.first.last_seq == 2


def test_what_need_only_be_remembered_is_no_reason_to_leave_the_disk(lanes: Lanes) -> None:
    """Said in the log, nothing else."""
    stop_writing(lanes, True)
    lanes.store([], {"key": b"value"}, 0)
    assert len(lanes) == 1


def test_an_agent_whose_outbox_cannot_be_opened_still_runs(tmp_path: Path) -> None:
    """A folder stands where the file should be."""
    (tmp_path / "outbox.db").mkdir()
    lanes = Lanes(tmp_path / "outbox.db", Pace(), 10_000)
    lanes.store([entry("sos")], {}, 0)
    assert lanes.first.depth == 1
    lanes.close()


def test_a_loss_is_said_once_and_the_return_once(lanes: Lanes, caplog: pytest.LogCaptureFixture) -> None:
    """A card that is read-only for a day does not fill the log."""
    stop_writing(lanes, True)
    for _ in range(20):
        lanes.store([entry()], {}, 0)
        lanes.store([], {"key": b"value"}, 0)
    stop_writing(lanes, False)
    for _ in range(3):
        lanes.store([entry()], {}, 0)
    assert [record.levelname for record in caplog.records] == ["CRITICAL", "WARNING"]
