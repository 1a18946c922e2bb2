"""What Twilio's error codes mean for the next step: the same again, another way, or nobody knows.

Codes from Twilio's error dictionary. What is not listed is refused for good: the next method, the next
person, at once.
"""

from __future__ import annotations

from hub.notify.channels.port import Refused, SendResult, Unknown

#: The same may work a moment later: too many requests, queue full or overdue.
AGAIN: frozenset[int] = frozenset({20429, 14107, 22005, 30001, 30008, 63017})


def of_refusal(status: int, code: int | None, text: str) -> SendResult:
    """Return what an HTTP answer other than success means."""
    number = code or 0
    if status == 429 or number in AGAIN:
        return Refused(str(number or status), text, then="again")
    if status >= 500:
        # Twilio's requests are not idempotent: after a 500 the call may ring all the same.
        return Unknown(f"HTTP {status}: {text}")
    return Refused(str(number or status), text, then="method")
