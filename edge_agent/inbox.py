"""What comes from the brokers, and where paho's threads hand it over to the one thread that works."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

PATIENCE_S = 5.0  #: how long a callback waits for room


class Up(NamedTuple):
    """The connection stands; subscriptions are asked for."""

    link: str
    life: int


class Down(NamedTuple):
    """The connection is gone, or was never made."""

    link: str
    life: int
    reason: str


class Incoming(NamedTuple):
    """A message. `mid` and `life` are needed to acknowledge it."""

    link: str
    life: int
    topic: str
    payload: bytes
    retained: bool
    qos: int
    mid: int
    again: bool  #: the broker says that it sent this before


Item = Up | Down | Incoming


class Inbox:
    """Where paho's threads hand over. Bounded for messages; what happened to a connection always fits."""

    def __init__(self, most: int = 5000) -> None:
        self.refused = 0  #: messages for which there was no room in time
        self._most = most
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()

    def put(self, item: Item) -> None:
        """Hand over, waiting for room if need be; after that the message is given up and counted."""
        with self._changed:
            bounded = isinstance(item, Incoming)
            if bounded and not self._changed.wait_for(lambda: len(self._items) < self._most, PATIENCE_S):
                self.refused += 1
                return
            self._items.append(item)
            self._changed.notify_all()

    def take(self, timeout_s: float, most: int) -> list[Item]:
        """Return what is there, at most `most`, waiting up to `timeout_s` for the first."""
        with self._changed:
            if not self._items and timeout_s > 0:
                self._changed.wait(timeout_s)
            count = min(most, len(self._items))
            taken = [self._items.popleft() for _ in range(count)]
            if taken:
                self._changed.notify_all()
            return taken

    def wake(self) -> None:
        """End a wait in `take`."""
        with self._changed:
            self._changed.notify_all()
