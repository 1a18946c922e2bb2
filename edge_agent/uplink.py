"""The agent's side of the wire to the hub: births, health, batches, and what the hub says back.

An event is published only after the outbox has it, and forgotten only when the hub's `ack` covers it: neither
a broker's confirmation nor a sent packet proves anything. What comes from the hub is checked at the door;
nothing that it holds stops the loop.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby

from edge_agent.commands import Commands
from edge_agent.core.sending import Backlog, Order
from edge_agent.core.timing import Clock, freshness
from edge_agent.desired import Desired
from edge_agent.lanes import Lane
from edge_agent.mqtt import Link, Will
from edge_agent.rows import Row, to_event
from models.contract import VERSION, codec
from models.contract.errors import ContractError
from models.contract.messages import (
    MAX_BYTES,
    Ack,
    Alerts,
    Batch,
    Command,
    Config,
    Devices,
    Health,
    OpenAlert,
    State,
)
from models.contract.topics import Address, Leaf, is_id

HEARD: tuple[Leaf, ...] = ("ack", "config", "alerts")
MOST_UNSENT = 8  #: batches that the broker has not confirmed; urgent ones may be four times as many

log = logging.getLogger("anju.agent")


class Uplink:
    """What is said to the hub and heard from it, over one link. Used by one thread."""

    def __init__(
        self,
        address: Address,
        boot: str,
        version: str,
        session: int,
        lanes: Sequence[Lane],
        *,
        history: bool = False,
        desired: Desired | None = None,
        commands: Commands | None = None,
    ) -> None:
        self.clock: Clock = "unsynced"
        self.session = session  #: of the present connection, or of the next one
        self.rejected = 0  #: messages from the hub that could not be understood
        self.met = False  #: the hub has answered on this connection
        self.alerts: list[OpenAlert] | None = None  #: of this home, as the hub said last
        self.offered: Config | None = None  #: what the hub wants, until the owner takes it
        self._address = address
        self._boot = boot
        self._version = version
        self._history = history
        self._desired = desired
        self._done = commands or Commands({})
        self._lanes = lanes
        self._commands = f"{address.base}/command/"

    @property
    def subscriptions(self) -> list[str]:
        """What the agent hears: its own acks, configuration and commands."""
        leaves = (self._address.topic(leaf) for leaf in HEARD)
        return [*leaves, f"{self._commands}+"]

    def will(self) -> Will:
        """What the broker says in the agent's name when the connection breaks."""
        return Will(self._address.topic("state"), codec.encode(self._state("lost", 0)))

    def connected(self, link: Link, now: int, mono: int) -> None:
        """Say that the agent is there; everything stored is backlog from here on."""
        self._say(link, "state", codec.encode(self._state("online", now)), retain=True)
        self.met = False
        for lane in self._lanes:
            lane.sending.begin(lane.outbox.last_seq, mono)

    def lost(self) -> None:
        """The connection is gone."""
        for lane in self._lanes:
            lane.sending.end()

    def stopping(self, link: Link, now: int) -> None:
        """Say that the agent stops because somebody wants it to."""
        self._say(link, "state", codec.encode(self._state("stopping", now)), retain=True)

    def tell_config(self, link: Link, now: int) -> bool:
        """Say which configuration runs; return whether the broker's connection took it."""
        return self._say(link, "state", codec.encode(self._state("online", now)), retain=True)

    def describe(self, link: Link, devices: Devices) -> bool:
        """Publish the catalogue; return whether the broker's connection took it."""
        return self._say(link, "devices", codec.encode(devices), retain=True)

    def report(self, link: Link, health: Health) -> bool:
        """Publish how everything does; return whether the broker's connection took it."""
        return self._say(link, "health", codec.encode(health))

    def pump(self, link: Link, now: int, mono: int) -> None:
        """Send what is to be sent now, as far as the broker keeps up."""
        for lane in self._lanes:
            while link.connected and link.unsent < MOST_UNSENT * 4:
                order = lane.sending.next(mono, urgent_only=link.unsent >= MOST_UNSENT)
                if order is None or not self._carry_out(link, lane, order, now, mono):
                    break

    def next_due(self, mono: int) -> int | None:
        """When `pump` may have something to send."""
        dues = [due for lane in self._lanes if (due := lane.sending.next_due(mono)) is not None]
        return min(dues, default=None)

    def heard(self, link: Link, topic: str, payload: bytes, now: int, mono: int) -> None:
        """Take a message from the hub's broker."""
        try:
            if topic == self._address.topic("ack"):
                self._acknowledged(codec.decode(payload, Ack), mono)
            elif topic == self._address.topic("config"):
                if payload:
                    self.offered = codec.decode(payload, Config)
            elif topic == self._address.topic("alerts"):
                self.alerts = codec.decode(payload, Alerts).alerts if payload else []
            elif topic.startswith(self._commands):
                self._command(link, topic.removeprefix(self._commands), payload, now)
        except ContractError as error:
            self.rejected += 1
            log.warning("not understood from the hub, on %s: %s", topic[:200], str(error)[:300])

    def _acknowledged(self, ack: Ack, mono: int) -> None:
        self.met = True
        for lane in self._lanes:
            settled = lane.outbox.settle(ack)
            if settled is not None:
                lane.sending.settled(settled, mono)

    def _command(self, link: Link, command_id: str, payload: bytes, now: int) -> None:
        if not is_id(command_id):
            return
        result = self._done.take(command_id, codec.decode(payload, Command), self.clock, now)
        if result is not None:
            link.publish(self._address.command(command_id, result=True), codec.encode(result))

    def _carry_out(self, link: Link, lane: Lane, order: Order, now: int, mono: int) -> bool:
        """Load and publish; return whether to go on."""
        if isinstance(order, Backlog):
            rows = lane.outbox.backlog(order.after, order.upto, order.most, urgent=order.urgent)
            if not rows:
                lane.sending.exhausted(order)
                return True
            last = rows[-1].seq
            rows = [row for row in rows if not lane.sending.was_sent(row.seq)]
            if not rows:
                lane.sending.skip(order, last)
                return True
        else:
            rows = lane.outbox.load(order.seqs)
            if not rows:
                return True
        for boot, group in groupby(rows, key=lambda row: row.boot):
            some = list(group)
            for part, payload in self._parts(lane, boot, some, now, mono):
                if not self._say(link, "events", payload):
                    if not isinstance(order, Backlog):
                        lane.sending.returned(
                            order._replace(seqs=[row.seq for row in rows if row.seq >= part[0].seq])
                        )
                    return False
                lane.sending.left([row.seq for row in part], order, mono)
        return True

    def _parts(
        self, lane: Lane, boot: str, rows: list[Row], now: int, mono: int
    ) -> Iterator[tuple[list[Row], bytes]]:
        """Rows as batches that no broker and no hub refuses for their length."""
        payload = self._batch(lane, boot, rows, now, mono)
        if len(payload) <= MAX_BYTES:
            yield rows, payload
        elif len(rows) > 1:
            middle = len(rows) // 2
            yield from self._parts(lane, boot, rows[:middle], now, mono)
            yield from self._parts(lane, boot, rows[middle:], now, mono)
        else:
            log.error("event %d is too long for the wire: it goes without its attributes", rows[0].seq)
            bare = [rows[0]._replace(attributes='{"shortened":true}')]
            yield rows, self._batch(lane, boot, bare, now, mono)

    def _batch(self, lane: Lane, boot: str, rows: list[Row], now: int, mono: int) -> bytes:
        events = []
        for row in rows:
            mark = freshness(
                at=row.at,
                mono=row.mono,
                clock=row.clock,  # type: ignore[arg-type]
                same_boot=row.boot == self._boot,
                now=now,
                now_mono=mono,
                now_clock=self.clock,
                history=self._history,
            )
            events.append(to_event(row, late=mark == "late", historic=mark == "historic"))
        batch = Batch(
            v=VERSION,
            boot=boot,
            stream=lane.outbox.stream,
            sent_at=now,
            events=events,
            floor=min(lane.outbox.floor, rows[0].seq),
        )
        return codec.encode(batch)

    def _state(self, state: str, now: int) -> State:
        return State(
            v=VERSION,
            state=state,  # type: ignore[arg-type]
            session=self.session,
            boot=self._boot,
            version=self._version,
            clock=self.clock,
            config_version=self._desired.version if self._desired else 0,
            config_refused=self._desired.refused if self._desired else 0,
            config_note=self._desired.note if self._desired else "",
            stream=self._lanes[0].outbox.stream if self._lanes else None,
            at=now,
        )

    def _say(self, link: Link, leaf: str, payload: bytes, *, retain: bool = False) -> bool:
        return link.publish(self._address.topic(leaf), payload, retain=retain)  # type: ignore[arg-type]
