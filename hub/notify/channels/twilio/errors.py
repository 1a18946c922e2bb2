"""What Twilio's error codes mean for the next step: the same again, another provider, or another way.

Codes and their meanings from Twilio's error dictionary (twilio.com/docs/api/errors), one page for each code.
What is not listed says nothing good of the address: the next method, the next person, at once.
"""

from __future__ import annotations

from typing import Final

from hub.notify.channels.port import Refused, SendResult, Then, Unknown

#: A callback address that Twilio does not accept: the same without callbacks, and it is asked instead.
NO_CALLBACK: Final = 21609

MEANS: Final[dict[int, Then]] = {
    # The same may work a moment later.
    14107: "again",  # too many replies within a moment
    20429: "again",  # too many requests
    22005: "again",  # a call waited too long in the account's queue
    30001: "again",  # the account's queue of messages is full
    30003: "again",  # the handset is off or out of reach
    30008: "again",  # the carrier gives no reason
    30036: "again",  # it lay too long in the queue
    63017: "again",  # too many messages for the channel
    # The account, the sender or the carrier's rules: another provider may reach the same telephone.
    20003: "provider",  # wrong credentials
    20005: "provider",  # the account is not active
    20008: "provider",  # test credentials
    21210: "provider",  # the calling number is not verified
    21212: "provider",  # the calling number is invalid
    21213: "provider",  # no calling number
    21215: "provider",  # calls to this country are not permitted to the account
    21216: "provider",  # calls to this number are blocked by the account
    21219: "provider",  # a trial account calls verified numbers only
    21408: "provider",  # messages to this country are not permitted to the account
    21606: "provider",  # the sender cannot send messages
    21608: "provider",  # a trial account writes to verified numbers only
    21611: "provider",  # the sender's queue is full
    21612: "provider",  # no way from this sender to this number
    21659: "provider",  # the sender is none of ours in this country
    30002: "provider",  # the account is suspended
    30007: "provider",  # filtered by the carrier
    30022: "provider",  # over the registered sender's daily rate
    30024: "provider",  # the sender is not set up at the carrier
    30032: "provider",  # the toll-free sender is not verified
    30034: "provider",  # the sender is not registered
    60220: "provider",  # mainland China wants the use vetted first
    # The address: nothing more comes of it.
    21211: "method",  # no valid number
    21214: "method",  # cannot be reached by telephone
    21217: "method",  # no valid number either
    21610: "method",  # the person wrote STOP
    21614: "method",  # no mobile number
    21635: "method",  # a landline
    30004: "method",  # the handset refuses messages
    30005: "method",  # nobody has this number
    30006: "method",  # a landline, or a carrier that cannot be reached
}


def means(code: int) -> Then:
    """Return what may help after an error, in an answer or in the news of a message that failed."""
    return MEANS.get(code, "method")


def of_news(code: str | None) -> Then:
    """Return what may help after a call or message has failed with a code, as the news of it says it."""
    return means(int(code)) if code and code.isascii() and code.isdigit() and len(code) < 10 else "method"


def of_refusal(status: int, code: int | None, text: str) -> SendResult:
    """Return what an HTTP answer other than success means."""
    number = code or 0
    if number in MEANS:
        return Refused(str(number), text, then=MEANS[number])
    if status == 429:
        return Refused(str(number or status), text, then="again")
    if status >= 500:
        # Twilio's requests are not idempotent: after a 500 the call may ring all the same.
        return Unknown(f"HTTP {status}: {text}")
    if status in (401, 402, 403, 404):  # the account: an unknown number is answered 400
        return Refused(str(number or status), text, then="provider")
    return Refused(str(number or status), text, then="method")


def no_connection(text: str) -> Refused:
    """Return what it means that Twilio could not be spoken to at all: nothing was sent."""
    return Refused("no_connection", text, then="again")
