"""The line of one call: what is done to it arrives here, one thing after the other, while the call waits.

Knows only waiting; what a signal means is for whoever waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from simulators.telephones.signals import Signal

T = TypeVar("T")


class Line:
    """An inbox of signals, and waiting that listens to it."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[Signal] = asyncio.Queue()

    def tell(self, signal: Signal) -> None:
        """Put something into the inbox."""
        self._inbox.put_nowait(signal)

    async def during(self, doing: Coroutine[Any, Any, T], take: Callable[[Signal], bool]) -> T | None:
        """Return the result of `doing`, or None when a signal cut it short.

        Every signal that arrives meanwhile, or has arrived before, goes to `take`, which returns True to cut
        the waiting short and may raise. What was being done is cancelled then.
        """
        task = asyncio.create_task(doing)
        arrived: asyncio.Task[Signal] | None = None
        try:
            while True:
                while not self._inbox.empty():
                    if take(self._inbox.get_nowait()):
                        return None
                if task.done():
                    return task.result()
                arrived = asyncio.create_task(self._inbox.get())
                await asyncio.wait((task, arrived), return_when=asyncio.FIRST_COMPLETED)
                if arrived.done():
                    if take(arrived.result()):
                        return None
                else:
                    arrived.cancel()
        finally:
            for waiting in (task, arrived):
                if waiting is not None and not waiting.done():
                    waiting.cancel()
            if task.done() and not task.cancelled():
                task.exception()  # looked at, so that asyncio does not report it as overlooked
