"""Calls, messages and accounts as Twilio shows them, and its lists with their filters and pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from simulators.telephones.call import Call, CallStatus
from simulators.telephones.errors import RefusalError
from simulators.telephones.message import DELIVERY_ERRORS, Message
from simulators.telephones.numbers import segments, shown

API: Final = "/2010-04-01"
USUAL_PAGE: Final = 50
LARGEST_PAGE: Final = 1000

_CALL_PARTS: Final = (
    "notifications",
    "recordings",
    "payments",
    "events",
    "siprec",
    "streams",
    "transcriptions",
    "user_defined_message_subscriptions",
    "user_defined_messages",
)

Record = TypeVar("Record", Call, Message)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def call_resource(call: Call, account_sid: str, seconds: float) -> dict[str, Any]:
    """The call as `Calls/{sid}.json`; `seconds` is how long was talked."""
    path = f"{API}/Accounts/{account_sid}/Calls/{call.sid}"
    order = call.order
    # The resource does not know "initiated": a call is queued until it rings.
    status = CallStatus.QUEUED if call.status is CallStatus.INITIATED else call.status
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": _moment(call.created_at),
        "date_updated": _moment(call.updated_at),
        "start_time": _moment(call.dialled_at),
        "end_time": _moment(call.ended_at),
        "duration": str(round(seconds)) if call.status is CallStatus.COMPLETED else None,
        "to": order.to,
        "to_formatted": shown(order.to),
        "from": order.from_,
        "from_formatted": shown(order.from_),
        "status": status.value,
        "direction": "outbound-api",
        "answered_by": call.answered_by,
        "queue_time": str(call.queue_ms),
        "price": None,
        "price_unit": "USD",
        "parent_call_sid": None,
        "phone_number_sid": None,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "trunk_sid": None,
        "uri": f"{path}.json",
        "subresource_uris": {
            part: f"{path}/{part.replace('_', ' ').title().replace(' ', '')}.json" for part in _CALL_PARTS
        },
    }


def message_resource(message: Message, account_sid: str) -> dict[str, Any]:
    """The message as `Messages/{sid}.json`."""
    path = f"{API}/Accounts/{account_sid}/Messages/{message.sid}"
    order, code = message.order, message.error_code
    return {
        "sid": message.sid,
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": _moment(message.created_at),
        "date_updated": _moment(message.updated_at),
        "date_sent": _moment(message.sent_at),
        "to": order.to,
        "from": order.from_,
        "messaging_service_sid": order.messaging_service_sid,
        "body": order.body,
        "status": message.status.value,
        "direction": message.direction,
        "num_segments": str(segments(order.body)),
        "num_media": str(len(order.media)),
        "error_code": code,
        "error_message": None if code is None else DELIVERY_ERRORS.get(code, "Unknown error"),
        "price": None,
        "price_unit": "USD",
        "uri": f"{path}.json",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }


def account_resource(account_sid: str, auth_token: str, since: datetime) -> dict[str, Any]:
    """The account as `Accounts/{sid}.json`."""
    path = f"{API}/Accounts/{account_sid}"
    return {
        "sid": account_sid,
        "owner_account_sid": account_sid,
        "friendly_name": "Telephones",
        "auth_token": auth_token,
        "status": "active",
        "type": "Full",
        "date_created": _moment(since),
        "date_updated": _moment(since),
        "uri": f"{path}.json",
        "subresource_uris": {"calls": f"{path}/Calls.json", "messages": f"{path}/Messages.json"},
    }


def in_time(moment: datetime, query: Mapping[str, str], field: str) -> bool:
    """Whether a moment passes the filters `field`, `field<`, `field>` (and `field<=`, `field>=`).

    As Twilio has it, `<` and `>` include the moment itself: they come from `field<=…` in the address. A day
    without a time means the whole day.
    """
    for sign in ("", "<", ">", "<=", ">="):
        text = query.get(field + sign)
        if not text:
            continue
        start, end = _span(text)
        if (sign != "<" and sign != "<=" and moment < start) or (sign not in (">", ">=") and moment >= end):
            return False
    return True


def _span(text: str) -> tuple[datetime, datetime]:
    try:
        if len(text) == 10:
            start = datetime.combine(date.fromisoformat(text), time(), UTC)
            return start, start + timedelta(days=1)
        start = datetime.fromisoformat(text)
    except ValueError as problem:
        raise RefusalError(20001, f"{text} is no date") from problem
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    start = start.replace(microsecond=0)
    return start, start + timedelta(seconds=1)


def page_of(
    records: Sequence[Record], query: Mapping[str, str], path: str
) -> tuple[Sequence[Record], dict[str, Any]]:
    """Return the part of `records` that the query asks for, and what Twilio says about the page.

    A page begins behind the record that its token names, so that what arrives meanwhile moves nothing.
    """
    size = _number(query, "PageSize", USUAL_PAGE, 1, LARGEST_PAGE)
    number = _number(query, "Page", 0, 0, 10**9)
    start = number * size
    if (token := query.get("PageToken", "")).startswith("PA"):
        start = next((place + 1 for place, record in enumerate(records) if record.sid == token[2:]), start)
    chosen = records[start : start + size]
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(page: int, extra: Mapping[str, str] | None = None) -> str:
        return f"{path}?{urlencode(kept | {'PageSize': str(size), 'Page': str(page)} | dict(extra or {}))}"

    more = chosen and start + size < len(records)
    return chosen, {
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(chosen) - 1),
        "uri": uri(number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, {"PageToken": "PA" + chosen[-1].sid}) if more else None,
        "previous_page_uri": uri(number - 1) if number > 0 else None,
    }


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Return them as Twilio lists them."""
    return sorted(records, key=lambda record: record.created_at, reverse=True)


def _number(query: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = query.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise RefusalError(20001, f"{name} {text} is no number")
    return max(least, min(int(text), most))
