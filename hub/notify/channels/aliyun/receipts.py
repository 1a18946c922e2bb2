"""What Aliyun's pushed receipts say, in our words. Pure.

A VoiceReport comes at a call's end, a VoiceCallReport while it goes on, an SmsReport for a message, an SmsUp
for what somebody wrote; help.aliyun.com/zh/vms/voicereport-6 and voicecallreport-6, document_detail/101867
and /101847. Each is pushed as a list, and again up to three times when it is not answered with 200.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.notify.channels.aliyun.codes import CALL_GOES_ON, of_ended_call
from hub.notify.channels.aliyun.identity import message_id
from hub.notify.channels.aliyun.numbers import international, local
from hub.notify.channels.port import Receipt


def plain(item: Mapping[Any, Any]) -> dict[str, str]:
    """Return an item with every simple value as text, without what a database cannot hold."""
    return {
        str(name)[:100]: (str(value).lower() if isinstance(value, bool) else str(value)).replace("\x00", "")[
            :1000
        ]
        for name, value in item.items()
        if isinstance(value, str | int | float | bool)
    }


def of_ended(item: Mapping[str, str]) -> Receipt:
    """Return what the end of a call says, apart from its keys."""
    state = item.get("status_code", "")
    status = of_ended_call(state)
    return Receipt(
        provider_id=item.get("call_id", ""), status=status, error_code=state if status == "failed" else None
    )


def of_progress(item: Mapping[str, str]) -> Receipt | None:
    """Return what is said of a call that goes on; None for what changes nothing."""
    status = CALL_GOES_ON.get(item.get("status_code", ""))
    return None if status is None else Receipt(provider_id=item.get("call_id", ""), status=status)


def of_message(item: Mapping[str, str]) -> Receipt:
    """Return what became of a message."""
    delivered = item.get("success") == "true"
    return Receipt(
        provider_id=message_id_of(item),
        status="delivered" if delivered else "failed",
        error_code=None if delivered else item.get("err_code", "")[:100] or None,
        then="provider",
    )


def message_id_of(item: Mapping[str, str]) -> str:
    """Return the identity of the message that a receipt speaks of; empty when it names none."""
    address = international(item.get("phone_number", ""))
    number = local(address) if address else None
    out = item.get("out_id", "")
    return message_id(out, number) if out and number else ""
