"""One lot of messages on its way into the database: decoded, told from repeats, judged, and written.

Lives for one transaction. What is wrong with a message is counted and kept, and never stops the others.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from msgspec.structs import replace

from hub.care import store as needs
from hub.clock import instant, milliseconds
from hub.escalation import at_home, opening
from hub.ingest import refused, wishes, writer
from hub.ingest.rows import believed_at, row_of
from models.contract import codec
from models.contract.errors import ContractError
from models.contract.measurements import is_urgent
from models.contract.messages import Batch, CommandResult, Devices, Event, Health, State
from models.contract.topics import Address, parse
from models.detection.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from hub.ingest.heard import LastWords
    from hub.ingest.ledger import Key, Ledger
    from hub.ingest.swift import Arrived
    from hub.storage.database import Connection
    from hub.watch.registry import Watch

log = structlog.get_logger()

#: What must never be replayed by a broker, and is therefore refused when it is marked as retained.
NEVER_RETAINED = frozenset({"events", "health"})
#: A home says the same few topics all its life.
_parse = lru_cache(maxsize=131_072)(parse)
_RESULT = re.compile(r"command/[a-z0-9-]{1,32}/result\Z")
KEPT_OF_A_LOT = 50  #: refused messages that are kept whole


class Lot:
    """Collects the work of one transaction; `finish` does what can be done for all of it at once."""

    def __init__(
        self, connection: Connection, ledger: Ledger, last_words: LastWords, watch: Watch, now: datetime
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._last_words = last_words
        self._watch = watch
        self._now = now
        self._now_ms = milliseconds(now)
        self._rows: list[tuple[Any, ...]] = []
        self._outcomes: list[tuple[str, Any]] = []
        self._asked_for: list[tuple[str, Event]] = []  #: what residents ask for that is no emergency, by home
        self._at_home: list[tuple[str, Event]] = []  #: what edge agents did by themselves, by home
        self._heard: set[tuple[str, str]] = set()  #: home and edge
        self._refused = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self.homes: set[str] = set()  #: whose memory changed
        self.owed: dict[Key, bool] = {}  #: streams to acknowledge, and whether at once

    def take(self, message: Arrived) -> None:
        """Take one message in."""
        try:
            address, leaf = _parse(message.topic)
            if message.retained and leaf in NEVER_RETAINED:
                self._refuse(message, "retained: a broker's replay, not news")
                return
            if not message.payload and leaf in ("state", "devices"):
                return  # a retained message was deleted
            if not self._watch.knows(address.home, address.edge):
                self._watch.refresh(self._connection, address.home)
                if not self._watch.knows(address.home, address.edge):
                    self._refuse(message, "unknown home or edge agent")
                    return
            self.homes.add(address.home)
            self._dispatch(address, leaf, message)
        except ContractError as error:
            self._refuse(message, str(error))

    def _dispatch(self, address: Address, leaf: str, message: Arrived) -> None:
        if leaf == "events":
            self._events(address, codec.decode(message.payload, Batch))
        elif leaf == "health":
            health = codec.decode(message.payload, Health)
            writer.edge_health(self._connection, address, health)
            self._judge(address, self._watch.health(address.home, address.edge, health, self._now))
        elif leaf == "state":
            state = codec.decode(message.payload, State)
            if not writer.edge_state(self._connection, address, state):
                self._counts[("state of an older session", address.home)] += 1
                return
            if state.stream is not None and state.state == "online":
                self._ledger.stream(self._connection, address, state.stream)
                self.owed[(address.home, address.edge, state.stream)] = True
            wishes.config_state(self._connection, address, state, self._now)
            self._judge(address, self._watch.edge_state(address.home, address.edge, state, self._now))
            if message.retained or state.state == "lost":
                return  # not heard now: said long ago, or by the broker in its name
        elif leaf == "devices":
            writer.edge_devices(self._connection, address, codec.decode(message.payload, Devices))
            self._watch.refresh(self._connection, address.home)
            return
        elif _RESULT.match(leaf):
            result, command_id = codec.decode(message.payload, CommandResult), leaf.split("/")[1]
            if not wishes.command_result(self._connection, address, command_id, result, self._now):
                self._counts[("result of a command that nobody gave", address.home)] += 1
        else:
            self._refuse(message, f"nothing is expected on '{leaf[:40]}'")
            return
        self._heard.add((address.home, address.edge))

    def _events(self, address: Address, batch: Batch) -> None:
        stream = self._ledger.stream(self._connection, address, batch.stream)
        settled = stream.settled
        settled.raise_floor(batch.floor)
        status = self._watch.status(address.home)
        commissioning = status == "commissioning"
        fresh: list[Event] = []
        urgent = False
        for event in batch.events:
            if not settled.add(event.seq):
                self._counts[("repeated", address.home)] += 1
                continue
            if event.historic and not commissioning:
                self._counts[("historic, but the home is not being commissioned", address.home)] += 1
                continue
            at = believed_at(event, self._now_ms)
            self._rows.append(row_of(address.home, stream.id, event, at, self._now))
            fresh.append(event if at == event.at else replace(event, at=at))
            urgent = urgent or is_urgent(event.kind, event.value)
            if event.kind == "call" and event.value == 1 and status == "live":
                self._asked_for.append((address.home, fresh[-1]))
            elif event.kind in at_home.KINDS and event.value == 1:
                self._at_home.append((address.home, fresh[-1]))
        key = (address.home, address.edge, batch.stream)
        # A repeat means that the edge did not hear us, and a gap that something is missing: answer at once.
        answer_now = urgent or len(fresh) < len(batch.events) or not settled.whole or len(fresh) > 100
        self.owed[key] = answer_now or self.owed.get(key, False)
        if fresh:
            self._judge(address, self._watch.events(address.home, address.edge, fresh, self._now))

    def _judge(self, address: Address, outcomes: list[Any]) -> None:
        self._outcomes.extend((address.home, outcome) for outcome in outcomes)

    def finish(self, *, snapshots: int) -> None:
        """Write everything: events, alerts with first notifications, what is settled, what was refused."""
        connection, now = self._connection, self._now
        self._outcomes.extend(self._watch.tick(now))
        self.homes.update(home for home, _ in self._outcomes)
        stored = writer.write_events(connection, self._rows)
        if stored < len(self._rows):
            self._counts[("already stored", "")] += len(self._rows) - stored
        for home, outcome in self._outcomes:
            if isinstance(outcome, Finding):
                alert_id, new = opening.open_or_repeat(connection, home, outcome, now)
                log.info("finding", home=home, risk=outcome.risk, alert=alert_id, new=new)
            else:
                opening.clear(connection, home, outcome, now)
        for home, done in self._at_home:
            at_home.take(connection, home, done, now)
        for home, press in self._asked_for:
            need, new = needs.press(connection, home, press.device, instant(press.at), now)
            log.info("need", home=home, need=need, new=new)
        self._ledger.save(connection)
        self._last_words.save(connection, self._heard, now)
        if self._counts:
            refused.count(connection, now, self._counts)
        # Homes whose findings changed are always among them: an alert and the memory of it are one.
        self._watch.save(connection, snapshots, now)

    def _refuse(self, message: Arrived, reason: str) -> None:
        self._counts[("refused: " + reason.split(":")[0][:80], "")] += 1
        self._refused += 1
        if self._refused > KEPT_OF_A_LOT:
            return  # a flood of rubbish is counted, and enough of it is kept to see what it was
        refused.quarantine(
            self._connection,
            self._now,
            source="broker",
            topic=message.topic,
            reason=reason,
            payload=message.payload,
        )
        log.warning("refused", topic=message.topic[:120], reason=reason[:200])
