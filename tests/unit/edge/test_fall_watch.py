"""A wearable watched for falls: suspected, asked, raised or taken back, whatever the clocks do."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from edge_agent.core.fall_watch import FallWatch
from edge_agent.core.motion import MotionBatch
from edge_agent.core.packet_times import PacketTimes
from edge_agent.core.state import Happening
from models.detection.finding import Reason
from models.detection.wording import render
from tests.conftest import ROOT
from tests.unit.falls.bodies import at_rate, fall, lie, walk

BELT = "belt-of-mrs-wang"
KNOCK_S = 10.7  #: into the made-up fall
NOW = 1_795_000_000_000
RATE = 50


class Wearer:
    """Somebody with a belt, its packets of one second, and a clock that only the test moves."""

    def __init__(self, *, clock_ms: int | None = 5_000) -> None:
        self.watch = FallWatch({BELT: "waist"})
        self.mono = 1_000_000
        self.now = NOW
        self.told: list[Happening] = []
        self._clock_ms = clock_ms

    def moves(self, body: np.ndarray, until_s: float = 1e9) -> None:
        """Let the belt send this movement, second by second."""
        xyz = at_rate(body, RATE).xyz
        for at in range(0, min(len(xyz), round(until_s * RATE)), RATE):
            part = [tuple(row) for row in xyz[at : at + RATE].tolist()]
            self.passes(len(part) / RATE)
            start = None if self._clock_ms is None else self._clock_ms
            if self._clock_ms is not None:
                self._clock_ms += round(1000 * len(part) / RATE)
            batch = MotionBatch(BELT, float(RATE), part, start)
            self.told += self.watch.feed(batch, self.now, self.mono)

    def passes(self, seconds: float) -> None:
        """Let time pass, a second at a time."""
        end = self.mono + round(seconds * 1000)
        while self.mono < end:
            step = min(1000, end - self.mono)
            self.mono += step
            self.now += step
            self.told += self.watch.tick(self.now, self.mono)

    def reboots(self, *, mono: int = 1_000) -> None:
        """The machine starts anew; its own clock begins again."""
        saved = self.watch.take_changes(self.mono)
        self.watch = FallWatch({BELT: "waist"})
        self.mono = mono
        self.watch.restore(saved, self.mono, rebooted=True)

    def words(self) -> list[tuple[str, float | None]]:
        return [(one.kind, one.value) for one in self.told]


FALLEN = [("fall_suspected", 1.0), ("asked", 1.0), ("fall", 1.0), ("asked", 0.0)]


@pytest.mark.parametrize("clock_ms", [5_000, None, NOW - 50 * 365 * 86_400_000])
def test_who_falls_and_lies_still_is_suspected_asked_and_called_for(clock_ms: int | None) -> None:
    """Whether the wearable has a clock, none, or one in 1970; the instant is that of the knock."""
    wearer = Wearer(clock_ms=clock_ms)
    wearer.moves(fall())
    assert wearer.words() == FALLEN
    suspected, asked, fallen, over = wearer.told
    knock = NOW + KNOCK_S * 1000
    assert suspected.at == pytest.approx(knock, abs=600)
    assert fallen.at == pytest.approx(suspected.at, abs=50)
    assert fallen.mono - 1_000_000 == pytest.approx(KNOCK_S * 1000, abs=600)
    assert 38 <= (over.at - knock) / 1000 <= 45
    assert 8 <= (asked.at - knock) / 1000 <= 14
    assert over.attributes == {"about": "fall", "answer": "none"}
    reason = Reason(str(fallen.attributes["reason"]), {**fallen.attributes})
    assert "impact" in render(reason, "en", "Asia/Shanghai")


def test_a_wall_clock_that_jumps_neither_shortens_nor_forgets_the_question() -> None:
    """From 1970 to today in the middle of it, and back a day."""
    wearer = Wearer()
    wearer.now = 3_600_000
    wearer.moves(fall(), 22)
    assert wearer.watch.asking
    wearer.now = NOW
    wearer.passes(5)
    wearer.now -= 86_400_000
    assert wearer.words() == FALLEN[:2]
    wearer.passes(40)
    assert wearer.words() == FALLEN


def test_the_resident_who_answers_is_left_in_peace() -> None:
    wearer = Wearer()
    wearer.moves(fall(), 30)
    wearer.told += wearer.watch.answered(wearer.now, wearer.mono)
    assert wearer.words() == [*FALLEN[:2], ("fall_suspected", 0.0), ("asked", 0.0)]
    assert wearer.told[-1].attributes["answer"] == "well"
    wearer.passes(120)
    assert len(wearer.told) == 4


def test_a_wearable_that_breaks_in_the_fall_does_not_end_it() -> None:
    wearer = Wearer()
    wearer.moves(fall(), 15)
    wearer.passes(120)
    assert wearer.words() == FALLEN


@pytest.mark.parametrize("until_s", [15, 24])
def test_a_suspicion_outlives_a_restart_of_the_machine(until_s: float) -> None:
    """Before the question and in the middle of it; the fall keeps its instant, though `mono` began again."""
    wearer = Wearer()
    wearer.moves(fall(), until_s)
    before = len(wearer.told)
    wearer.reboots()
    wearer.passes(100)
    assert wearer.words() == FALLEN
    assert before == (1 if until_s == 15 else 2)
    assert wearer.told[-2].at == wearer.told[0].at
    assert wearer.told[-2].mono == 0


def test_a_belt_on_the_floor_while_somebody_walks_about_is_told_as_not_worn() -> None:
    """Its suspicion is not taken back: the hub, which knows who lives there, weighs it."""
    wearer = Wearer()
    wearer.moves(fall(moves_after=0.0), 14)
    xyz = lie(60.0) + np.random.default_rng(1).normal(0, 0.001, (12_000, 3))
    for second in range(40):
        room = Happening(f"pir-{second % 3}", "motion", 1.0, wearer.now, wearer.mono, {})
        wearer.watch.seen([room], wearer.mono)
        wearer.moves(xyz[second * 200 : second * 200 + 201])
    assert wearer.words() == [*FALLEN[:2], ("asked", 0.0), ("worn", 0.0)]
    assert wearer.told[-2].attributes["answer"] == "not_worn"
    assert wearer.watch.next_due() is None


def test_what_is_remembered_is_small_and_seldom_written_while_nothing_happens() -> None:
    """The SD card lives longer for it."""
    wearer = Wearer()
    wearer.moves(walk(60.0))
    written = 0
    for _ in range(600):
        wearer.mono += 1000
        changes = wearer.watch.take_changes(wearer.mono)
        written += len(changes)
        assert all(len(blob) < 25_000 for blob in changes.values())
    assert written <= 3


def test_a_memory_that_cannot_be_read_begins_anew() -> None:
    watch = FallWatch({BELT: "waist"})
    watch.restore({f"falls/{BELT}": b"PK\x03\x04 torn"}, 1000, rebooted=False)
    assert watch.blind(1000) == {BELT: "not_heard"}


def test_not_worn_and_not_heard_are_said() -> None:
    """And putting it on again ends it."""
    wearer = Wearer()
    assert wearer.watch.blind(wearer.mono) == {BELT: "not_heard"}
    wearer.moves(walk(30.0))
    assert wearer.watch.blind(wearer.mono) == {}
    wearer.moves(lie(1900.0))
    assert wearer.watch.blind(wearer.mono) == {BELT: "not_worn"}
    wearer.moves(walk(30.0))
    assert wearer.words() == [("worn", 0.0), ("worn", 1.0)]
    wearer.mono += 200_000
    assert wearer.watch.blind(wearer.mono) == {BELT: "not_heard"}


def test_packets_that_waited_out_a_gap_in_the_air_keep_their_own_times() -> None:
    """Ten packets that come at once after ten seconds are ten seconds of movement, not one."""
    times = PacketTimes()
    sample = [(0.0, 0.0, 1.0)] * RATE
    first = [times.place(MotionBatch(BELT, RATE, sample, n * 1000), 500.0 + n) for n in range(5)]
    late = [times.place(MotionBatch(BELT, RATE, sample, n * 1000), 515.0 + n / 100) for n in range(5, 15)]
    assert np.allclose(np.diff(first + late), 1.0, atol=0.02)


def test_a_wearable_whose_clock_was_set_is_followed_within_a_few_packets() -> None:
    """Back by a minute, and forward by a day."""
    for step in (-60_000, 86_400_000):
        times = PacketTimes()
        sample = [(0.0, 0.0, 1.0)] * RATE
        for n in range(5):
            times.place(MotionBatch(BELT, RATE, sample, 10**9 + n * 1000), 500.0 + n)
        for n in range(5, 12):
            placed = times.place(MotionBatch(BELT, RATE, sample, 10**9 + step + n * 1000), 500.0 + n)
        assert placed == pytest.approx(500.0 + 11 - 1, abs=0.1)


def test_an_agent_without_a_wearable_loads_neither_numpy_nor_what_only_other_programs_need() -> None:
    """Memory is small on the Pi; whoever needs one of them later gets it whole."""
    program = (
        "import sys, edge_agent.app, edge_agent.cli\n"
        "heavy = {'numpy', 'urllib.request', 'email', 'lzma', 'unicodedata', 'gpiozero'} & set(sys.modules)\n"
        "import urllib.request\n"
        "sys.exit(str(heavy) if heavy else not callable(urllib.request.urlopen))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
