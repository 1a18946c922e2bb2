"""What the hub may ask for, once: which commands there are, and that none is done late or twice.

A command that has expired, or comes again, is not done: a siren that an outage held back would frighten
somebody in the night. Nothing is done while the clock is known to be wrong.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from edge_agent.core.timing import Clock
from models.contract import VERSION
from models.contract.messages import Command, CommandResult

AHEAD_MS = 10 * 60 * 1000  #: a command that expires later than this was not meant for now
MOST = 200  #: remembered, so that none is done twice

Do = Callable[[Mapping[str, Any]], str]  #: does it; returns what is wrong, or nothing
log = logging.getLogger("anju.agent")


class Commands:
    """What this agent can do, and what it has done. One thread uses it."""

    def __init__(self, known: Mapping[str, Do], remembered: bytes = b"") -> None:
        self.taken = 0  #: since this agent started
        self._known = known
        self._done: OrderedDict[str, None] = OrderedDict.fromkeys(remembered.decode().split())

    def snapshot(self) -> bytes:
        """Return what the next start must remember."""
        return " ".join(self._done).encode()

    def take(self, command_id: str, command: Command, clock: Clock, now: int) -> CommandResult | None:
        """Do a command, and return what became of it; None for one that came again: it has its answer."""
        if command_id in self._done:
            log.warning("command %s (%s) came again: not done", command_id, command.name)
            return None
        self._done[command_id] = None
        self.taken += 1
        while len(self._done) > MOST:
            self._done.popitem(last=False)
        wrong = self._refusal(command, clock, now) or self._do(command)
        log.info("command %s (%s): %s", command_id, command.name, wrong or "done")
        return CommandResult(v=VERSION, ok=not wrong, detail=wrong)

    def _refusal(self, command: Command, clock: Clock, now: int) -> str:
        if clock == "unsynced":
            return "The edge does not know the time."
        if command.expires_at <= now:
            return "The command came too late."
        if command.expires_at > now + AHEAD_MS:
            return "The command is not meant for now: the clocks differ."
        if command.name not in self._known:
            return f"Unknown command '{command.name[:40]}'."
        return ""

    def _do(self, command: Command) -> str:
        try:
            return self._known[command.name](command.arguments)
        except Exception as error:
            log.exception("command %s failed", command.name)
            return f"It failed: {type(error).__name__}."
