"""The Raspberry Pi's pins, through gpiozero: what changes on them is put into the agent's inbox.

gpiozero is an extra (`pip install 'anju[gpio]'`): a home without anything on its pins does not need it.
gpiozero calls back in threads of its own, where nothing is done but handing over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.inbox import Inbox, Incoming
from edge_agent.settings import Placement
from edge_agent.sources.gpio import PREFIX, Gpio

BOUNCE_S = 0.05  #: contacts bounce for some milliseconds, and long cables catch the sparks of switches

log = logging.getLogger("anju.agent")


class Pins:
    """The pins that a person placed, from their opening until `close`."""

    def __init__(self, placements: Mapping[str, Placement], inbox: Inbox, pin_factory: Any = None) -> None:
        self._inbox = inbox
        self._inputs: list[Any] = []
        for device, placement in placements.items():
            row = CATALOGUE.get((placement.vendor, placement.model))
            if row is not None and row.ecosystem == Gpio.name and placement.pin is not None:
                self._open(device, placement.pin, row.pulled_up, pin_factory)

    def close(self) -> None:
        """Let go of the pins."""
        for one in self._inputs:
            one.close()
        self._inputs.clear()

    def _open(self, device: str, pin: int, pulled_up: bool, pin_factory: Any) -> None:
        try:
            from gpiozero import DigitalInputDevice

            bounce = None if pin_factory is not None else BOUNCE_S
            one = DigitalInputDevice(pin, pull_up=pulled_up, bounce_time=bounce, pin_factory=pin_factory)
        except Exception as error:
            # Many libraries stand behind gpiozero, each with errors of its own; the other sensors go on.
            log.error("pin %d (%s) cannot be read (%s): is anju[gpio] installed?", pin, device, error)
            return
        one.when_activated = self._says(device, b"1")
        one.when_deactivated = self._says(device, b"0")
        self._inputs.append(one)
        self._put(device, b"1" if one.is_active else b"0", retained=True)

    def _says(self, device: str, word: bytes) -> Callable[[], None]:
        return lambda: self._put(device, word, retained=False)

    def _put(self, device: str, word: bytes, *, retained: bool) -> None:
        self._inbox.put(Incoming("pins", 0, PREFIX + device, word, retained, 0, 0, again=False))
