"""A simulated person at one telephone: does by the clock what a hand would do.

Speaks only through signals, as somebody at the page does; sees only that it rings, that it was answered and
that keys are asked for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from simulators.telephones.clock import Clock
from simulators.telephones.person import OnCall
from simulators.telephones.signals import HangUp, PickUp, Press, Signal


class Habits:
    """Acts out one behaviour for one call."""

    def __init__(self, clock: Clock, on_call: OnCall, act: Callable[[Signal], None]) -> None:
        self._clock, self._on_call, self._act = clock, on_call, act
        self._keys = deque(on_call.keys)
        self._thinking = False
        self._tasks: set[asyncio.Task[None]] = set()

    def rings(self) -> None:
        """The telephone has begun to ring."""
        match self._on_call.does:
            case "answer" | "hangs_up":
                self._later(self._on_call.after, PickUp())
            case "voicemail":
                self._later(self._on_call.after, PickUp(machine=True))
            case "reject":
                self._later(self._on_call.after, HangUp())

    def answered(self) -> None:
        """The call has been answered."""
        stays = self._on_call.hang_up_after
        if self._on_call.does == "hangs_up":
            stays = 2.0 if stays is None else stays
        if stays is not None:
            self._later(stays, HangUp())

    def asked(self) -> None:
        """The call listens for keys."""
        if self._on_call.does == "answer" and self._keys and not self._thinking:
            self._thinking = True
            keys = self._keys.popleft()
            self._later(keys.after, Press(keys.digits))

    def stop(self) -> None:
        """The call is over."""
        for task in self._tasks:
            task.cancel()

    def _later(self, seconds: float, signal: Signal) -> None:
        task = asyncio.create_task(self._wait_and_act(seconds, signal))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait_and_act(self, seconds: float, signal: Signal) -> None:
        await self._clock.sleep(seconds)
        if isinstance(signal, Press):
            self._thinking = False
        self._act(signal)
