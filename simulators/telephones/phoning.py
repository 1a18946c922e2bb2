"""One call from its order to its end: ringing, talking, and telling the program about it.

Runs beside all other calls and always ends: every wait has a bound, and no target that is down stops it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine

from simulators.telephones.call import CALL_EVENTS, Call, CallMove
from simulators.telephones.conversation import Conversation, Source
from simulators.telephones.errors import UnansweredError
from simulators.telephones.fields import call_fields, progress_fields
from simulators.telephones.habits import Habits
from simulators.telephones.line import Line
from simulators.telephones.person import OnCall
from simulators.telephones.ringing import ring
from simulators.telephones.signals import Complete, PickUp, Signal
from simulators.telephones.surroundings import Surroundings

#: Makes what an answered call says and asks.
Talk = Callable[[Surroundings, Call, Line, Habits], Conversation]


class Phoning:
    """Runs one call; `tell` is how anybody acts on it meanwhile."""

    def __init__(self, around: Surroundings, call: Call, on_call: OnCall, talk: Talk | None = None) -> None:
        self._around, self._call, self._on_call = around, call, on_call
        self._make_talk = talk or Conversation
        self._line = Line()
        self._habits = Habits(around.clock, on_call, self._line.tell)
        self._callbacks = around.callbacks(lambda what, facts: around.note_call(call, what, facts))
        self._fired = 0
        self._beside: set[asyncio.Task[None]] = set()

    def tell(self, signal: Signal) -> None:
        """Do something to the call."""
        self._line.tell(signal)

    async def run(self, wait: float, carrier_takes: Callable[[], bool]) -> None:
        """Run the call; returns when it has ended and everything about it has been sent."""
        sending = asyncio.create_task(self._callbacks.run())
        try:
            try:
                answer = await ring(
                    self._around,
                    self._call,
                    self._line,
                    self._habits,
                    self._on_call,
                    wait=wait,
                    carrier_takes=carrier_takes,
                    moved=self._moved,
                )
                if answer is not None:
                    await self._talk(answer)
                    self._moved(CallMove.ENDED)
            finally:
                self._habits.stop()
                for task in self._beside:
                    task.cancel()
                self._callbacks.close()
            await sending
        finally:
            sending.cancel()

    async def _talk(self, answer: PickUp) -> None:
        order = self._call.order
        self._habits.answered()
        self._start_beside(self._end_in_time())
        heard, detecting = None, 0.0
        if order.machine_detection is not None and order.async_amd:
            self._start_beside(self._detect_beside(answer))
        elif order.machine_detection is not None:
            heard, detecting = self._heard(answer)
        conversation = self._make_talk(self._around, self._call, self._line, self._habits)
        first = Source(order.url, order.method, order.twiml)
        await conversation.run(first, detecting, lambda: self._detected(heard))

    def _detected(self, heard: str | None) -> None:
        if heard is not None:
            self._call.answered_by = heard
            self._around.note_call(self._call, "detected", {"answered_by": heard})

    def _heard(self, answer: PickUp) -> tuple[str, float]:
        """Return what machine detection takes the answer for, and how many seconds that takes."""
        pace, to_the_end = (
            self._around.settings.pace,
            self._call.order.machine_detection == "DetectMessageEnd",
        )
        heard = self._on_call.heard_as or ("machine_start" if answer.machine else "human")
        if heard != "machine_start":
            return heard, pace.hearing_a_human
        return ("machine_end_beep", pace.hearing_the_beep) if to_the_end else (heard, pace.hearing_a_machine)

    async def _detect_beside(self, answer: PickUp) -> None:
        heard, seconds = self._heard(answer)
        await self._around.clock.sleep(seconds)
        self._detected(heard)
        order = self._call.order
        if order.async_amd_callback is None:
            return
        fields = call_fields(self._call, self._around.settings.account_sid)
        fields["MachineDetectionDuration"] = str(round(seconds * 1000))
        try:
            await self._around.outward.ask(
                order.async_amd_callback, order.async_amd_callback_method, fields, token=str(uuid.uuid4())
            )
        except UnansweredError as problem:
            self._around.note_call(
                self._call, "callback failed", {"code": problem.code, "reason": problem.reason}
            )

    async def _end_in_time(self) -> None:
        await self._around.clock.sleep(self._call.order.time_limit)
        self._around.note_call(self._call, "time limit")
        self._line.tell(Complete())

    def _start_beside(self, doing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(doing)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def _moved(self, move: CallMove) -> None:
        """Carry out a move, write it down and tell the program if it asked to know."""
        call, around = self._call, self._around
        now = around.clock.now()
        status = call.move(move, now)
        around.note_call(call, status.value)
        order = call.order
        if order.status_callback is None:
            return
        if any(
            event in order.status_callback_events and status in CALL_EVENTS[event] for event in CALL_EVENTS
        ):
            talked = around.clock.seconds(call.answered_at, now) if call.answered_at is not None else 0.0
            fields = progress_fields(call, around.settings.account_sid, self._fired, now, talked)
            self._fired += 1
            self._callbacks.fire(order.status_callback, order.status_callback_method, fields)
