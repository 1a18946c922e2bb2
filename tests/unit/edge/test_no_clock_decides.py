"""Whatever the wall clock does, no call for help is swallowed, none is made up, and instants come right."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.core.state import Happening
from edge_agent.core.timing import freshness
from edge_agent.intake import Intake
from edge_agent.outbox import Outbox
from tests.unit.edge.home import BOOTED, START, Home, listed
from tests.unit.edge.test_outbox import entry

YEARS = 50 * 365 * 86_400_000
JUMPS = [-YEARS, -86_400_000, -90_000, 90_000, 86_400_000, YEARS]


def press(intake: Intake, now: int, mono: int, payload: bytes = b'{"action":"emergency"}') -> list[Happening]:
    return intake.feed("zigbee2mqtt/sensor", payload, retained=False, now=now, mono=mono)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_press_counts_whatever_the_clock_did_since_the_one_before(jump: int) -> None:
    """Both are told; the second after twenty real seconds and a clock set by minutes or decades."""
    intake = Home(listed("Tuya", "TS0215A_sos")).intake
    assert [one.kind for one in press(intake, START, BOOTED)] == ["sos"]
    assert [one.kind for one in press(intake, START + jump, BOOTED + 20_000)] == ["sos"]


@pytest.mark.parametrize("jump", JUMPS)
def test_smoke_that_is_repeated_from_memory_is_not_made_new_by_a_clock_that_goes_back(jump: int) -> None:
    """A fire is told at once, and again at most where the clock says that its end may have been lost."""
    intake = Home(listed("Heiman", "HS1SA-E")).intake
    smoke = b'{"smoke":true}'
    assert [one.kind for one in press(intake, START, BOOTED, smoke)] == ["smoke"]
    again = press(intake, START + jump, BOOTED + 1_000, smoke)
    assert all(one.kind == "smoke" and one.attributes == {"repeat": True} for one in again)


@pytest.mark.parametrize("clock", ["synced", "holdover", "unsynced"])
def test_in_1970_an_event_of_this_run_is_live_by_the_machines_own_clock(clock: str) -> None:
    """And one that waited for an hour is late, though the clock may say that it is from the future."""
    for waited, mark in ((1_000, "live"), (3_600_000, "late")):
        found = freshness(
            at=5_000, mono=BOOTED, clock="unsynced", same_boot=True, now=START, now_mono=BOOTED + waited,
            now_clock=clock, history=True,  # type: ignore[arg-type]
        )  # fmt: skip
        assert found == mark


def test_once_the_time_is_known_every_event_of_this_run_moves_to_its_instant_in_its_own_order(
    tmp_path: Path,
) -> None:
    """The clock began in 1970, was set wrong by hand, and came right: the order is that of `mono`."""
    box = Outbox(tmp_path / "outbox.db")
    monos = [1_000, 2_000, 60_000, 61_000]
    wrong = [1_000, 2_000, START + YEARS, 5]
    box.append(
        [
            entry(at=at, mono=mono, skew=at - mono, clock="unsynced")
            for at, mono in zip(wrong, monos, strict=True)
        ]
    )
    assert box.correct_clock("9f2c41d07ab84f6e8c2d3b1a5e6f7081", START) == 4
    assert [row.at for row in box.load([1, 2, 3, 4])] == [START + mono for mono in monos]
    box.close()
