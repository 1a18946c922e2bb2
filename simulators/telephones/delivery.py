"""One short message from its order to the telephone, and what the person writes back.

Always ends: every wait has a bound. What a message means to the account (opting out, answers) is elsewhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from simulators.telephones.fields import message_fields
from simulators.telephones.message import Message, MessageStatus
from simulators.telephones.person import OnMessage
from simulators.telephones.surroundings import Surroundings

USUAL_ERROR = 30003


class Delivery:
    """Carries one message."""

    def __init__(
        self, around: Surroundings, message: Message, on_message: OnMessage, service_number: str
    ) -> None:
        self._around, self._message, self._on_message = around, message, on_message
        self._service_number = service_number
        self._callbacks = around.callbacks(lambda what, facts: around.note_message(message, what, facts))

    async def run(self) -> bool:
        """Carry the message to its end; return whether it was delivered."""
        sending = asyncio.create_task(self._callbacks.run())
        try:
            try:
                await self._carry()
            finally:
                self._callbacks.close()
            await sending
        finally:
            sending.cancel()
        return self._message.status is MessageStatus.DELIVERED

    async def _carry(self) -> None:
        message, pace, sleep = self._message, self._around.settings.pace, self._around.clock.sleep
        on_message = self._on_message
        if message.status is MessageStatus.ACCEPTED:
            await sleep(pace.sending)
            if message.ended:  # cancelled meanwhile
                return
            if message.order.from_ is None:  # the service chooses who sends
                message.order = replace(message.order, from_=self._service_number)
            self._moved(MessageStatus.QUEUED)
        await sleep(pace.sending)
        if message.ended:
            return
        if on_message.outcome == "failed":
            self._moved(MessageStatus.FAILED, on_message.error_code or USUAL_ERROR)
            return
        self._moved(MessageStatus.SENDING)
        await sleep(pace.at_the_carrier)
        self._moved(MessageStatus.SENT)
        if on_message.outcome == "sent":  # a carrier without receipts
            return
        await sleep(on_message.after)
        if on_message.outcome == "undelivered":
            self._moved(MessageStatus.UNDELIVERED, on_message.error_code or USUAL_ERROR)
        else:
            self._moved(MessageStatus.DELIVERED)

    def cancel(self) -> None:
        """Withdraw the message; raises IllegalMoveError once it is under way."""
        self._moved(MessageStatus.CANCELED)

    def _moved(self, status: MessageStatus, error_code: int | None = None) -> None:
        message, around = self._message, self._around
        message.move(status, around.clock.now(), error_code)
        around.note_message(message, status.value, {"code": error_code} if error_code else None)
        if message.order.status_callback is not None:
            fields = message_fields(message, around.settings.account_sid)
            self._callbacks.fire(message.order.status_callback, "POST", fields)
