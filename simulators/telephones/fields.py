"""The form fields of everything that the provider sends to a program, as Twilio names them. Pure."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from simulators.telephones.call import Call
from simulators.telephones.message import Message
from simulators.telephones.numbers import segments

API_VERSION = "2010-04-01"


def call_fields(call: Call, account_sid: str) -> dict[str, str]:
    """What every request about a call carries."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status.value,
        "Called": call.order.to,
        "Caller": call.order.from_,
        "Direction": "outbound-api",
        "From": call.order.from_,
        "To": call.order.to,
    }
    if call.answered_by is not None:
        fields["AnsweredBy"] = call.answered_by
    return fields


def progress_fields(
    call: Call, account_sid: str, sequence: int, now: datetime, seconds: float
) -> dict[str, str]:
    """What a status callback of a call carries; `seconds` is how long was talked."""
    fields = call_fields(call, account_sid) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(now),
    }
    if call.ended:
        fields["CallDuration"] = str(round(seconds))
        fields["Duration"] = str(-(-round(seconds) // 60))
    if call.sip_code is not None:
        fields["SipResponseCode"] = str(call.sip_code)
    return fields


def message_fields(message: Message, account_sid: str) -> dict[str, str]:
    """What a status callback of a short message carries."""
    order = message.order
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "MessageSid": message.sid,
        "MessageStatus": message.status.value,
        "SmsSid": message.sid,
        "SmsStatus": message.status.value,
        "To": order.to,
    }
    if order.from_ is not None:
        fields["From"] = order.from_
    if order.messaging_service_sid is not None:
        fields["MessagingServiceSid"] = order.messaging_service_sid
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    return fields


def inbound_fields(message: Message, account_sid: str) -> dict[str, str]:
    """What the request carries that brings a person's message."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.order.body,
        "From": message.order.from_ or "",
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(segments(message.order.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.order.to,
    }
