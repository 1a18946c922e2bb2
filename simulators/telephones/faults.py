"""How the provider and the carriers fail, set while the program runs. Every fault has a bound.

Pure: decides what a request or a callback meets; who asks carries it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulators.telephones.errors import RefusalError

#: How Twilio words what can be set as a number's refusal.
REFUSALS = {
    21211: "The 'To' number {number} is not a valid phone number.",
    21214: "The 'To' phone number provided, {number}, could not be reached.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the number: {number}.",
    21215: "Account not authorized to call {number}.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "The 'To' phone number {number} is not currently reachable using the 'From' phone number.",
    21614: "'To' number: {number} is not a valid mobile number",
    21635: "'To' number: {number} cannot be a landline",
}


class CreateFault(BaseModel):
    """What happens to the next requests that create a call or a message."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["500", "429", "hold"]
    accepted: bool = False  #: the call rings or the message goes all the same (never with 429)
    times: Annotated[int, Field(ge=0, le=10_000)] = 1
    of: Literal["calls", "messages", "both"] = "both"
    to: str | None = None  #: only to this number
    hold: Annotated[float, Field(ge=0, le=120)] = 30.0  #: real seconds that the connection is held

    @model_validator(mode="after")
    def _never_both(self) -> CreateFault:
        if self.answer == "429" and self.accepted:
            raise ValueError("a request that is answered 429 is never accepted")
        return self


class Faults(BaseModel):
    """All that is wrong at the moment; the usual values mean that all is well."""

    model_config = ConfigDict(extra="forbid")

    callbacks: Literal["in_order", "reversed", "twice", "never", "delayed"] = "in_order"
    callback_delay: Annotated[float, Field(ge=0, le=600)] = 5.0  #: seconds, when delayed
    create: Annotated[list[CreateFault], Field(max_length=100)] = []
    refused: dict[str, Annotated[int, Field(ge=20_000, le=29_999)]] = {}  #: number → Twilio's code
    refused_by_aliyun: dict[str, Annotated[str, Field(pattern=r"^is[vp]\.[A-Z_]+$")]] = {}  #: number → code
    #: Aliyun accepts what goes to these numbers and nothing ever comes of it: no ring, no receipt, no record.
    dropped: Annotated[frozenset[str], Field(max_length=1000)] = frozenset()
    calls_per_minute: Annotated[int, Field(ge=0, le=1000)] | None = None  #: a carrier's, to any one number
    calls_per_second: Annotated[float, Field(gt=0, le=1000)] | None = None  #: the account's; more are queued

    def next_create(self, of: Literal["calls", "messages"], to: str) -> CreateFault | None:
        """Return the fault that this request meets, and count it; None when it meets none."""
        for fault in self.create:
            if fault.times > 0 and fault.of in (of, "both") and fault.to in (None, to):
                fault.times -= 1
                return fault
        return None

    def refusal(self, number: str) -> RefusalError | None:
        """Return how a request for this number is refused, or None."""
        code = self.refused.get(number)
        if code is None:
            return None
        return RefusalError(
            code, REFUSALS.get(code, "The number {number} was refused.").format(number=number)
        )


def carrier_takes(
    dialled: Sequence[datetime], now: datetime, per_minute: int | None, minute: float = 60.0
) -> bool:
    """Whether a carrier puts one more call through, given when the earlier ones to the number were dialled.

    `minute` is how long a minute of the telephones' time is in real seconds.
    """
    if per_minute is None:
        return True
    return sum((now - earlier).total_seconds() < minute for earlier in dialled) < per_minute
