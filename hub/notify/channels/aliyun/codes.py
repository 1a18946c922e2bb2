"""What Aliyun's codes mean for the next step, and its call states in our words.

Codes of refusals: help.aliyun.com/zh/vms/the-error-code-list, help.aliyun.com/document_detail/178344.html
(voice) and help.aliyun.com/document_detail/101346.html (messages), read in 2026. States of calls: the table
of carriers' receipt codes, help.aliyun.com/document_detail/55085.html; of a single call 200000 to 200011,
the others belong to calls with two legs. What a state beyond the table means is unconfirmed: the call is
over and nobody pressed a key.
"""

from __future__ import annotations

from typing import Final

from hub.notify.channels.port import Refused, SendResult, Unknown
from hub.notify.lifecycle import AttemptStatus

#: Nothing at this number can work: it is none, or not one for this medium.
NUMBER_IS_WRONG: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT"})

#: Aliyun itself stumbled and does not say where: the request may have been taken.
STUMBLED: Final = frozenset({"isp.SYSTEM_ERROR", "isp.UNKNOWN_ERR_CODE", "isp.GATEWAY_ERROR"})

#: Of the gateway, before any service was reached.
THROTTLED: Final = ("Throttling", "ServiceUnavailableTemporary")

#: How a call ended. An answer alone is none: only a key is, and it comes beside the state.
CALL_ENDS: Final[dict[str, AttemptStatus]] = {
    "200000": "unanswered",  # heard to the end
    "200001": "unanswered",  # hung up before the end
    "200002": "busy",
    "200003": "unanswered",  # rang, nobody picked up
    "200004": "failed",  # no valid number
    "200005": "failed",  # cannot be connected: the carrier, or declined
    "200006": "failed",  # the recording could not be played
    "200007": "failed",  # not in the service area
    "200008": "unanswered",  # waited for a key in vain
    "200010": "failed",  # switched off
    "200011": "failed",  # suspended
    "200104": "failed",  # calling number restricted
    "200105": "failed",  # called number restricted
    "200117": "failed",  # the shown number may not be used so
    "200118": "failed",  # the carrier does not call at this hour
    "200121": "failed",  # more calls at once than the account may make
}

#: While the call goes on. Documented for two legs; whether single calls send them is unconfirmed.
CALL_GOES_ON: Final[dict[str, AttemptStatus]] = {
    "200101": "ringing",
    "200102": "talking",
    "200103": "talking",
}

#: A key was pressed; the field `dtmf` says which (help.aliyun.com/zh/vms/voicecallreport-7).
KEY_PRESSED: Final = "300000"

#: `SendStatus` of a message's record: waits for the carrier's receipt, failed, delivered.
MESSAGE_STATUS: Final[dict[int, AttemptStatus]] = {1: "sent", 2: "failed", 3: "delivered"}


def of_refusal(code: str, text: str, status: int = 200) -> SendResult:
    """Return what an answer other than `OK` means; `status` is HTTP's.

    Most refusals are about the account, a template or a limit of Aliyun's: the number itself may still be
    reached through somebody else.
    """
    if code.startswith(THROTTLED) or status == 429:
        return Refused(code, text, then="again")
    if code in STUMBLED or status >= 500:
        return Unknown(f"{code}: {text}")
    return Refused(code, text, then="method" if code in NUMBER_IS_WRONG else "provider")


def of_ended_call(state: str) -> AttemptStatus:
    """Return what an ended call came to, apart from the keys that were pressed in it."""
    return CALL_ENDS.get(state, "unanswered")
