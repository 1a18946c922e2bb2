"""The control: people, faults, what happened, and hands for the telephones. For tests and for the page.

No password: it runs on one's own machine and holds nothing but pretence.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from simulators.telephones.api import Here
from simulators.telephones.errors import NotNowError
from simulators.telephones.faults import Faults
from simulators.telephones.log import Entry
from simulators.telephones.numbers import e164
from simulators.telephones.orders import full_url
from simulators.telephones.person import Digits, Person
from simulators.telephones.signals import HangUp, PickUp, Press
from simulators.telephones.views import CallView, MessageView, Street, call_view, message_view, street


async def _not_from_elsewhere(
    request: Request, sec_fetch_site: Annotated[str, Header(include_in_schema=False)] = "none"
) -> None:
    """Keep other sites that are open in the same browser from acting here."""
    if request.method != "GET" and sec_fetch_site not in ("none", "same-origin"):
        raise HTTPException(403, "only this page and programs may do that")


router = APIRouter(prefix="/control", tags=["Control"], dependencies=[Depends(_not_from_elsewhere)])

Number = Annotated[str, Path(pattern=r"^\+[1-9]\d{6,14}$")]


class Account(BaseModel):
    """What the account is set to."""

    model_config = ConfigDict(extra="forbid")

    sms_url: str | None = None  #: where people's messages to the account go

    @field_validator("sms_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not full_url(url):
            raise ValueError(f"{url} is no address")
        return url


class Pressed(BaseModel):
    """Keys for a call that goes on."""

    digits: Digits


class Written(BaseModel):
    """A message that a person writes to the account."""

    to: str
    body: Annotated[str, Field(min_length=1, max_length=1600)]

    @field_validator("to")
    @classmethod
    def _number(cls, to: str) -> str:
        number = e164(to)
        if number is None:
            raise ValueError(f"{to} is no telephone number")
        return number


class LogPage(BaseModel):
    """Entries of the log, and the number to go on from."""

    last: int
    entries: list[Entry]


@router.get("/people")
async def list_people(exchange: Here) -> list[Person]:
    """Everybody with a telephone and a behaviour."""
    return list(exchange.people.values())


@router.put("/people/{number}")
async def put_person(number: Number, person: Person, exchange: Here) -> Person:
    """Give a number to a person. Their behaviours start with the first of each list again."""
    if person.number != number:
        raise NotNowError(f"{person.number} is not the number {number}")
    exchange.set_person(person)
    return person


@router.delete("/people/{number}", status_code=204)
async def delete_person(number: Number, exchange: Here) -> None:
    """Make the number a stranger's again."""
    exchange.remove_person(number)


@router.get("/faults")
async def get_faults(exchange: Here) -> Faults:
    """What is wrong at the moment, and how often it will still happen."""
    return exchange.around.faults


@router.put("/faults")
async def put_faults(faults: Faults, exchange: Here) -> Faults:
    """Put all faults in the place of the earlier ones; `{}` means that all is well."""
    exchange.set_faults(faults)
    return faults


@router.get("/account")
async def get_account(exchange: Here) -> Account:
    return Account(sms_url=exchange.inbox.url)


@router.put("/account")
async def put_account(account: Account, exchange: Here) -> Account:
    exchange.set_sms_url(account.sms_url)
    return account


@router.get("/calls")
async def list_calls(exchange: Here, to: str | None = None) -> list[CallView]:
    """All calls, oldest first, with their timelines."""
    return [call_view(call) for call in exchange.calls.values() if to in (None, call.order.to)]


@router.get("/calls/{sid}")
async def get_call(sid: str, exchange: Here) -> CallView:
    if (call := exchange.calls.get(sid)) is None:
        raise NotNowError(f"no call {sid}")
    return call_view(call)


@router.post("/calls/{sid}/answer")
async def answer(sid: str, exchange: Here, machine: bool = False) -> CallView:
    """Pick up, as a person or as an answering machine. Nothing happens unless it rings."""
    return call_view(exchange.tell(sid, PickUp(machine)))


@router.post("/calls/{sid}/press")
async def press(sid: str, pressed: Pressed, exchange: Here) -> CallView:
    """Press keys. They are lost unless the call listens, as in life."""
    return call_view(exchange.tell(sid, Press(pressed.digits)))


@router.post("/calls/{sid}/hang_up")
async def hang_up(sid: str, exchange: Here) -> CallView:
    """Hang up, or decline while it rings."""
    return call_view(exchange.tell(sid, HangUp()))


@router.get("/messages")
async def list_messages(
    exchange: Here, to: str | None = None, from_number: str | None = None
) -> list[MessageView]:
    """All short messages in both directions, oldest first, with their timelines."""
    return [
        message_view(message)
        for message in exchange.messages.values()
        if to in (None, message.order.to) and from_number in (None, message.order.from_)
    ]


@router.post("/people/{number}/messages", status_code=201)
async def write(number: Number, written: Written, exchange: Here) -> MessageView:
    """Let the person write to the account, as an answer or by themselves."""
    return message_view(exchange.write(number, written.to, written.body))


@router.get("/street")
async def get_street(exchange: Here) -> Street:
    """Every telephone with its last call and messages."""
    around = exchange.around
    own = around.settings.numbers
    return street(
        exchange.people,
        exchange.calls,
        exchange.messages,
        around.log.last,
        account_number=own[0] if own else None,
        faults=around.faults,
    )


@router.get("/log")
async def get_log(
    exchange: Here,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=60)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> LogPage:
    """What happened after entry `after`; waits up to `wait` real seconds for the first of it."""
    log = exchange.around.log
    if wait:
        await log.wait(after, wait)
    entries = log.after(after, limit)
    return LogPage(last=entries[-1].n if entries else log.last, entries=entries)


@router.post("/reset", status_code=204)
async def reset(request: Request, exchange: Here) -> None:
    """End everything and begin as at the start, with the people and faults of the start."""
    await exchange.reset()
    request.app.state.aliyun.begin()
