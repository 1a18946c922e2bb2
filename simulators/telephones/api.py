"""Twilio's HTTP API for calls and messages, at the addresses and with the words that its clients expect."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from simulators.telephones.call import Call
from simulators.telephones.errors import NotNowError, RefusalError
from simulators.telephones.exchange import Exchange
from simulators.telephones.faults import CreateFault
from simulators.telephones.orders import Fields, call_order, full_url, message_order, one
from simulators.telephones.resources import (
    API,
    account_resource,
    call_resource,
    in_time,
    message_resource,
    newest_first,
    page_of,
)
from simulators.telephones.signals import Cancel, Complete, Redirected

_basic = HTTPBasic(auto_error=False)


def exchange_of(request: Request) -> Exchange:
    """The exchange that the application was made with."""
    exchange: Exchange = request.app.state.exchange
    return exchange


Here = Annotated[Exchange, Depends(exchange_of)]


def account(
    exchange: Here, sid: str, credentials: Annotated[HTTPBasicCredentials | None, Depends(_basic)]
) -> str:
    """Return the account's sid when the caller may act for it; refuses in Twilio's way otherwise."""
    settings = exchange.around.settings
    known = credentials is not None and secrets.compare_digest(
        f"{credentials.username}:{credentials.password}".encode(),
        f"{settings.account_sid}:{settings.auth_token.get_secret_value()}".encode(),
    )
    if not known or sid != settings.account_sid:
        raise RefusalError(20003, "Authenticate", 401)
    return sid


Account = Annotated[str, Depends(account)]
router = APIRouter(prefix=API + "/Accounts/{sid}", tags=["Twilio"])
accounts = APIRouter(prefix=API, tags=["Twilio"])


async def _fields(request: Request) -> Fields:
    form = await request.form()
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}


def _shown(exchange: Exchange, call: Call) -> dict[str, Any]:
    clock = exchange.around.clock
    talked = clock.seconds(call.answered_at, call.ended_at or clock.now()) if call.answered_at else 0.0
    return call_resource(call, exchange.around.settings.account_sid, talked)


async def _meet(
    exchange: Exchange, fault: CreateFault | None, accept: Callable[[], dict[str, Any]]
) -> JSONResponse:
    """Answer a request that creates something: as it should be, or with the fault that it meets."""
    if fault is None:
        return JSONResponse(accept(), 201)
    if fault.accepted:
        accept()
    if fault.answer == "429":
        raise RefusalError(20429, "Too Many Requests", 429)
    if fault.answer == "hold":
        with suppress(TimeoutError):
            await asyncio.wait_for(exchange.ending.wait(), fault.hold)
    raise RefusalError(20500, "An internal server error has occurred", 500)


@accounts.get("/Accounts/{sid}.json")
async def fetch_account(exchange: Here, account_sid: Account) -> dict[str, Any]:
    settings = exchange.around.settings
    return account_resource(account_sid, settings.auth_token.get_secret_value(), exchange.began_at)


@router.post("/Calls.json", status_code=201)
async def create_call(request: Request, exchange: Here, account_sid: Account) -> JSONResponse:
    order = call_order(await _fields(request), frozenset(exchange.around.settings.numbers))
    faults = exchange.around.faults
    if (refusal := faults.refusal(order.to)) is not None:
        raise refusal
    fault = faults.next_create("calls", order.to)
    return await _meet(exchange, fault, lambda: _shown(exchange, exchange.place_call(order)))


@router.post("/Messages.json", status_code=201)
async def create_message(request: Request, exchange: Here, account_sid: Account) -> JSONResponse:
    order = message_order(await _fields(request), frozenset(exchange.around.settings.numbers))
    faults = exchange.around.faults
    if (refusal := faults.refusal(order.to)) is not None:
        raise refusal
    exchange.refuse_message(order)
    fault = faults.next_create("messages", order.to)
    return await _meet(exchange, fault, lambda: message_resource(exchange.send_message(order), account_sid))


@router.get("/Calls.json")
async def list_calls(request: Request, exchange: Here, account_sid: Account) -> dict[str, Any]:
    query = dict(request.query_params)
    found = [
        call
        for call in newest_first(exchange.calls.values())
        if query.get("To") in (None, "", call.order.to)
        and query.get("From") in (None, "", call.order.from_)
        and query.get("Status") in (None, "", _shown(exchange, call)["status"])
        and in_time(call.dialled_at or call.created_at, query, "StartTime")
        and in_time(call.ended_at or call.created_at, query, "EndTime")
    ]
    chosen, page = page_of(found, query, request.url.path)
    return page | {"calls": [_shown(exchange, call) for call in chosen]}


@router.get("/Messages.json")
async def list_messages(request: Request, exchange: Here, account_sid: Account) -> dict[str, Any]:
    query = dict(request.query_params)
    found = [
        message
        for message in newest_first(exchange.messages.values())
        if query.get("To") in (None, "", message.order.to)
        and query.get("From") in (None, "", message.order.from_)
        and query.get("Status") in (None, "", message.status.value)
        and in_time(message.sent_at or message.created_at, query, "DateSent")
    ]
    chosen, page = page_of(found, query, request.url.path)
    return page | {"messages": [message_resource(message, account_sid) for message in chosen]}


@router.get("/Calls/{call_sid}.json")
async def fetch_call(exchange: Here, account_sid: Account, call_sid: str) -> dict[str, Any]:
    return _shown(exchange, _call(exchange, account_sid, call_sid))


@router.post("/Calls/{call_sid}.json")
async def update_call(
    request: Request, exchange: Here, account_sid: Account, call_sid: str
) -> dict[str, Any]:
    """End, withdraw or redirect a call. What has ended stays as it is and cannot be redirected."""
    fields = await _fields(request)
    call = _call(exchange, account_sid, call_sid)
    status, url, twiml = one(fields, "Status"), one(fields, "Url"), one(fields, "Twiml")
    if status not in (None, "completed", "canceled"):
        raise RefusalError(20001, f"Status {status} is not completed or canceled.")
    if url is not None and not full_url(url):
        raise RefusalError(21205, f"Url is not a valid URL: {url}")
    if status is not None:
        too_late = call.ended or (status == "canceled" and call.answered_at is not None)
        if not too_late:
            exchange.tell(call.sid, Complete() if status == "completed" else Cancel())
            await exchange.settled(call)
    elif url is not None or twiml is not None:
        if call.answered_at is None or call.ended:
            raise RefusalError(21220, "Call is not in-progress. Cannot redirect.")
        exchange.tell(call.sid, Redirected(url, one(fields, "Method") or "POST", twiml))
    return _shown(exchange, call)


@router.delete("/Calls/{call_sid}.json", status_code=204)
async def delete_call(exchange: Here, account_sid: Account, call_sid: str) -> Response:
    call = _call(exchange, account_sid, call_sid)
    if not call.ended:
        raise RefusalError(20009, "Call cannot be deleted while it is in progress.", 409)
    del exchange.calls[call.sid]
    return Response(status_code=204)


@router.get("/Messages/{message_sid}.json")
async def fetch_message(exchange: Here, account_sid: Account, message_sid: str) -> dict[str, Any]:
    if (message := exchange.messages.get(message_sid)) is None:
        raise _not_found(account_sid, "Messages", message_sid)
    return message_resource(message, account_sid)


@router.post("/Messages/{message_sid}.json")
async def update_message(
    request: Request, exchange: Here, account_sid: Account, message_sid: str
) -> dict[str, Any]:
    """Withdraw a message that waits."""
    if (message := exchange.messages.get(message_sid)) is None:
        raise _not_found(account_sid, "Messages", message_sid)
    if one(await _fields(request), "Status") == "canceled":
        try:
            exchange.cancel_message(message_sid)
        except NotNowError as problem:
            raise RefusalError(30409, "Message cannot be canceled in its current state.", 409) from problem
    return message_resource(message, account_sid)


def _call(exchange: Exchange, account_sid: str, call_sid: str) -> Call:
    if (call := exchange.calls.get(call_sid)) is None:
        raise _not_found(account_sid, "Calls", call_sid)
    return call


def _not_found(account_sid: str, what: str, sid: str) -> RefusalError:
    path = f"{API}/Accounts/{account_sid}/{what}/{sid}.json"
    return RefusalError(20404, f"The requested resource {path} was not found", 404)
