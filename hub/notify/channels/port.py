"""What the hub asks of every provider, and what a provider may answer.

A sender tells accepted from refused from unknown: after a lost answer nobody knows whether the telephone
rings, and to send again without looking would ring it twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from hub.notify.lifecycle import AttemptStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One attempt, as a provider needs it."""

    attempt_id: str
    channel: str  #: `voice` or `sms`
    address: str
    text: str  #: what a written message says; a call asks for its words when it is picked up


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it, under its own identifier."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider did not take it. `again` says whether the very same may be tried once more soon."""

    code: str
    text: str
    again: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the provider took it: it must be looked up before anything is sent again."""

    text: str


SendResult = Accepted | Refused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says of an attempt, in our words."""

    provider_id: str
    status: AttemptStatus
    seq: int = -1  #: the provider's own order of its news; -1 when it has none
    error_code: str | None = None
    detail: Literal["", "machine", "human"] = ""


class Channel(Protocol):
    """A provider of calls or messages."""

    name: str

    def send(self, outgoing: Outgoing) -> SendResult:
        """Ask the provider to call or to write. Never raises for what a network or a provider can do."""
        ...

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Ask what became of an attempt; None when the provider cannot say now."""
        ...

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Return what the provider took for `address` since an instant; None when it cannot say now."""
        ...

    def hang_up(self, provider_id: str) -> bool:
        """End a call that rings; return whether the provider took the wish."""
        ...
