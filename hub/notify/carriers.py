"""All providers that are set, by their names, in their order of preference."""

from __future__ import annotations

from collections.abc import Iterable

from hub.notify.capability import Capability, Medium, covering
from hub.notify.channels.port import Channel


class Carriers:
    """The providers that the sender may choose from; none at all is allowed, and then nobody can be told."""

    def __init__(self, channels: Iterable[Channel] = ()) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self.capabilities: tuple[Capability, ...] = tuple(
            row for channel in self._channels.values() for row in channel.capabilities
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The providers' names, the preferred first."""
        return tuple(self._channels)

    def get(self, name: str) -> Channel | None:
        """Return a provider; None for one that is not set (any more)."""
        return self._channels.get(name)

    def capability(self, name: str, medium: Medium, address: str) -> Capability | None:
        """Return what a provider can do for an address; None when it carries nothing there."""
        channel = self._channels.get(name)
        return None if channel is None else covering(channel.capabilities, medium, address)

    def carries(self, medium: Medium) -> bool:
        """Whether any provider is set for a medium."""
        return any(row.medium == medium for row in self.capabilities)
