"""Sends the past of a simulated home to the hub, and waits until the hub has confirmed all of it.

Speaks under the home's own address, in a stream of its own beside that of the home's edge agent.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.contract.codec import decode, encode
from models.contract.errors import ContractError
from models.contract.messages import Ack, Batch, Devices
from models.contract.sequence import Settled
from models.contract.topics import Address
from simulators.broker import BrokerAt, Line
from simulators.errors import HubRefusesError
from simulators.home.bridge import Message

QUIET_S = 15.0  #: the hub gathers ordinary acknowledgements for 10 s, so silence means something only later
TRIES = 4
_MOST_UNCONFIRMED = 400  #: batches; what the broker and the hub may have to hold for us


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it."""

    events: int
    batches: int
    seconds: float
    sent_again: int


def deliver(
    batches: Iterable[Batch],
    address: Address,
    hub: BrokerAt,
    *,
    devices: Devices | None = None,
    quiet_s: float = QUIET_S,
    tries: int = TRIES,
    progress: Callable[[int, int], None] = lambda sent, confirmed: None,
) -> Delivered:
    """Send everything; return when the hub has confirmed it.

    `devices` is published first when given (a home whose edge agent never ran). `progress` hears how many
    events were sent and confirmed. Raises BrokerError, and HubRefusesError when `tries` times in a row the
    hub has confirmed nothing new for `quiet_s`.
    """
    with Line(hub, f"anju-historic-{address.home}-{time.monotonic_ns():x}") as line:
        line.subscribe(address.topic("ack"))
        if devices:
            line.publish(Message(address.topic("devices"), encode(devices), retain=True))
        return _Delivery(line, address, quiet_s, tries, progress).run(batches)


class _Delivery:
    """The batches that are under way, and what the hub has said about them."""

    def __init__(
        self, line: Line, address: Address, quiet_s: float, tries: int, progress: Callable[[int, int], None]
    ) -> None:
        self._line = line
        self._address = address
        self._quiet_s = quiet_s
        self._tries = tries
        self._progress = progress
        self._stream = ""
        self._settled = Settled()
        self._waiting: dict[int, Batch] = {}  #: by their last number, oldest first
        self._sent = 0
        self._again = 0

    def run(self, batches: Iterable[Batch]) -> Delivered:
        begun = time.monotonic()
        count = 0
        for batch in batches:
            self._stream = batch.stream
            self._waiting[batch.events[-1].seq] = batch
            self._send(batch)
            self._sent += len(batch.events)
            count += 1
            self._listen(0.0)
            if len(self._waiting) >= _MOST_UNCONFIRMED:
                self._wait_until_fewer_than(_MOST_UNCONFIRMED // 2)
        self._wait_until_fewer_than(1)
        return Delivered(self._sent, count, time.monotonic() - begun, self._again)

    def _wait_until_fewer_than(self, number: int) -> None:
        silent = 0
        while len(self._waiting) >= number:
            if self._listen(self._quiet_s):
                silent = 0
                continue
            silent += 1
            if silent == self._tries:
                raise HubRefusesError(self._why())
            for batch in list(self._waiting.values()):
                self._send(batch)
                self._again += len(batch.events)

    def _send(self, batch: Batch) -> None:
        self._line.publish(Message(self._address.topic("events"), encode(batch)))

    def _listen(self, seconds: float) -> bool:
        """Take acknowledgements for up to `seconds`; return True at once when one confirms something new."""
        ends = time.monotonic() + seconds
        while True:
            left = ends - time.monotonic()
            try:
                _, payload = self._line.inbox.get(timeout=left) if left > 0 else self._line.inbox.get_nowait()
            except queue.Empty:
                return False
            if self._take(payload):
                return True

    def _take(self, payload: bytes) -> bool:
        try:
            ack = decode(payload, Ack)
        except ContractError:
            return False
        if ack.stream != self._stream:
            return False  # the edge agent's own
        for low, high in ((1, ack.upto), *ack.ranges):
            self._settled.add_range(low, high)
        news = [
            last
            for last, batch in self._waiting.items()
            if all(event.seq in self._settled for event in batch.events)
        ]
        for last in news:
            del self._waiting[last]
        self._progress(self._sent, self._sent - sum(len(batch.events) for batch in self._waiting.values()))
        return bool(news)

    def _why(self) -> str:
        left = sum(len(batch.events) for batch in self._waiting.values())
        if self._settled.upto == 0:
            return (
                f"None of {self._sent} was confirmed. Does the hub know the home '{self._address.home}' with "
                f"the edge '{self._address.edge}', is the home being commissioned, and is the hub running?"
            )
        return f"{left} of {self._sent} were not confirmed after {self._tries} tries."
