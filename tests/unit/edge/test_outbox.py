"""The outbox: durable on return, numbers never used twice, nothing leaves unsaid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from edge_agent.outbox import Outbox, OutboxError
from edge_agent.outbox_file import peek
from edge_agent.rows import Entry, to_event, worth_of
from models.contract import VERSION
from models.contract.messages import Ack
from models.contract.sequence import Settled

AT = 1_795_000_000_000
BOOT = "9f2c41d07ab84f6e8c2d3b1a5e6f7081"


def entry(kind: str = "motion", *, at: int = AT, mono: int = 1000, **changes: object) -> Entry:
    """One event of a hall sensor."""
    group = {"motion": "activity", "temperature": "climate", "sos": "safety"}[kind]
    made = Entry(
        boot=BOOT,
        at=at,
        mono=mono,
        skew=at - mono,
        clock="synced",
        device="0x00158d00018255df",
        kind=kind,
        value=1.0,
        attributes=None,
        urgent=kind == "sos",
        worth=worth_of(group),
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def ack(box: Outbox, upto: int, *ranges: tuple[int, int]) -> Ack:
    """What the hub says of this outbox's stream."""
    return Ack(v=VERSION, stream=box.stream, upto=upto, ranges=list(ranges))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def box(path: Path) -> Iterator[Outbox]:
    made = Outbox(path)
    yield made
    made.close()


def everything(box: Outbox) -> list[int]:
    """The numbers that wait."""
    return sorted(
        row.seq for urgent in (True, False) for row in box.backlog(0, box.last_seq, 10**6, urgent=urgent)
    )


def test_what_append_returned_is_there_after_the_power_was_cut(path: Path) -> None:
    """Another process appends and is killed in the same breath."""
    program = (
        "import os, sys, pathlib; from edge_agent.outbox import Outbox;"
        "from tests.unit.edge.test_outbox import entry;"
        "box = Outbox(pathlib.Path(sys.argv[1]));"
        "print(*box.append([entry(), entry('sos')], {'key': b'value'}), flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    run = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert run.stdout == "1 2\n", run.stderr
    box = Outbox(path)
    assert everything(box) == [1, 2]
    assert box.remembered()["key"] == b"value"
    box.close()


def test_every_commit_reaches_the_disk_before_it_counts(box: Outbox) -> None:
    """WAL with synchronous=FULL: the settings behind the promise."""
    assert box._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert box._db.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_number_is_never_used_twice_even_when_all_is_deleted_and_the_agent_restarts(path: Path) -> None:
    """Delete everything, restart, append: the numbers go on, in the same stream."""
    box = Outbox(path)
    stream = box.stream
    assert box.append([entry(), entry()]) == [1, 2]
    box.settle(ack(box, 2))
    box.close()
    box = Outbox(path)
    assert box.stream == stream
    assert (box.depth, box.last_seq, box.floor) == (0, 2, 3)
    assert box.append([entry()]) == [3]
    box.close()


@settings(max_examples=60, deadline=None)
@given(
    stored=some.integers(0, 30),
    upto=some.integers(0, 30),
    ranges=some.lists(some.tuples(some.integers(1, 30), some.integers(1, 30)), max_size=4),
)
def test_settling_deletes_exactly_what_the_ack_covers(
    stored: int, upto: int, ranges: list[tuple[int, int]]
) -> None:
    """Against a plain set; depth and floor agree with what is left."""
    box = Outbox(":memory:")
    box.append([entry() for _ in range(stored)])
    said = Settled(upto, [(low, high) for low, high in ranges if low <= high])
    highest = max([said.upto, *(high for _, high in said.ranges)])
    result = box.settle(ack(box, said.upto, *said.ranges))
    left = [seq for seq in range(1, stored + 1) if highest > stored or seq not in said]
    assert (result is None) == (highest > stored)
    assert everything(box) == left
    assert box.depth == len(left)
    assert box.floor == (left[0] if left else stored + 1)
    box.close()


def test_an_ack_of_another_stream_deletes_nothing(box: Outbox) -> None:
    """The old card's acks mean nothing to the new card."""
    box.append([entry()])
    assert box.settle(Ack(v=VERSION, stream="of-another-life", upto=1)) is None
    assert box.depth == 1


def test_an_event_comes_out_as_it_went_in(box: Outbox) -> None:
    """All values, and the attributes."""
    box.append([entry("sos", value=None, attributes='{"action":"hold"}', clock="unsynced")])
    (row,) = box.load([1])
    event = to_event(row, late=True)
    assert (event.seq, event.at, event.mono, event.kind, event.value) == (1, AT, 1000, "sos", None)
    assert (event.clock, event.late, event.historic) == ("unsynced", True, False)
    assert event.attributes == {"action": "hold"}


def test_the_backlog_gives_calls_for_help_apart_from_the_rest_oldest_first(box: Outbox) -> None:
    """Two lists without overlap."""
    box.append([entry(), entry("sos"), entry(), entry("sos"), entry()])
    assert [row.seq for row in box.backlog(0, 5, 10, urgent=True)] == [2, 4]
    assert [row.seq for row in box.backlog(1, 4, 10, urgent=False)] == [3]
    assert [row.seq for row in box.backlog(0, 5, 2, urgent=False)] == [1, 3]


@pytest.mark.parametrize("damage", ["nul", "garbage", "middle"])
def test_a_damaged_file_is_set_aside_and_a_new_stream_begins(path: Path, damage: str) -> None:
    """As a card leaves it after a power cut: NUL bytes, rubbish, a broken page."""
    box = Outbox(path)
    old = box.stream
    box.append([entry() for _ in range(2000)])
    box.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        if damage == "middle":
            file.seek(4096 * 3)
            file.write(os.urandom(4096 * 20))
        else:
            file.write(b"\0" * size if damage == "nul" else b"not a database at all" * (size // 21))
    box = Outbox(path)
    assert box.damaged is not None
    assert box.damaged.name.startswith("outbox.damaged-")
    assert box.damaged.exists()
    assert box.stream != old
    assert box.append([entry()]) == [1]
    box.close()


def test_when_the_disk_is_full_measured_values_go_first_and_are_counted(path: Path) -> None:
    """No press is lost, room is made, and every event that is missing was counted."""
    box = Outbox(path, most_pages=60)
    presses, appended = [], 0
    for turn in range(40):
        kinds = ["temperature"] * 50 + ["motion"] * 5 + ["sos"]
        seqs = box.append([entry(kind, attributes='{"note":"' + "x" * 60 + '"}') for kind in kinds])
        appended += len(kinds)
        presses.append(seqs[-1])
        assert seqs[-1] > 0, turn
    left = {row.kind for row in box.load(presses)}
    assert left == {"sos"}
    assert len(box.load(presses)) == len(presses)
    assert box.dropped > 0
    assert box.depth + box.dropped == appended
    assert len(everything(box)) == box.depth
    box.close()
    again = Outbox(path, most_pages=60)
    assert again.dropped == appended - again.depth
    again.close()


def test_a_disk_that_takes_nothing_at_all_is_an_error_and_not_a_silence(path: Path) -> None:
    """The caller must know that a call for help is not on the disk."""
    box = Outbox(path, most_pages=60)
    box._db.execute("PRAGMA query_only = ON")
    with pytest.raises(OutboxError):
        box.append([entry("sos")])
    box._db.execute("PRAGMA query_only = OFF")
    assert box.append([entry("sos")]) == [1]
    box.close()


def test_an_outbox_has_its_limit_and_calls_for_help_are_above_it(path: Path) -> None:
    """Thirty days fit; what is beyond gives way in order of worth."""
    box = Outbox(path, most_events=1000)
    box.append([entry("sos") for _ in range(5)])
    for _ in range(30):
        box.append([entry("temperature") for _ in range(100)])
    assert box.depth <= 1000
    assert [row.seq for row in box.backlog(0, box.last_seq, 10, urgent=True)] == [1, 2, 3, 4, 5]
    assert box.dropped == 3005 - box.depth
    box.close()


def test_instants_are_put_right_once_the_time_is_known(box: Outbox) -> None:
    """Stored in 1970 on this run of the machine; other runs and known times stay as they are."""
    box.append(
        [
            entry(at=5_000, mono=5_000, clock="unsynced"),
            entry(at=AT, mono=6_000),
            entry(at=7_000, mono=7_000, clock="unsynced", boot="another-run"),
        ]
    )
    assert box.correct_clock(BOOT, AT) == 1
    moments = {row.seq: (row.at, row.clock) for row in box.load([1, 2, 3])}
    assert moments == {1: (AT + 5_000, "synced"), 2: (AT, "synced"), 3: (7_000, "unsynced")}


def test_sessions_only_rise_over_restarts_too(path: Path) -> None:
    """A last will of an older session is a message from the past."""
    box = Outbox(path)
    first = [box.next_session(), box.next_session()]
    box.close()
    box = Outbox(path)
    assert [*first, box.next_session()] == [1, 2, 3]
    box.close()


def test_an_outbox_in_use_can_be_looked_into(box: Outbox, path: Path) -> None:
    """`anju-agent outbox` beside a running agent."""
    box.append([entry(), entry("sos", at=AT + 5)])
    facts = peek(path)
    assert facts["depth"] == "2"
    assert facts["urgent"] == "1"
    assert facts["oldest"] == str(AT)
    assert facts["stream"] == box.stream


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "data").write_text("")
    with pytest.raises(OutboxError):
        Outbox(tmp_path / "data" / "outbox.db")
