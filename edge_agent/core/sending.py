"""Which events go to the hub next: live ones first, the backlog behind them, and again what was not settled.

It knows sequence numbers and times only. `mono` is in milliseconds. The order of precedence:
urgent live events, each at once in a batch without ordinary ones; urgent ones of the backlog; ordinary live
ones, at most a second after they happened; what was sent and not settled; the backlog, oldest first, at a
limited rate. A batch that is passed over twice, while what left after it is settled, is halved, and so on
down to the one event that the hub does not take; that one stands aside and is offered once an hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.contract.messages import MAX_EVENTS
from models.contract.sequence import Settled

_STANDS_ASIDE = 4  #: times that a single event was passed over


class Numbers(NamedTuple):
    """Send these."""

    seqs: list[int]
    urgent: bool
    tries: int = 0
    refused: int = 0  #: how often the hub passed them over and settled later ones


class Backlog(NamedTuple):
    """Send the next `most` events above `after` up to `upto`, either the urgent ones or the others."""

    after: int
    upto: int
    most: int
    urgent: bool


Order = Numbers | Backlog


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient and how fast."""

    together_ms: int = 1000  #: ordinary live events wait this long for company
    backlog_per_s: int = 2000
    window: int = 20_000  #: events on their way; more of the backlog waits
    urgent_patience_ms: int = 5_000  #: then an unsettled event is sent again, and the patience doubles
    patience_ms: int = 15_000  #: the hub settles ordinary events every ten seconds
    longest_patience_ms: int = 300_000
    aside_ms: int = 3_600_000  #: how often an event is offered that the hub does not take
    settling_ms: int = 2_000  #: an ack that leaves out what was sent this long before shows a gap


@dataclass(slots=True)
class _Flight:
    """One batch that is on its way."""

    seqs: list[int]
    urgent: bool
    tries: int
    left_at: int
    due_at: int
    refused: int = 0


class _Again(NamedTuple):
    """A batch that is sent again."""

    seqs: list[int]
    tries: int
    refused: int


class Sending:
    """What is on its way and what comes next, for one stream on one connection after the other."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._active = False
        self._urgent: deque[int] = deque()  #: live, not sent yet
        self._live: deque[int] = deque()
        self._live_since = 0
        self._urgent_again: deque[_Again] = deque()
        self._again: deque[_Again] = deque()
        self._aside: dict[int, int] = {}  #: events that the hub does not take, and when each is offered again
        self._flights: dict[int, _Flight] = {}
        self._count = 0
        self._under_way = 0
        self._sent = Settled()
        self._after = self._urgent_after = 0  #: the backlog was sent up to here
        self._upto = self._urgent_upto = 0
        self._old_at = 0  #: when the backlog may go on

    @property
    def on_the_way(self) -> int:
        """How many events were sent and are not settled."""
        return self._under_way

    @property
    def set_aside(self) -> int:
        """How many events the hub has refused one by one."""
        return len(self._aside)

    def sibling(self) -> Sending:
        """Return the sending of another, new stream over the same connection."""
        other = Sending(self._pace)
        other._active = self._active
        return other

    def begin(self, last_seq: int, mono: int) -> None:
        """The connection stands: whatever is stored up to `last_seq` is backlog."""
        self._reset(last_seq, mono)
        self._active = True

    def end(self) -> None:
        """The connection is gone, and with it all knowledge of what arrived."""
        self._active = False
        self._reset(0, 0)

    def add(self, seqs: Iterable[tuple[int, bool]], mono: int) -> None:
        """New events are stored: (number, whether urgent), in rising order."""
        if not self._active:
            return
        for seq, urgent in seqs:
            if urgent:
                self._urgent.append(seq)
            elif self._under_way + len(self._live) < self._pace.window:
                if not self._live:
                    self._live_since = mono
                self._live.append(seq)
            else:
                self._upto = seq

    def next(self, mono: int, *, urgent_only: bool = False) -> Order | None:
        """Return what to send now, or None. The caller reports back with `left` or `exhausted`.

        `urgent_only`: the line is slow, nothing else has room.
        """
        if not self._active:
            return None
        self._recall_overdue(mono)
        if self._urgent:
            return Numbers(_pop(self._urgent), True)
        if self._urgent_again:
            return self._retry(self._urgent_again, urgent=True)
        if self._urgent_after < self._urgent_upto:
            return Backlog(self._urgent_after, self._urgent_upto, MAX_EVENTS, True)
        if urgent_only:
            return None
        if self._live and (
            len(self._live) >= MAX_EVENTS or mono - self._live_since >= self._pace.together_ms
        ):
            self._live_since = mono
            return Numbers(_pop(self._live), False)
        if mono < self._old_at:
            return None
        if self._again:
            return self._retry(self._again, urgent=False)
        if self._after < self._upto and self._under_way < self._pace.window:
            return Backlog(self._after, self._upto, MAX_EVENTS, False)
        due = min(self._aside, key=self._aside.__getitem__, default=None)
        if due is not None and self._aside[due] <= mono:
            self._aside[due] = mono + self._pace.aside_ms
            return Numbers([due], False, refused=_STANDS_ASIDE)
        return None

    def next_due(self, mono: int) -> int | None:
        """When `next` may have something, in `mono`; None when only a new event or an ack can bring it."""
        if not self._active:
            return None
        if self._urgent or self._urgent_again or self._urgent_after < self._urgent_upto:
            return mono
        dues = [flight.due_at for flight in self._flights.values()]
        dues += self._aside.values()
        if self._live:
            full = len(self._live) >= MAX_EVENTS
            dues.append(mono if full else self._live_since + self._pace.together_ms)
        if self._again or (self._after < self._upto and self._under_way < self._pace.window):
            dues.append(max(mono, self._old_at))
        return min(dues, default=None)

    def left(self, seqs: Sequence[int], order: Order, mono: int) -> None:
        """`seqs` were handed to the broker because of `order`."""
        if isinstance(order, Backlog):
            self._pass(order, max(seqs, default=order.upto))
        if not seqs:
            return
        tries, refused = (order.tries, order.refused) if isinstance(order, Numbers) else (0, 0)
        patience = self._pace.urgent_patience_ms if order.urgent else self._pace.patience_ms
        patience = min(patience * 2**tries, self._pace.longest_patience_ms)
        self._count += 1
        self._flights[self._count] = _Flight(list(seqs), order.urgent, tries, mono, mono + patience, refused)
        self._under_way += len(seqs)
        if not order.urgent and (isinstance(order, Backlog) or tries):
            cost_ms = len(seqs) * 1000 // self._pace.backlog_per_s
            self._old_at = max(self._old_at, mono) + cost_ms
        for seq in seqs:
            self._sent.add(seq)

    def was_sent(self, seq: int) -> bool:
        """Whether a number left on this connection: the backlog passes it over."""
        return seq in self._sent

    def skip(self, order: Backlog, last: int) -> None:
        """Everything of a part of the backlog up to `last` had been sent before."""
        self._pass(order, last)

    def exhausted(self, order: Backlog) -> None:
        """There is nothing left in a part of the backlog."""
        self._pass(order, order.upto)

    def returned(self, order: Numbers) -> None:
        """The broker's connection had no room for `order`: it comes first next time."""
        if order.tries or order.refused:
            queue = self._urgent_again if order.urgent else self._again
            queue.appendleft(_Again(order.seqs, order.tries, order.refused))
        else:
            (self._urgent if order.urgent else self._live).extendleft(reversed(order.seqs))

    def settled(self, settled: Settled, mono: int) -> None:
        """The hub says what it has. What left well before and is not among it is sent again at once."""
        for seq in [seq for seq in self._aside if seq in settled]:
            del self._aside[seq]
        newest = -1  #: the latest batch of which it has just taken something
        for number, flight in list(self._flights.items()):
            missing = [] if flight.seqs[-1] <= settled.upto else [s for s in flight.seqs if s not in settled]
            if len(missing) < len(flight.seqs):
                newest = max(newest, number)
            self._under_way -= len(flight.seqs) - len(missing)
            flight.seqs = missing
            if not missing:
                del self._flights[number]
        for number, flight in list(self._flights.items()):
            if mono - flight.left_at >= self._pace.settling_ms * 2**flight.tries:
                flight.refused += number < newest
                self._recall(number, flight)

    def _recall_overdue(self, mono: int) -> None:
        for number, flight in list(self._flights.items()):
            if flight.due_at <= mono:
                self._recall(number, flight)

    def _recall(self, number: int, flight: _Flight) -> None:
        del self._flights[number]
        self._under_way -= len(flight.seqs)
        queue = self._urgent_again if flight.urgent else self._again
        if flight.refused < 2:
            queue.append(_Again(flight.seqs, min(flight.tries + 1, 10), flight.refused))
        elif len(flight.seqs) > 1:
            # One of them may be what the hub cannot take: each half has to be passed over once more.
            middle = len(flight.seqs) // 2
            queue.extend(_Again(half, 0, 1) for half in (flight.seqs[:middle], flight.seqs[middle:]))
        elif flight.urgent or flight.refused < _STANDS_ASIDE:
            queue.append(_Again(flight.seqs, min(flight.tries + 1, 10), flight.refused))
        else:
            self._aside.setdefault(flight.seqs[0], flight.left_at + self._pace.aside_ms)

    def _retry(self, queue: deque[_Again], *, urgent: bool) -> Numbers:
        """Small batches that were lost one by one go again together; what was passed over goes by itself."""
        seqs, tries, refused = queue.popleft()
        while not refused and queue and not queue[0].refused and len(seqs) + len(queue[0].seqs) <= MAX_EVENTS:
            more = queue.popleft()
            seqs, tries = seqs + more.seqs, max(tries, more.tries)
        return Numbers(sorted(seqs), urgent, tries, refused)

    def _pass(self, order: Backlog, seq: int) -> None:
        if order.urgent:
            self._urgent_after = max(self._urgent_after, seq)
        else:
            self._after = max(self._after, seq)

    def _reset(self, last_seq: int, mono: int) -> None:
        for queue in (self._urgent, self._live, self._urgent_again, self._again):
            queue.clear()
        self._flights.clear()
        self._aside.clear()
        self._under_way = 0
        self._sent = Settled()
        self._after = self._urgent_after = 0
        self._upto = self._urgent_upto = last_seq
        self._old_at = mono


def _pop(queue: deque[int]) -> list[int]:
    return [queue.popleft() for _ in range(min(MAX_EVENTS, len(queue)))]
