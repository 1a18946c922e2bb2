"""What an answered call of Aliyun's says and asks: one menu, the words after a key, and its end.

Whether Aliyun listens for a second key is unconfirmed; here the call ends after the words for the first.
"""

from __future__ import annotations

from collections.abc import Callable

from simulators.telephones.aliyun.orders import Spoken
from simulators.telephones.call import Call
from simulators.telephones.conversation import Conversation, Source
from simulators.telephones.habits import Habits
from simulators.telephones.line import Line
from simulators.telephones.surroundings import Surroundings
from simulators.telephones.twiml import Document, Gather, Say

#: Where the call's documents come from: nobody is asked for them.
START, KEY = "aliyun:menu", "aliyun:key"


class MenuConversation(Conversation):
    """One answered call that follows its order instead of asking a program."""

    def __init__(
        self,
        around: Surroundings,
        call: Call,
        line: Line,
        habits: Habits,
        *,
        order: Spoken,
        pressed: Callable[[str], None],
    ) -> None:
        super().__init__(around, call, line, habits)
        self._order, self._told = order, pressed
        self.pressed = ""

    async def _document(self, source: Source) -> Document:
        order = self._order
        if source.url != KEY:
            words = Say(order.text, "zh-CN", order.plays)
            if not order.keys:
                return Document((words,))
            menu = Gather(
                (words,), action=KEY, timeout=round(order.timeout) or 1, num_digits=1, finish_on_key=""
            )
            return Document((menu, *_said(order.bye)))
        key = source.extra["Digits"]
        self.pressed += key
        self._told(key)
        return Document((*_said(order.keys.get(key, "")), *_said(order.bye)))


def _said(text: str) -> tuple[Say, ...]:
    return (Say(text, "zh-CN"),) if text else ()
