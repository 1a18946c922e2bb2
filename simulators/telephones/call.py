"""A call's life as a table, and what is known of one call.

Pure: whoever runs the call says what happened and when. What the table does not have is illegal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from simulators.telephones.errors import IllegalMoveError
from simulators.telephones.log import Entry
from simulators.telephones.orders import CallOrder


class CallStatus(StrEnum):
    """Where a call stands, in Twilio's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class CallMove(StrEnum):
    """What can happen to a call."""

    DIALLED = "dialled"
    RANG = "rang"
    ANSWERED = "answered"
    ENDED = "ended"
    FOUND_BUSY = "found busy"
    RANG_OUT = "rang out"
    FAILED = "failed"
    CANCELED = "canceled"


_S, _M = CallStatus, CallMove

CALL_TABLE: Final[Mapping[tuple[CallStatus, CallMove], CallStatus]] = MappingProxyType(
    {
        (_S.QUEUED, _M.DIALLED): _S.INITIATED,
        (_S.QUEUED, _M.CANCELED): _S.CANCELED,
        (_S.INITIATED, _M.RANG): _S.RINGING,
        (_S.INITIATED, _M.FOUND_BUSY): _S.BUSY,
        (_S.INITIATED, _M.FAILED): _S.FAILED,
        (_S.INITIATED, _M.CANCELED): _S.CANCELED,
        (_S.RINGING, _M.ANSWERED): _S.IN_PROGRESS,
        (_S.RINGING, _M.FOUND_BUSY): _S.BUSY,
        (_S.RINGING, _M.RANG_OUT): _S.NO_ANSWER,
        (_S.RINGING, _M.CANCELED): _S.CANCELED,
        (_S.IN_PROGRESS, _M.ENDED): _S.COMPLETED,
    }
)

#: Nothing leads out of these.
CALL_ENDS: Final = frozenset({_S.COMPLETED, _S.BUSY, _S.NO_ANSWER, _S.FAILED, _S.CANCELED})

#: The status callbacks that can be asked for, and the statuses that each tells of.
CALL_EVENTS: Final[Mapping[str, frozenset[CallStatus]]] = MappingProxyType(
    {
        "initiated": frozenset({_S.INITIATED}),
        "ringing": frozenset({_S.RINGING}),
        "answered": frozenset({_S.IN_PROGRESS}),
        "completed": CALL_ENDS,
    }
)


@dataclass(slots=True, kw_only=True)
class Call:
    """One call: what was ordered, where it stands, and everything that happened to it."""

    sid: str
    order: CallOrder
    created_at: datetime
    updated_at: datetime
    status: CallStatus = CallStatus.QUEUED
    dialled_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str | None = None
    sip_code: int | None = None  #: how the carrier worded a failure
    queue_ms: int = 0
    listening: bool = False  #: keys are wanted just now
    said: list[str] = field(default_factory=list)
    keys: str = ""  #: everything that was pressed and heard
    timeline: list[Entry] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen to the call."""
        return self.status in CALL_ENDS

    def move(self, happened: CallMove, at: datetime) -> CallStatus:
        """Carry out one row of the table and return the new status; raises IllegalMoveError for any other."""
        status = CALL_TABLE.get((self.status, happened))
        if status is None:
            raise IllegalMoveError(f"a call that is {self.status} cannot have {happened}")
        self.status, self.updated_at = status, at
        if happened is CallMove.DIALLED:
            self.dialled_at = at
        elif happened is CallMove.ANSWERED:
            self.answered_at = at
        if self.ended:
            self.ended_at, self.listening = at, False
        return status
