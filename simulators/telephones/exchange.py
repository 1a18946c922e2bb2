"""The telephone exchange: all calls, messages and people of one account, and what can be done with them.

Runs on one event loop and starts a task for each call and message. Knows no HTTP: the API, the control and
the page stand in front of it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from simulators.telephones.call import Call
from simulators.telephones.delivery import Delivery
from simulators.telephones.errors import NotNowError, RefusalError
from simulators.telephones.faults import Faults, carrier_takes
from simulators.telephones.inbox import Inbox
from simulators.telephones.message import Message, MessageStatus
from simulators.telephones.orders import CallOrder, MessageOrder
from simulators.telephones.person import Person
from simulators.telephones.phoning import Phoning, Talk
from simulators.telephones.signals import Signal
from simulators.telephones.surroundings import Surroundings

_log = logging.getLogger(__name__)


class Exchange:
    """One account's telephones."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.began_at = around.clock.now()
        self.ending = asyncio.Event()
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, Message] = {}
        self.people: dict[str, Person] = {}
        #: who takes what people write to a number; the account's own address takes the rest
        self.takers: dict[str, Callable[[Message], Coroutine[Any, Any, None]]] = {}
        self._phonings: dict[str, Phoning] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._called: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self._dialled: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=1000))
        self._line_free_at: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        settings = self.around.settings
        self.inbox = Inbox(self.around, lambda order: self.send_message(order, "outbound-reply"))
        self.people = {person.number: person for person in settings.people}
        self.around.faults = settings.faults.model_copy(deep=True)

    def person(self, number: str) -> Person:
        """Return who has this number; a stranger decides by hand."""
        return self.people.get(number) or Person(number=number)

    def set_person(self, person: Person) -> None:
        """Give a number to a person, whose behaviours start with the first again."""
        self.people[person.number] = person
        self._called.pop(person.number, None)
        self._written.pop(person.number, None)
        self.around.log.add(self.around.clock.now(), "person", "set", number=person.number)

    def remove_person(self, number: str) -> None:
        """Take a number away; raises NotNowError when nobody has it."""
        if self.people.pop(number, None) is None:
            raise NotNowError(f"nobody has the number {number}")
        self.around.log.add(self.around.clock.now(), "person", "removed", number=number)

    def set_faults(self, faults: Faults) -> None:
        """Put all faults in the place of the earlier ones."""
        self.around.faults = faults
        facts = faults.model_dump(mode="json", exclude_defaults=True)
        self.around.log.add(self.around.clock.now(), "fault", "set", facts=facts)

    def set_sms_url(self, url: str | None) -> None:
        """Say where people's messages to the account go."""
        self.inbox.url = url
        self.around.log.add(self.around.clock.now(), "account", "sms_url", facts={"url": url})

    def refuse_message(self, order: MessageOrder) -> None:
        """Raise RefusalError when this person cannot or does not want to be written to."""
        if order.from_ is not None and (order.to, order.from_) in self.inbox.opted_out:
            raise RefusalError(21610, "Attempt to send to unsubscribed recipient")
        if self.person(order.to).landline:
            raise RefusalError(21635, f"'To' number: {order.to} cannot be a landline")

    def place_call(
        self,
        order: CallOrder,
        *,
        sid: str | None = None,
        talk: Talk | None = None,
        ended: Callable[[Call], None] | None = None,
    ) -> Call:
        """Take a call and start it. `talk` makes what an answered call says, `ended` hears of its end."""
        around, now = self.around, self.around.clock.now()
        wait = self._queue_seconds(now)
        call = Call(
            sid=sid or _sid("CA"), order=order, created_at=now, updated_at=now, queue_ms=round(wait * 1000)
        )
        self._keep(self.calls, call.sid, call)
        around.note_call(call, "queued", {"from": order.from_, "url": order.url})
        on_call = self.person(order.to).on_call(self._called[order.to])
        self._called[order.to] += 1
        phoning = self._phonings[call.sid] = Phoning(around, call, on_call, talk)

        async def run() -> None:
            try:
                await phoning.run(wait, lambda: self._carrier_takes(order.to))
            finally:
                self._phonings.pop(call.sid, None)
            if ended is not None:
                ended(call)

        self.start(run())
        return call

    def send_message(
        self,
        order: MessageOrder,
        direction: str = "outbound-api",
        *,
        ended: Callable[[Message], None] | None = None,
    ) -> Message:
        """Take a short message and start it on its way; `ended` hears of its end."""
        around, now = self.around, self.around.clock.now()
        message = Message(
            sid=_sid("SM"),
            order=order,
            direction=direction,
            status=MessageStatus.ACCEPTED if order.messaging_service_sid else MessageStatus.QUEUED,
            created_at=now,
            updated_at=now,
        )
        self._keep(self.messages, message.sid, message)
        around.note_message(message, message.status.value, {"body": order.body, "from": order.from_})
        on_message = self.person(order.to).on_message(self._written[order.to])
        self._written[order.to] += 1
        own = around.settings.numbers
        delivery = self._deliveries[message.sid] = Delivery(
            around, message, on_message, own[0] if own else "+15005550006"
        )

        async def run() -> None:
            try:
                delivered = await delivery.run()
            finally:
                self._deliveries.pop(message.sid, None)
            if ended is not None:
                ended(message)
            # Only what the program began is answered by itself: two machines would write for ever.
            if delivered and on_message.reply and direction == "outbound-api" and message.order.from_:
                await around.clock.sleep(on_message.reply_after)
                self.write(order.to, message.order.from_, on_message.reply)

        self.start(run())
        return message

    def tell(self, sid: str, signal: Signal) -> Call:
        """Do something to a call that goes on; raises NotNowError when there is none of that name."""
        phoning, call = self._phonings.get(sid), self.calls.get(sid)
        if phoning is None or call is None or call.ended:
            raise NotNowError(f"no call {sid} is going on")
        phoning.tell(signal)
        return call

    async def settled(self, call: Call) -> None:
        """Let what was told to a call arrive; returns when it has ended, or at once if it does not."""
        for _ in range(100):
            if call.ended:
                return
            await asyncio.sleep(0)

    def cancel_message(self, sid: str) -> None:
        """Withdraw a message; raises NotNowError when it is under way or not there."""
        delivery, message = self._deliveries.get(sid), self.messages.get(sid)
        waiting = (MessageStatus.ACCEPTED, MessageStatus.QUEUED)
        if delivery is None or message is None or message.status not in waiting:
            raise NotNowError(f"no message {sid} is waiting")
        delivery.cancel()

    def write(self, person: str, to: str, body: str) -> Message:
        """Let a person write to the account."""
        now = self.around.clock.now()
        message = Message(
            sid=_sid("SM"),
            order=MessageOrder(to=to, from_=person, body=body),
            direction="inbound",
            status=MessageStatus.RECEIVED,
            created_at=now,
            updated_at=now,
            sent_at=now,
        )
        self._keep(self.messages, message.sid, message)
        self.around.note_message(message, message.status.value, {"body": body, "to": to})
        self.inbox.note_wish(message)
        self.start(self.takers.get(to, self.inbox.bring)(message))
        return message

    async def reset(self) -> None:
        """End everything without telling anybody, and begin as at the start. The log's numbers go on."""
        await self.stop()
        for kept in (self.calls, self.messages, self._phonings, self._deliveries):
            kept.clear()
        for counted in (self._called, self._written):
            counted.clear()
        self._dialled.clear()
        self._line_free_at = None
        self._begin()
        self.around.log.clear()
        self.around.log.add(self.around.clock.now(), "reset", "reset")

    def end(self) -> None:
        """The program ends: let everybody go who waits for something to happen."""
        self.ending.set()
        self.around.log.close()

    async def stop(self) -> None:
        """End everything that is going on."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def start(self, doing: Coroutine[Any, Any, None]) -> None:
        """Run something beside everything else, until the exchange stops."""
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            _log.error("a call or a message stopped by a mistake of ours", exc_info=problem)

    def _keep(self, kept: dict[str, Any], sid: str, record: Call | Message) -> None:
        """Remember one more, and forget the oldest of those that have ended when there are too many."""
        kept[sid] = record
        if len(kept) > self.around.settings.kept:
            oldest = next((old for old, entry in kept.items() if entry.ended), None)
            if oldest is not None:
                del kept[oldest]

    def _carrier_takes(self, number: str) -> bool:
        clock, dialled = self.around.clock, self._dialled[number]
        now = clock.now()
        second = clock.seconds(now, now + timedelta(seconds=1))
        takes = carrier_takes(dialled, now, self.around.faults.calls_per_minute, 60.0 / second)
        dialled.append(now)
        return takes

    def _queue_seconds(self, now: datetime) -> float:
        """Return how long a call waits because the account may only dial so many a second."""
        rate = self.around.faults.calls_per_second
        if rate is None:
            return 0.0
        clock = self.around.clock
        wait = 0.0
        if self._line_free_at is not None and self._line_free_at > now:
            wait = clock.seconds(now, self._line_free_at)
        second = clock.seconds(now, now + timedelta(seconds=1))
        self._line_free_at = now + timedelta(seconds=(wait + 1.0 / rate) / second)
        return wait


def _sid(kind: str) -> str:
    return kind + secrets.token_hex(16)
