"""What the control shows of calls, messages and telephones. Pure."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from simulators.telephones.call import Call
from simulators.telephones.faults import Faults
from simulators.telephones.log import Entry
from simulators.telephones.message import Message
from simulators.telephones.person import Person


class CallView(BaseModel):
    """A call with everything that happened to it."""

    sid: str
    to: str
    from_number: str
    status: str
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    answered_by: str | None
    listening: bool  #: keys are wanted just now
    said: list[str]
    keys: str  #: all keys that were heard
    url: str | None
    timeline: list[Entry] = []


class MessageView(BaseModel):
    """A short message with everything that happened to it."""

    sid: str
    to: str
    from_number: str | None
    body: str
    direction: str
    status: str
    created_at: datetime
    error_code: int | None
    timeline: list[Entry] = []


class Telephone(BaseModel):
    """One telephone of the street: whose it is and what last happened on it."""

    number: str
    name: str
    note: str
    landline: bool
    call: CallView | None
    messages: list[MessageView]  #: the last ones, oldest first
    calls: int  #: how many came
    writes_to: str | None  #: the number that a message from here would go to


class Street(BaseModel):
    """All telephones, and the number of the last thing that happened."""

    last: int
    telephones: list[Telephone]
    faults: list[str]  #: what is set to go wrong


def call_view(call: Call, timeline: bool = True) -> CallView:
    """Show a call."""
    return CallView(
        sid=call.sid,
        to=call.order.to,
        from_number=call.order.from_,
        status=call.status.value,
        created_at=call.created_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        answered_by=call.answered_by,
        listening=call.listening,
        said=list(call.said),
        keys=call.keys,
        url=call.order.url,
        timeline=list(call.timeline) if timeline else [],
    )


def message_view(message: Message, timeline: bool = True) -> MessageView:
    """Show a message."""
    return MessageView(
        sid=message.sid,
        to=message.order.to,
        from_number=message.order.from_,
        body=message.order.body,
        direction=message.direction,
        status=message.status.value,
        created_at=message.created_at,
        error_code=message.error_code,
        timeline=list(message.timeline) if timeline else [],
    )


def street(
    people: dict[str, Person],
    calls: dict[str, Call],
    messages: dict[str, Message],
    last: int,
    *,
    account_number: str | None = None,
    faults: Faults | None = None,
    most: int = 200,
    thread: int = 12,
) -> Street:
    """Show at most `most` telephones: people first, then strangers as they were reached."""
    found: dict[str, Telephone] = {}

    def at(number: str) -> Telephone | None:
        if number not in found and len(found) < most:
            person = people.get(number) or Person(number=number)
            found[number] = Telephone(
                number=number,
                name=person.name,
                note=person.note,
                landline=person.landline,
                call=None,
                messages=[],
                calls=0,
                writes_to=account_number,
            )
        return found.get(number)

    for number in people:
        at(number)
    newest: dict[str, Call] = {}
    for call in calls.values():
        if (telephone := at(call.order.to)) is not None:
            telephone.calls += 1
            # A call that goes on is shown before one that came later and has ended.
            if call.order.to not in newest or not call.ended or newest[call.order.to].ended:
                newest[call.order.to] = call
    for number, call in newest.items():
        found[number].call = call_view(call, timeline=False)
        found[number].writes_to = call.order.from_
    for message in messages.values():
        person_number = message.order.from_ if message.direction == "inbound" else message.order.to
        if person_number is not None and (telephone := at(person_number)) is not None:
            telephone.messages.append(message_view(message, timeline=False))
            del telephone.messages[:-thread]
            telephone.writes_to = (
                message.order.to if message.direction == "inbound" else message.order.from_
            ) or telephone.writes_to
    wrong = sorted((faults or Faults()).model_dump(exclude_defaults=True))
    return Street(last=last, telephones=list(found.values()), faults=wrong)
