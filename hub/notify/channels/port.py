"""What the hub asks of every provider, and what a provider may answer.

A sender tells accepted from refused from unknown: after a lost answer nobody knows whether the telephone
rings, and to send again without looking would ring it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from hub.notify.capability import Capability
from hub.notify.capability import Medium as Medium
from hub.notify.lifecycle import AttemptStatus

#: What may help after a failure. `again`: the very same, a moment later. `provider`: the same address through
#: another provider. `method`: nothing at this address; the person's next method, or the next person, at once.
Then = Literal["again", "provider", "method"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One attempt, as a provider needs it."""

    attempt_id: str
    channel: Medium
    address: str
    text: str  #: what a written message says; a call asks for its words when it is picked up
    subject: str = ""  #: one line, for e-mail and push
    link: str = ""  #: where it can be answered with one tap; empty where the carrier forbids links
    language: str = "zh"
    purpose: str = "answer"  #: answer, inform, ask or news: a carrier with templates has one for each
    words: Mapping[str, str] = field(
        default_factory=dict
    )  #: the places of a template: who, what, where, when
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it, under its own identifier."""

    provider_id: str


#: The code of an address that is no more (a browser that was let go): it is used no longer.
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider did not take it, and what may help. Nothing was sent."""

    code: str
    text: str
    then: Then


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
    then: Then = "method"  #: what may help, where the status is `failed`


class Channel(Protocol):
    """A provider of calls or messages; used by several threads at once."""

    @property
    def name(self) -> str:
        """Its one name, as an attempt keeps it."""
        ...

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can carry where; of rows that cover an address the first holds."""
        ...

    def send(self, outgoing: Outgoing) -> SendResult:
        """Ask the provider to call or to write. Never raises for what a network or a provider can do."""
        ...

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Ask what became of an attempt; None when the provider cannot say now."""
        ...

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Return what the provider took for `address` since an instant; None when it cannot say now.

        A provider that keeps no list answers with an empty one: then it is sent again, and a written message
        that comes twice is better than none.
        """
        ...

    def hang_up(self, provider_id: str) -> bool:
        """End a call that rings; return whether the provider took the wish."""
        ...
