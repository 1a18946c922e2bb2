"""What a power cut, a kill and a dying card do to the agent's outbox, again and again.

*Cut*: SQLite in WAL mode with `synchronous=FULL` has every commit's frames on the disk before the commit
returns, and copies them into the file only then. So at any moment a cut finds one of two things: an
unfinished append, of whose frames any blocks may be there, missing or zero; or an unfinished checkpoint, with
the log whole and any of the file's changed blocks new, old or zero. Both are made here from the real files
before and after a real append. *Kill*: a process is ended in mid stream; what it wrote stays. *Rot*: a card
that loses what it had confirmed: nothing can promise the events then, but the agent starts, says what it
finds damaged, and gives no number twice.
"""

from __future__ import annotations

import os
import random
import select
import signal
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from edge_agent.outbox import Outbox
from edge_agent.rows import Entry, worth_of
from models.contract import VERSION
from models.contract.messages import Ack

SECTOR = 512
BLOCK = 4096  #: what a card writes, or loses, at once
BOOT = "9f2c41d07ab84f6e8c2d3b1a5e6f7081"
FILES = ("outbox.db", "outbox.db-wal")

Files = dict[str, bytes]


def entries(chance: random.Random) -> list[Entry]:
    """A few events of an ordinary home."""
    some = []
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        kind, group = chance.choice((("motion", "activity"), ("temperature", "climate"), ("sos", "safety")))
        note = '{"note":"' + "x" * chance.randrange(120) + '"}'
        some.append(
            Entry(BOOT, 1_795_000_000_000, 1000, 0, "synced", "0x00158d00018255df", kind, 1.0, note,
                  kind == "sos", worth_of(group))
        )  # fmt: skip
    return some


def numbers(box: Outbox) -> set[int]:
    """The numbers of the events that wait."""
    return {row.seq for urgent in (True, False) for row in box.backlog(0, box.last_seq, 10**7, urgent=urgent)}


@dataclass(slots=True)
class Verdict:
    """What the runs came to."""

    runs: int = 0
    events: int = 0
    lost: int = 0
    doubled: int = 0
    not_started: int = 0
    in_part: int = 0  #: appends of which a part was there
    set_aside: int = 0
    why: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Whether the promise held in every run."""
        return not (self.lost or self.doubled or self.not_started or self.in_part)


def cut(folder: Path, seed: int, verdict: Verdict) -> None:
    """One power cut in an append, or in the checkpoint behind it."""
    chance = random.Random(seed)
    verdict.runs += 1
    (folder / "live").mkdir(parents=True)
    box = Outbox(folder / "live" / FILES[0])
    held: set[int] = set()
    given = 0
    # Often just before and behind a checkpoint, which comes after 500 pages.
    for _ in range(chance.choice((1, 3, 20, 60, 90, 120))):
        held |= set(box.append(entries(chance), {"handled": chance.randbytes(60)}))
        given = box.last_seq
        if chance.random() < 0.1:
            upto = chance.randint(box.floor, box.last_seq)
            box.settle(Ack(v=VERSION, stream=box.stream, upto=upto))
            held = {seq for seq in held if seq > upto}
    before = _read(folder / "live")
    flying = set(box.append(entries(chance), {"handled": chance.randbytes(60)}))
    after = _read(folder / "live")
    stream = box.stream
    box.close()
    _write(folder / "cut", _torn(before, after, chance))
    verdict.events += len(held)
    _check(folder / "cut", stream, held, flying, given, verdict, f"cut {seed}")


def kill(folder: Path, seed: int, verdict: Verdict) -> None:
    """One agent killed in mid stream."""
    chance = random.Random(seed)
    verdict.runs += 1
    folder.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            box = Outbox(folder / FILES[0])
            os.write(writing, bytes.fromhex(box.stream))
            while True:
                for seq in box.append(entries(chance), {"handled": chance.randbytes(60)}):
                    os.write(writing, struct.pack("<Q", seq))
        finally:
            os._exit(1)
    os.close(writing)
    stream = os.read(reading, 6).hex()
    time.sleep(chance.random() * 0.06)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = b""
    while select.select([reading], [], [], 1)[0] and (part := os.read(reading, 65536)):
        told += part
    os.close(reading)
    whole = len(told) // 8
    held = set(struct.unpack(f"<{whole}Q", told[: whole * 8]))
    verdict.events += len(held)
    _check(folder, stream, held, None, max(held, default=0), verdict, f"kill {seed}")


def rot(folder: Path, seed: int, verdict: Verdict) -> None:
    """A card that truncates or zeroes, at any place, what it had confirmed."""
    chance = random.Random(seed)
    verdict.runs += 1
    (folder / "live").mkdir(parents=True)
    box = Outbox(folder / "live" / FILES[0])
    for _ in range(chance.choice((1, 20, 120))):
        box.append(entries(chance))
    given, stream = box.last_seq, box.stream
    files = _read(folder / "live")
    box.close()
    name = chance.choice([name for name in FILES if files[name]])
    content = bytearray(files[name])
    at = chance.randrange(len(content))
    if chance.random() < 0.5:
        del content[at:]
    else:
        length = chance.choice((SECTOR, 4096, 65536, len(content)))
        content[at : at + length] = bytes(min(length, len(content) - at))
    files[name] = bytes(content)
    _write(folder / "cut", files)
    box = _start(folder / "cut", verdict, f"rot {seed}")
    if box is None:
        return
    verdict.set_aside += box.damaged is not None
    [fresh] = box.append(entries(random.Random(1))[:1])
    if box.stream == stream and fresh <= given:
        verdict.doubled += 1
        verdict.why.append(f"rot {seed}: number {fresh} of {given} was given again")
    box.close()


def _check(
    folder: Path, stream: str, held: set[int], flying: set[int] | None, given: int, verdict: Verdict, run: str
) -> None:
    box = _start(folder, verdict, run)
    if box is None:
        return
    found = numbers(box)
    lost = held - found if box.stream == stream else held
    if lost:
        verdict.lost += len(lost)
        verdict.why.append(f"{run}: lost {sorted(lost)[:5]}, damaged: {box.damaged}")
    if flying and found & flying and not flying <= found:
        verdict.in_part += 1
        verdict.why.append(f"{run}: {len(found & flying)} of {len(flying)}")
    [fresh] = box.append(entries(random.Random(1))[:1])
    if fresh <= given:
        verdict.doubled += 1
        verdict.why.append(f"{run}: number {fresh} again")
    box.close()


def _start(folder: Path, verdict: Verdict, run: str) -> Outbox | None:
    try:
        return Outbox(folder / FILES[0])
    except Exception as error:
        verdict.not_started += 1
        verdict.why.append(f"{run}: {error!r}")
        return None


def _torn(before: Files, after: Files, chance: random.Random) -> Files:
    database, log = FILES
    in_checkpoint = before[database] != after[database] and chance.random() < 0.7
    if in_checkpoint:
        # The log was whole before the file was touched.
        return {database: _mixed(before[database], after[database], chance), log: after[log]}
    return {database: before[database], log: _mixed(before[log], after[log], chance)}


def _mixed(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """Of what changed, any sectors new, old or zero; the file perhaps not yet as long."""
    share = chance.random()
    mixed = bytearray(max(len(old), len(new)))
    mixed[: len(old)] = old
    size = chance.choice((SECTOR, BLOCK))
    for at in range(0, len(new), size):
        part = new[at : at + size]
        if part != old[at : at + size]:
            fate = chance.random()
            if fate < share:
                mixed[at : at + len(part)] = part
            elif fate > 0.9:
                mixed[at : at + len(part)] = bytes(len(part))
    if len(new) > len(old) and chance.random() < 0.4:
        del mixed[chance.randint(len(old), len(new)) :]
    return bytes(mixed)


def quick_folder() -> Path | None:
    """Where files need not reach a disk: what a cut leaves is made here, not waited for."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else None


def _read(folder: Path) -> Files:
    return {name: (folder / name).read_bytes() if (folder / name).exists() else b"" for name in FILES}


def _write(folder: Path, files: Files) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
