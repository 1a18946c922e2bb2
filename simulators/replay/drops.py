"""Whether the broker threw messages away because somebody could not take them fast enough.

Brokers do so silently and confirm the message all the same. Mosquitto at least counts; of another broker
nothing can be said. The count is of all its clients.
"""

from __future__ import annotations

import queue
import time

from simulators.broker import Line
from simulators.errors import BrokerError

_DROPPED = "$SYS/broker/publish/messages/dropped"
_UPTIME = "$SYS/broker/uptime"  #: said in every round of the broker's figures, changed or not
_RETAINED_S = 0.5  #: what the broker keeps comes at once
_ROUND_S = 11.0  #: Mosquitto tells its figures every ten seconds
_REST_S = 0.3  #: the figures of one round come together


class DropWatch:
    """The broker's count, before and after."""

    def __init__(self, line: Line) -> None:
        """Read the count as it is; `line` is used for nothing else that listens."""
        self._line = line
        self._count: int | None = None
        try:
            line.subscribe(_UPTIME)
            line.subscribe(_DROPPED)
        except BrokerError:
            return  # not for everybody's eyes
        self._read(_RETAINED_S, None)
        self._before = self._count

    _before: int | None = None

    def since(self) -> int | None:
        """Wait for the broker's next figures; return how many it has thrown away, None if it does not say."""
        if self._before is None:
            return None
        if not self._read(_ROUND_S, _UPTIME):
            return None
        self._read(_REST_S, None)
        return max(0, (self._count or 0) - self._before)

    def _read(self, seconds: float, until: str | None) -> bool:
        """Take figures for so long, or until the topic `until` comes by; return whether it did."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            try:
                topic, payload = self._line.inbox.get(timeout=left)
            except queue.Empty:
                break
            if topic == _DROPPED and payload.isdigit():
                self._count = int(payload)
            if topic == until:
                return True
        return False
