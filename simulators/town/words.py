"""What the homes of a town say: births, events and reports, in turn. Pure.

Home number n has the edge `pi-1` and a stream of its own; its numbers go on from run to run when `first_seq`
does.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from models.contract import VERSION
from models.contract.codec import encode
from models.contract.messages import Batch, Device, Devices, Event, Health, State
from models.contract.topics import Address
from simulators.home.bridge import Message

EDGE = "pi-1"
_DEVICES = (
    Device(id="0x00158d0000000001", kinds=["motion"], room="living", heartbeat_s=3300.0),
    Device(id="0x00158d0000000002", kinds=["contact"], room="hall", heartbeat_s=3300.0, outer_door=True),
)


class Said(NamedTuple):
    """One message, with the number that the hub must acknowledge (0: none)."""

    message: Message
    home: int
    seq: int


class Town:
    """Homes 0 to `homes` - 1, named `<prefix>-<number>`."""

    def __init__(
        self, homes: int, *, prefix: str = "town", edge: str = EDGE, seed: int = 1, run: str = "run"
    ) -> None:
        if homes < 1:
            raise ValueError("A town has at least one home.")
        self.homes = homes
        self.run = run
        self._prefix = prefix
        self._edge = edge
        self._chance = Random(f"town/{seed}")  # noqa: S311 - a simulation
        self._seqs: dict[int, int] = {}
        self._open: dict[int, bool] = {}

    def name(self, home: int) -> str:
        """The home's identifier at the hub."""
        return f"{self._prefix}-{home}"

    def number(self, name: str) -> int | None:
        """Return which home that is, or None."""
        prefix, _, number = name.rpartition("-")
        return int(number) if prefix == self._prefix and number.isdigit() else None

    def stream(self, home: int) -> str:
        """The stream of a home in this run."""
        return f"{self.run}-{home}"

    def birth(self, home: int, at: int, session: int) -> tuple[Said, Said]:
        """Who is there, and what hangs there."""
        state = State(
            v=VERSION, state="online", session=session, boot=self.run, clock="synced",
            stream=self.stream(home), at=at,
        )  # fmt: skip
        devices = Devices(v=VERSION, devices=list(_DEVICES))
        address = Address(self.name(home), self._edge)
        return (
            Said(Message(address.topic("state"), encode(state), retain=True), home, 0),
            Said(Message(address.topic("devices"), encode(devices), retain=True), home, 0),
        )

    def event(self, home: int, at: int) -> Said:
        """Somebody moves, or the door does."""
        seq = self._seqs[home] = self._seqs.get(home, 0) + 1
        door = self._chance.random() < 0.08 or self._open.get(home, False)
        if door:
            self._open[home] = not self._open.get(home, False)
        value = float(self._open.get(home, False)) if door else 1.0
        event = Event(
            seq=seq, at=at, mono=at % 2**40, device=_DEVICES[door].id,
            kind="contact" if door else "motion", value=value,
        )  # fmt: skip
        batch = Batch(v=VERSION, boot=self.run, stream=self.stream(home), sent_at=at, events=[event])
        return Said(Message(Address(self.name(home), self._edge).topic("events"), encode(batch)), home, seq)

    def health(self, home: int, at: int) -> Said:
        """I am here."""
        report = Health(v=VERSION, at=at, uptime_s=100.0, outbox=0, clock="synced", bridge=True)
        return Said(Message(Address(self.name(home), self._edge).topic("health"), encode(report)), home, 0)
