"""The status callbacks of one call or message: sent one after the other, or as badly as the faults say.

A target that is down or slow is written into the timeline and never sent again, as Twilio does by default.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulators.telephones.clock import Clock
from simulators.telephones.errors import UnansweredError
from simulators.telephones.faults import Faults
from simulators.telephones.outward import Outward

Note = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Callback:
    """One thing to tell the program."""

    url: str
    method: str
    fields: Mapping[str, str]
    fired_at: datetime
    delay: float = 0.0
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def about(self) -> str:
        """The status that it tells of."""
        return self.fields.get("CallStatus") or self.fields.get("MessageStatus") or ""


class Callbacks:
    """A queue with one sender."""

    def __init__(self, clock: Clock, outward: Outward, faults: Callable[[], Faults], note: Note) -> None:
        self._clock, self._outward, self._faults, self._note = clock, outward, faults, note
        self._queue: asyncio.Queue[Callback | None] = asyncio.Queue()
        self._held: list[Callback] = []

    def fire(self, url: str, method: str, fields: Mapping[str, str]) -> None:
        """Take one callback, to be sent as the faults of this moment say."""
        faults = self._faults()
        delay = faults.callback_delay if faults.callbacks == "delayed" else 0.0
        callback = Callback(url, method, fields, self._clock.now(), delay)
        match faults.callbacks:
            case "never":
                self._note("callback withheld", {"status": callback.about, "url": url})
            case "reversed":
                self._held.append(callback)
            case "twice":
                self._queue.put_nowait(callback)
                self._queue.put_nowait(callback)
            case _:
                self._queue.put_nowait(callback)

    def close(self) -> None:
        """Nothing more will be fired: what was held back goes out, the last first."""
        while self._held:
            self._queue.put_nowait(self._held.pop())
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Send until closed."""
        while (callback := await self._queue.get()) is not None:
            if callback.delay:
                waited = self._clock.seconds(callback.fired_at, self._clock.now())
                await self._clock.sleep(max(0.0, callback.delay - waited))
            await self._send(callback)

    async def _send(self, callback: Callback) -> None:
        started = asyncio.get_running_loop().time()
        facts: dict[str, Any] = {"status": callback.about, "url": callback.url}
        if "SequenceNumber" in callback.fields:
            facts["sequence"] = int(callback.fields["SequenceNumber"])
        try:
            answer = await self._outward.ask(
                callback.url, callback.method, callback.fields, token=callback.token
            )
        except UnansweredError as problem:
            facts |= {"code": problem.code, "reason": problem.reason}
            self._note("callback failed", facts)
        else:
            facts |= {
                "http": answer.status,
                "ms": round((asyncio.get_running_loop().time() - started) * 1000),
            }
            self._note("callback", facts)
