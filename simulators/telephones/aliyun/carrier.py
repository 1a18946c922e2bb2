"""Aliyun's services over the exchange: takes calls and messages within its limits, tells what came of them.

Knows no HTTP. A call or message that the faults drop is accepted and never heard of again: no telephone
rings, no receipt comes, no record appears.
"""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from simulators.telephones.aliyun import states
from simulators.telephones.aliyun.account import AliyunAccount, Limits, Pushes
from simulators.telephones.aliyun.limits import reached
from simulators.telephones.aliyun.menu import START, MenuConversation
from simulators.telephones.aliyun.orders import Spoken, Written
from simulators.telephones.aliyun.pushes import Receipts
from simulators.telephones.aliyun.refusals import AliyunRefusalError
from simulators.telephones.call import Call
from simulators.telephones.exchange import Exchange
from simulators.telephones.habits import Habits
from simulators.telephones.line import Line
from simulators.telephones.message import Message, MessageStatus
from simulators.telephones.orders import CallOrder, MessageOrder
from simulators.telephones.surroundings import Surroundings

MENU_CALLS: Final = 11000000300005
NOTICE_CALLS: Final = 11010000138001
RINGS: Final = 45  #: seconds; not for a program to choose


@dataclass(slots=True)
class _Placed:
    order: Spoken
    keys: str = ""


@dataclass(slots=True)
class _Sent:
    order: Written
    biz_id: str


@dataclass(slots=True)
class AliyunCarrier:
    """One account at Aliyun, whose telephones are the exchange's."""

    exchange: Exchange
    account: AliyunAccount
    receipts: Receipts
    pushes: Pushes = field(init=False)
    _calls: dict[str, _Placed] = field(default_factory=dict)
    _messages: dict[str, _Sent] = field(default_factory=dict)
    _taken: defaultdict[tuple[str, str], deque[datetime]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=1000))
    )

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin as at the start."""
        self.pushes = self.account.pushes
        for kept in (self._calls, self._messages, self._taken):
            kept.clear()
        self.exchange.takers[self.account.writes_from] = self._bring

    def call(self, order: Spoken) -> str:
        """Take a call and return its CallId; raises AliyunRefusalError."""
        self._count("call", order.to, self.account.call_limits)
        call_id = f"{secrets.randbelow(10**12):012}^{secrets.randbelow(10**12):012}"
        if order.to in self._around.faults.dropped:
            self._note_dropped("call", order.to, call_id)
            return call_id
        placed = self._calls[call_id] = _Placed(order)

        def talk(around: Surroundings, call: Call, line: Line, habits: Habits) -> MenuConversation:
            self._progress(call, states.progress_report(call, out_id=order.out_id, at=around.clock.now()))
            return MenuConversation(
                around, call, line, habits, order=order, pressed=lambda key: self._pressed(call, placed, key)
            )

        self.exchange.place_call(
            CallOrder(to=order.to, from_=order.shows, url=START, timeout=RINGS),
            sid=call_id,
            talk=talk,
            ended=lambda call: self._ended(call, placed),
        )
        return call_id

    def write(self, order: Written) -> str:
        """Take a message and return its BizId; raises AliyunRefusalError."""
        self._count("message", f"{order.to} {order.template}", self.account.message_limits)
        biz_id = f"{secrets.randbelow(10**18):018}^0"
        if order.to in self._around.faults.dropped:
            self._note_dropped("message", order.to, biz_id)
            return biz_id
        message = self.exchange.send_message(
            MessageOrder(to=order.to, from_=self.account.writes_from, body=order.text),
            ended=lambda message: self._arrived(message),
        )
        self._messages[message.sid] = _Sent(order, biz_id)
        return biz_id

    def call_record(self, call_id: str, kind: int, since: datetime) -> dict[str, Any] | None:
        """Return the record of a call some minutes after its end, or None."""
        placed, call = self._calls.get(call_id), self.exchange.calls.get(call_id)
        if placed is None or call is None or call.ended_at is None or call.created_at < since:
            return None
        if kind != (MENU_CALLS if placed.order.keys else NOTICE_CALLS):
            return None
        clock = self._around.clock
        if clock.seconds(call.ended_at, clock.now()) < self.account.record_after:
            return None
        return states.call_record(call, asked=bool(placed.order.keys), seconds=self._talked(call))

    def message_records(self, number: str, day: str) -> list[dict[str, Any]]:
        """Return what went to a number on a day in China (yyyymmdd), newest first."""
        return [
            states.message_record(message, out_id=sent.order.out_id, template=sent.order.template)
            for sid, sent in reversed(self._messages.items())
            if sent.order.to == number
            and (message := self.exchange.messages.get(sid)) is not None
            and f"{message.created_at.astimezone(states.CHINA):%Y%m%d}" == day
        ]

    @property
    def _around(self) -> Surroundings:
        return self.exchange.around

    def _count(self, what: str, to: str, limits: Limits) -> None:
        clock, taken = self._around.clock, self._taken[what, to]
        now = clock.now()
        if (limit := reached(limits, [clock.seconds(at, now) for at in taken])) is not None:
            names = {60.0: "分钟", 3600.0: "小时", 86_400.0: "天"}
            level = names.get(limit[1], f"{limit[1]:g}秒")
            raise AliyunRefusalError("isv.BUSINESS_LIMIT_CONTROL", f"触发{level}级流控Permits:{limit[0]}")
        taken.append(now)

    def _note_dropped(self, kind: Any, to: str, provider_id: str) -> None:
        around = self._around
        around.log.add(around.clock.now(), kind, "accepted and dropped", number=to, facts={"id": provider_id})

    def _talked(self, call: Call) -> float:
        if call.answered_at is None or call.ended_at is None:
            return 0.0
        return self._around.clock.seconds(call.answered_at, call.ended_at)

    def _progress(self, call: Call, item: Mapping[str, Any]) -> None:
        self.receipts.push(
            self.pushes.progress,
            str(item["status_code"]),
            item,
            lambda what, facts: self._around.note_call(call, what, facts),
        )

    def _pressed(self, call: Call, placed: _Placed, key: str) -> None:
        placed.keys += key
        now = self._around.clock.now()
        self._progress(call, states.key_report(call, out_id=placed.order.out_id, key=key, at=now))

    def _ended(self, call: Call, placed: _Placed) -> None:
        report = states.call_report(
            call,
            out_id=placed.order.out_id,
            keys=placed.keys,
            asked=bool(placed.order.keys),
            seconds=self._talked(call),
        )
        self.receipts.push(
            self.pushes.call,
            report["status_code"],
            report,
            lambda what, facts: self._around.note_call(call, what, facts),
        )

    def _arrived(self, message: Message) -> None:
        sent = self._messages[message.sid]
        if message.status is MessageStatus.SENT:  # a carrier without receipts
            return
        report = states.message_report(message, out_id=sent.order.out_id, biz_id=sent.biz_id)
        self.receipts.push(
            self.pushes.message,
            report["err_code"],
            report,
            lambda what, facts: self._around.note_message(message, what, facts),
        )

    async def _bring(self, message: Message) -> None:
        """Bring what a person wrote to the program."""
        if self.pushes.reply is None:
            self._around.note_message(message, "nobody takes messages")
            return
        item = {
            "phone_number": states.local(message.order.from_ or ""),
            "content": message.order.body,
            "send_time": states.shown(message.created_at),
            "dest_code": message.order.to.removeprefix("+86"),
            "sequence_id": str(secrets.randbelow(10**10)),
        }
        self.receipts.push(
            self.pushes.reply,
            "received",
            item,
            lambda what, facts: self._around.note_message(message, what, facts),
        )
