"""Stands where no provider is set: refuses everything, so that the board shows that nobody can be called."""

from __future__ import annotations

from datetime import datetime

from hub.notify.capability import Capability
from hub.notify.channels.port import Outgoing, Receipt, Refused, SendResult


class UnconfiguredChannel:
    """Takes nothing; every attempt fails at once with the code `no_provider`."""

    name = "none"
    capabilities: tuple[Capability, ...] = ()

    def send(self, outgoing: Outgoing) -> SendResult:
        """Refuse."""
        return Refused("no_provider", "No telephone provider is set: see docs/operating.md.", then="method")

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Know nothing."""
        return None

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Have taken nothing."""
        return []

    def hang_up(self, provider_id: str) -> bool:
        """Have nothing to end."""
        return False
