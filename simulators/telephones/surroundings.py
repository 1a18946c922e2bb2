"""What every call and message needs of the world around it, handed over as one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulators.telephones.call import Call
from simulators.telephones.callbacks import Callbacks
from simulators.telephones.clock import Clock
from simulators.telephones.faults import Faults
from simulators.telephones.log import Log
from simulators.telephones.message import Message
from simulators.telephones.outward import Outward
from simulators.telephones.settings import Settings


@dataclass(slots=True)
class Surroundings:
    """The account, time, the way out, the log, and what is wrong today."""

    settings: Settings
    clock: Clock
    outward: Outward
    log: Log = field(default_factory=Log)
    faults: Faults = field(default_factory=Faults)

    def note_call(self, call: Call, what: str, facts: dict[str, Any] | None = None) -> None:
        """Write into the log and the call's own timeline."""
        entry = self.log.add(self.clock.now(), "call", what, sid=call.sid, number=call.order.to, facts=facts)
        call.timeline.append(entry)

    def note_message(self, message: Message, what: str, facts: dict[str, Any] | None = None) -> None:
        """Write into the log and the message's own timeline."""
        person = message.order.from_ if message.direction == "inbound" else message.order.to
        entry = self.log.add(self.clock.now(), "message", what, sid=message.sid, number=person, facts=facts)
        message.timeline.append(entry)

    def callbacks(self, note: Callable[[str, dict[str, Any]], None]) -> Callbacks:
        """Return a sender of status callbacks that writes what it does with `note`."""
        return Callbacks(self.clock, self.outward, lambda: self.faults, note)
