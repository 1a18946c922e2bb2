"""Twilio's words for the state of a call or message, in ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.notify.channels.port import Receipt
from hub.notify.channels.twilio.errors import of_news
from hub.notify.lifecycle import AttemptStatus

#: `completed` only says that the line is closed: without a key nobody has answered.
CALL_STATUS: Final[dict[str, AttemptStatus]] = {
    "queued": "accepted",
    "initiated": "accepted",
    "ringing": "ringing",
    "in-progress": "talking",
    "completed": "unanswered",
    "busy": "busy",
    "no-answer": "unanswered",
    "failed": "failed",
    "canceled": "withdrawn",
}

MESSAGE_STATUS: Final[dict[str, AttemptStatus]] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "withdrawn",
}


def is_machine(answered_by: str) -> bool:
    """Whether answering-machine detection says that no person picked up (`machine_start`, `fax`, …)."""
    return answered_by.startswith("machine") or answered_by == "fax"


def of_callback(fields: Mapping[str, str]) -> Receipt | None:
    """Return what a status callback says, or None when it says nothing that we know."""
    if fields.get("CallSid"):
        status = CALL_STATUS.get(fields.get("CallStatus", ""))
        if status is None:
            return None
        machine = is_machine(fields.get("AnsweredBy", ""))
        if machine and status in ("talking", "unanswered"):
            status = "voicemail"
        number = fields.get("SequenceNumber", "")
        return Receipt(
            provider_id=fields["CallSid"],
            status=status,
            seq=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1,
            error_code=fields.get("ErrorCode") or None,
            detail="machine" if machine else "",
            then=of_news(fields.get("ErrorCode")),
        )
    if fields.get("MessageSid"):
        status = MESSAGE_STATUS.get(fields.get("MessageStatus", ""))
        if status is None:
            return None
        code = fields.get("ErrorCode") or None
        return Receipt(provider_id=fields["MessageSid"], status=status, error_code=code, then=of_news(code))
    return None
