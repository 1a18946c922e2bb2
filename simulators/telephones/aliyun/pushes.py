"""Aliyun's receipts: lists of one thing each, as JSON, unsigned; sent as well or as badly as the faults say.

A program that does not answer with 200 is told again after one, five and ten minutes, and then no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from simulators.telephones.errors import UnansweredError
from simulators.telephones.surroundings import Surroundings

AGAIN_AFTER: Final = (60.0, 300.0, 600.0)

Note = Callable[[str, dict[str, Any]], None]
Start = Callable[[Coroutine[Any, Any, None]], None]


class Receipts:
    """Sends receipts, each in a task of its own."""

    def __init__(self, around: Surroundings, start: Start) -> None:
        self._around, self._start = around, start

    def push(self, url: str | None, about: str, item: Mapping[str, Any], note: Note) -> None:
        """Tell one thing, as the faults of this moment say; `about` names it in the log."""
        if url is None:
            return
        faults = self._around.faults
        if faults.callbacks == "never":
            note("callback withheld", {"status": about, "url": url})
            return
        delay = faults.callback_delay if faults.callbacks in ("delayed", "reversed") else 0.0
        for _ in range(2 if faults.callbacks == "twice" else 1):
            self._start(self._tell(url, about, item, note, delay))

    async def _tell(self, url: str, about: str, item: Mapping[str, Any], note: Note, delay: float) -> None:
        clock = self._around.clock
        if delay:
            await clock.sleep(delay)
        for pause in (*AGAIN_AFTER, None):
            started = asyncio.get_running_loop().time()
            try:
                answer = await self._around.outward.push(url, [dict(item)])
            except UnansweredError as problem:
                note("callback failed", {"status": about, "url": url, "reason": problem.reason})
                if pause is not None:
                    await clock.sleep(pause)
            else:
                took = round((asyncio.get_running_loop().time() - started) * 1000)
                note("callback", {"status": about, "url": url, "http": answer.status, "ms": took})
                return
