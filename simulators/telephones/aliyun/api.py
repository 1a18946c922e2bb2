"""Aliyun's HTTP API for both services: one address, the verb in a header, everything else in the query."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from simulators.telephones.aliyun import orders
from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.aliyun.carrier import AliyunCarrier
from simulators.telephones.aliyun.refusals import AliyunRefusalError, answer
from simulators.telephones.aliyun.signature import check
from simulators.telephones.api import Here
from simulators.telephones.exchange import Exchange


def carrier_of(request: Request) -> AliyunCarrier:
    """The account that the application was made with."""
    carrier: AliyunCarrier = request.app.state.aliyun
    return carrier


Aliyun = Annotated[AliyunCarrier, Depends(carrier_of)]
router = APIRouter(tags=["Aliyun"])

#: The verbs that create something, and what faults call it.
CREATES = {"IvrCall": "calls", "SingleCallByTts": "calls", "SendSms": "messages"}


@router.post("/")
async def ask(request: Request, carrier: Aliyun, exchange: Here) -> JSONResponse:
    """Answer one request."""
    query = dict(request.query_params)
    try:
        check(
            request.method,
            query,
            request.headers,
            await request.body(),
            key_id=carrier.account.key_id,
            key_secret=carrier.account.key_secret.get_secret_value(),
        )
        verb = request.headers.get("x-acs-action", "")
        if verb in CREATES:
            return await _create(verb, query, carrier, exchange)
        return JSONResponse(_look(verb, query, carrier))
    except AliyunRefusalError as refusal:
        return JSONResponse(refusal.body(), refusal.status)


@router.put("/control/aliyun", tags=["Control"])
async def put_pushes(pushes: Pushes, carrier: Aliyun) -> Pushes:
    """Say where receipts go."""
    carrier.pushes = pushes
    return pushes


async def _create(verb: str, query: orders.Query, carrier: AliyunCarrier, exchange: Exchange) -> JSONResponse:
    accept, to = _order(verb, query, carrier)
    faults = exchange.around.faults
    if (code := faults.refused_by_aliyun.get(to)) is not None:
        raise AliyunRefusalError(code)
    fault = faults.next_create("calls" if CREATES[verb] == "calls" else "messages", to)
    if fault is None:
        return JSONResponse(accept())
    if fault.answer == "429":
        raise AliyunRefusalError("Throttling.User", status=400)
    if fault.accepted:
        accept()
    if fault.answer == "hold":
        with suppress(TimeoutError):
            await asyncio.wait_for(exchange.ending.wait(), fault.hold)
    return JSONResponse(answer("ServiceUnavailable", "The request has failed."), 503)


def _order(
    verb: str, query: orders.Query, carrier: AliyunCarrier
) -> tuple[Callable[[], dict[str, Any]], str]:
    """Return how to accept what is asked for, and to which number it goes."""
    account = carrier.account
    if verb == "SendSms":
        written = orders.message(query, account)
        return (lambda: answer(BizId=carrier.write(written))), written.to
    read = orders.menu_call if verb == "IvrCall" else orders.notice_call
    spoken = read(query, account)
    return (lambda: answer(CallId=carrier.call(spoken))), spoken.to


def _look(verb: str, query: orders.Query, carrier: AliyunCarrier) -> dict[str, Any]:
    match verb:
        case "QueryCallDetailByCallId":
            since = datetime.fromtimestamp(_number(query, "QueryDate") / 1000, UTC)
            record = carrier.call_record(query.get("CallId", ""), _number(query, "ProdId"), since)
            return answer(**({"Data": json.dumps(record, ensure_ascii=False)} if record else {}))
        case "QuerySendDetails":
            number = f"+86{query.get('PhoneNumber', '').removeprefix('+86').removeprefix('0')}"
            size, page = _number(query, "PageSize"), _number(query, "CurrentPage")
            found = carrier.message_records(number, query.get("SendDate", ""))
            shown = found[(page - 1) * size : page * size]
            return answer(TotalCount=str(len(found)), SmsSendDetailDTOs={"SmsSendDetailDTO": shown})
        case "CancelCall":  # only for calls between two people, of which there are none here
            raise AliyunRefusalError("isv.INVALID_PARAMETERS")
        case _:
            raise AliyunRefusalError("InvalidAction.NotFound", status=404)


def _number(query: orders.Query, name: str) -> int:
    value = query.get(name, "")
    if not (value.isascii() and value.isdigit() and 0 < len(value) < 18):
        raise AliyunRefusalError("isv.INVALID_PARAMETERS")
    return int(value)
