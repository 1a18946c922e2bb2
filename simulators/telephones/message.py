"""A short message's life as a table, and what is known of one message.

Pure: whoever carries the message says what happened and when. What the table does not have is illegal.
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
from simulators.telephones.orders import MessageOrder


class MessageStatus(StrEnum):
    """Where a message stands, in Twilio's words."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVED = "received"


_S = MessageStatus

#: From each status to those that may follow. A name of its own for each move would only repeat them.
MESSAGE_TABLE: Final[Mapping[MessageStatus, frozenset[MessageStatus]]] = MappingProxyType(
    {
        _S.ACCEPTED: frozenset({_S.QUEUED, _S.CANCELED, _S.FAILED}),
        _S.QUEUED: frozenset({_S.SENDING, _S.CANCELED, _S.FAILED}),
        _S.SENDING: frozenset({_S.SENT, _S.FAILED}),
        _S.SENT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    }
)

#: The texts that Twilio gives for what a carrier reports.
DELIVERY_ERRORS: Final[Mapping[int, str]] = MappingProxyType(
    {
        30001: "Queue overflow",
        30002: "Account suspended",
        30003: "Unreachable destination handset",
        30004: "Message blocked",
        30005: "Unknown destination handset",
        30006: "Landline or unreachable carrier",
        30007: "Message filtered",
        30008: "Unknown error",
        30036: "Validity Period Expired",
    }
)


@dataclass(slots=True, kw_only=True)
class Message:
    """One short message: what was ordered, where it stands, and everything that happened to it."""

    sid: str
    order: MessageOrder
    direction: str  #: outbound-api, outbound-reply or inbound
    status: MessageStatus
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    timeline: list[Entry] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the message by itself."""
        return self.status not in MESSAGE_TABLE

    def move(self, status: MessageStatus, at: datetime, error_code: int | None = None) -> None:
        """Take the next status; raises IllegalMoveError when the table does not lead there from here."""
        if status not in MESSAGE_TABLE.get(self.status, frozenset()):
            raise IllegalMoveError(f"a message that is {self.status} cannot become {status}")
        self.status, self.updated_at, self.error_code = status, at, error_code
        if status is MessageStatus.SENT:
            self.sent_at = at
