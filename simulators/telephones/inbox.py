"""What people write to the account: opting out, and the program's answer to a message.

The address that takes messages may be down: that is written down and nothing more is done, as Twilio does.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final

from simulators.telephones.errors import CalledBackError
from simulators.telephones.fields import inbound_fields
from simulators.telephones.message import Message
from simulators.telephones.optout import wish
from simulators.telephones.orders import MessageOrder
from simulators.telephones.surroundings import Surroundings
from simulators.telephones.twiml import replies

#: Twilio's own guard against two machines that write to each other.
MOST_REPLIES: Final = 30
REPLIES_WITHIN: Final = 30.0  #: seconds


class Inbox:
    """Takes the messages of people and sends what the program answers."""

    def __init__(self, around: Surroundings, send: Callable[[MessageOrder], object]) -> None:
        self._around, self._send = around, send
        self._replied: dict[str, deque[datetime]] = {}
        self.url = around.settings.sms_url
        self.opted_out: set[tuple[str, str]] = set()  #: (the person, the sender they want nothing from)

    def note_wish(self, message: Message) -> None:
        """Heed STOP and START at once, whatever becomes of the message."""
        person, sender = message.order.from_ or "", message.order.to
        match wish(message.order.body):
            case "stop":
                self.opted_out.add((person, sender))
                self._around.note_message(message, "opted out", {"of": sender})
            case "start":
                self.opted_out.discard((person, sender))
                self._around.note_message(message, "opted in", {"of": sender})

    async def bring(self, message: Message) -> None:
        """Bring a person's message to the program and send what it answers."""
        around, url = self._around, self.url
        if url is None:
            around.note_message(message, "nobody takes messages")
            return
        fields = inbound_fields(message, around.settings.account_sid)
        try:
            answer = await around.outward.ask(url, "POST", fields, token=str(uuid.uuid4()), follow=True)
            around.note_message(message, "brought", {"url": url, "http": answer.status})
            if answer.content_type.startswith("text/plain"):
                texts: tuple[str, ...] = (answer.text,) if answer.text.strip() else ()
            else:
                texts = replies(answer.text)
        except CalledBackError as problem:
            around.note_message(message, "error", {"code": problem.code, "reason": problem.reason})
            return
        for text in texts:
            self._reply(message, text)

    def _reply(self, message: Message, text: str) -> None:
        person, sender = message.order.from_ or "", message.order.to
        now = self._around.clock.now()
        recent = self._replied.setdefault(person, deque(maxlen=MOST_REPLIES))
        if len(recent) == MOST_REPLIES and self._around.clock.seconds(recent[0], now) < REPLIES_WITHIN:
            self._around.note_message(message, "error", {"code": 14107, "reason": "too many replies"})
            return
        if (person, sender) in self.opted_out:
            self._around.note_message(message, "error", {"code": 21610, "reason": "opted out"})
            return
        recent.append(now)
        self._send(MessageOrder(to=person, from_=sender, body=text[:1600]))
