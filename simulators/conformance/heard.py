"""What was heard of an edge and said to it, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from models.contract.topics import Address

Outcome = Literal["passed", "failed", "unseen"]


class Message(NamedTuple):
    """A message on the broker; `at` is when we heard it, ms since 1970."""

    at: int
    topic: str
    payload: bytes
    qos: int
    retained: bool


class Verdict(NamedTuple):
    """What one check found. `unseen`: nothing happened that it could have judged."""

    name: str
    outcome: Outcome
    detail: str
    advice: str


@dataclass(slots=True)
class Hearing:
    """Everything that happened while we listened."""

    address: Address
    begun_at: int
    messages: list[Message] = field(default_factory=list)
    acked_at: dict[tuple[str, int], int] = field(
        default_factory=dict
    )  #: when we said that (stream, seq) is settled
    silent_until: int = 0  #: until then we acknowledged nothing
    commands: dict[str, bool] = field(default_factory=dict)  #: id → whether it had expired when it was said
    ended_at: int = 0

    def of(self, leaf: str) -> list[Message]:
        """What the edge said on one of its topics."""
        topic = f"{self.address.base}/{leaf}"
        return [message for message in self.messages if message.topic == topic]
