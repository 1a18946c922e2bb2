"""When this home is shown in Home Assistant: after a connection, on news, now and then; and taken back once.

That it was shown outlives a restart, so that it can be taken back after somebody has turned it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from edge_agent.core.state import Happening
from edge_agent.home_assistant import home_assistant, withdrawn
from edge_agent.inbox import Incoming
from edge_agent.lanes import Lanes
from edge_agent.mqtt import Link, Will
from edge_agent.settings import Settings
from models.contract.messages import Device, Health, OpenAlert
from models.contract.topics import Address

EVERY_MS = 10_000  #: how soon that is shown for which nobody waits
_KEY = "home_assistant"


class Appearance:
    """Used by the agent's one thread."""

    def __init__(
        self, settings: Settings, address: Address, lanes: Lanes, remembered: Mapping[str, bytes]
    ) -> None:
        self._settings = settings
        self._address = address
        self._lanes = lanes
        self._show = home_assistant(settings, address)
        self._was_shown = remembered.get(_KEY) == b"1"
        self._due = 0

    @property
    def will(self) -> Callable[[], Will] | None:
        """What the home's broker says of us when we are gone."""
        return self._show.will if self._show else None

    @property
    def topics(self) -> tuple[str, ...]:
        """What must be heard for it."""
        return (self._show.birth,) if self._show else ()

    def heard(self, item: Incoming, mono: int) -> None:
        """Take a message of the home's broker: Home Assistant may have started."""
        if self._show and item.topic == self._show.birth:
            self._show.born(item.payload)
            self._due = mono

    def connected(self, mono: int) -> None:
        """The home's broker is there again."""
        if self._show:
            self._show.connected()
            self._due = mono

    def happened(self, link: Link, happenings: Iterable[Happening], room: Callable[[str], str]) -> None:
        """Take what has just been stored."""
        if self._show:
            for happening in happenings:
                if self._show.take(link, happening, room(happening.device)):
                    self._due = 0

    def turn(
        self,
        link: Link,
        alerts: Sequence[OpenAlert] | None,
        devices: Callable[[], Sequence[Device]],
        health: Callable[[], Health],
        *,
        hub: bool,
        mono: int,
    ) -> bool:
        """Show it where that is due, or take it back; return whether `alerts` (None: as before) was taken."""
        if not link.connected:
            return False
        if self._show is None:
            if self._was_shown and withdrawn(self._settings, self._address, link):
                self._remember(False, mono)
            return False
        if alerts is not None:
            self._show.alerts(alerts)
        elif mono < self._due:
            return False
        self._due = mono + EVERY_MS
        self._show.tell(link, devices(), health(), hub=hub, mono=mono)
        if not self._was_shown:
            self._remember(True, mono)
        return alerts is not None

    def leave(self, link: Link) -> None:
        """Say good-bye."""
        if self._show and link.connected:
            self._show.leave(link)

    def _remember(self, shown: bool, mono: int) -> None:
        self._was_shown = shown
        self._lanes.store([], {_KEY: b"1" if shown else b"0"}, mono)
