"""The people who own the telephones, and how each of them behaves when it rings or a message comes.

Only what they do, in seconds of the telephones' time; who makes them do it is elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from simulators.telephones.numbers import e164

Seconds = Annotated[float, Field(ge=0, le=3600)]
Digits = Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")]


class Keys(NamedTuple):
    """Keys that a person presses, so many seconds after being asked.

    Asked means that the call begins to listen. The time runs on when the question is repeated, so a person
    who takes 20 s may answer the third repetition; the next keys of a list wait for the question after that.
    """

    after: Seconds
    digits: Digits


class OnCall(BaseModel):
    """What a person does with one call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    does: Literal[
        "answer",  # and presses the keys; stays until the call ends unless `hang_up_after` says otherwise
        "hangs_up",  # answers, presses nothing and hangs up
        "voicemail",  # a machine answers and lets the caller speak
        "busy",
        "no_answer",
        "reject",
        "unreachable",  # the carrier says that there is no such telephone, or that it is off
        "manual",  # somebody on the page or a test decides
    ] = "manual"
    after: Seconds = 2.0  #: of ringing, before it happens
    keys: tuple[Keys, ...] = ()
    hang_up_after: Seconds | None = None  #: of talking
    heard_as: Literal["human", "machine_start", "fax", "unknown"] | None = None  #: detection gets it wrong


class OnMessage(BaseModel):
    """What becomes of one short message, and what the person writes back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["delivered", "undelivered", "failed", "sent"] = "delivered"
    after: Seconds = 0.5  #: of being under way
    error_code: Annotated[int, Field(ge=10000, le=99999)] | None = None  #: 30003 unless given
    reply: Annotated[str, Field(min_length=1, max_length=1600)] | None = None
    reply_after: Seconds = 3.0


class Person(BaseModel):
    """Somebody with a telephone.

    Of each list the first behaviour is for the first call or message, and the last for all that follow.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    name: Annotated[str, Field(max_length=80)] = ""
    note: Annotated[str, Field(max_length=200)] = ""  #: who this is: daughter, village station…
    landline: bool = False  #: takes no short messages
    calls: tuple[OnCall, ...] = (OnCall(),)
    messages: tuple[OnMessage, ...] = (OnMessage(),)

    @field_validator("number")
    @classmethod
    def _is_a_number(cls, number: str) -> str:
        bare = e164(number)
        if bare is None:
            raise ValueError(f"{number} is no telephone number like +8613800000001")
        return bare

    def on_call(self, before: int) -> OnCall:
        """Return the behaviour for the next call, after so many `before` it."""
        return self.calls[min(before, len(self.calls) - 1)] if self.calls else OnCall()

    def on_message(self, before: int) -> OnMessage:
        """Return the behaviour for the next message, after so many `before` it."""
        return self.messages[min(before, len(self.messages) - 1)] if self.messages else OnMessage()
