"""How Aliyun names what became of a call or message of the street, and how it writes times. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Final

from simulators.telephones.call import Call, CallStatus
from simulators.telephones.message import Message, MessageStatus

CHINA: Final = timezone(timedelta(hours=8))

_ENDS: Final = {
    CallStatus.BUSY: "200002",
    CallStatus.NO_ANSWER: "200003",
    CallStatus.FAILED: "200007",
    CallStatus.CANCELED: "200003",
}


def shown(at: datetime | None) -> str:
    """Return a time as Aliyun writes it, in China; empty for none."""
    return "" if at is None else f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def local(number: str) -> str:
    """Return +86… as it is dialled at home."""
    digits = number.removeprefix("+86")
    return digits if digits.startswith("1") and len(digits) == 11 else f"0{digits}"


def state_of(call: Call, asked: bool) -> str:
    """Return the code of an ended call; `asked`: it waited for a key."""
    if call.status is not CallStatus.COMPLETED:
        return _ENDS.get(call.status, "200005")
    if any(entry.what == "hung up" for entry in call.timeline):
        return "200001"
    return "200008" if asked and not call.keys else "200000"


def call_report(call: Call, *, out_id: str, keys: str, asked: bool, seconds: float) -> dict[str, Any]:
    """What a VoiceReport says."""
    report = {
        "call_id": call.sid,
        "out_id": out_id,
        "caller": call.order.from_,
        "callee": local(call.order.to),
        "status_code": state_of(call, asked),
        "status_msg": "执行完成",
        "originate_time": shown(call.dialled_at),
        "start_time": shown(call.answered_at),
        "end_time": shown(call.ended_at) if call.answered_at else "",
        "duration": str(round(seconds)),
        "hangup_direction": "用户" if state_of(call, asked) == "200001" else "机器",
        "voice_type": "voice",
    }
    return report | ({"dtmf": keys} if keys else {})


def key_report(call: Call, *, out_id: str, key: str, at: datetime) -> dict[str, Any]:
    """What a VoiceCallReport says of a key."""
    return {
        "call_id": call.sid,
        "out_id": out_id,
        "status_code": "300000",
        "dtmf": key,
        "status_time": shown(at),
    }


def progress_report(call: Call, *, out_id: str, at: datetime) -> dict[str, Any]:
    """What a VoiceCallReport says when somebody has picked up."""
    return {"call_id": call.sid, "out_id": out_id, "status_code": "200103", "status_time": shown(at)}


def call_record(call: Call, *, asked: bool, seconds: float) -> dict[str, Any]:
    """The record of an ended call."""
    return {
        "callee": local(call.order.to),
        "caller": call.order.from_,
        "calleeShowNumber": call.order.from_,
        "gmtCreate": shown(call.created_at),
        "startDate": shown(call.answered_at),
        "endDate": shown(call.ended_at),
        "duration": round(seconds),
        "state": state_of(call, asked),
        "stateDesc": "执行完成",
    }


def message_report(message: Message, *, out_id: str, biz_id: str) -> dict[str, Any]:
    """What an SmsReport says."""
    delivered = message.status is MessageStatus.DELIVERED
    return {
        "phone_number": local(message.order.to),
        "send_time": shown(message.sent_at or message.created_at),
        "report_time": shown(message.updated_at),
        "success": delivered,
        "err_code": "DELIVERED" if delivered else "UNDELIV",
        "err_msg": "用户接收成功" if delivered else "用户接收失败",
        "sms_size": "1",
        "biz_id": biz_id,
        "out_id": out_id,
    }


def message_record(message: Message, *, out_id: str, template: str) -> dict[str, Any]:
    """One row of QuerySendDetails: 1 waits for the carrier, 2 failed, 3 delivered."""
    status = {MessageStatus.DELIVERED: 3, MessageStatus.UNDELIVERED: 2, MessageStatus.FAILED: 2}
    found = status.get(message.status, 1)
    return {
        "PhoneNum": local(message.order.to),
        "Content": message.order.body,
        "TemplateCode": template,
        "OutId": out_id,
        "SendDate": shown(message.created_at),
        "ReceiveDate": shown(message.updated_at) if found != 1 else "",
        "SendStatus": found,
        "ErrCode": {3: "DELIVERED", 2: "UNDELIV"}.get(found, ""),
    }
