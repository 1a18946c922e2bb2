"""Which of the sensors' messages were stored already, in case their broker sends them again.

A broker repeats what was not acknowledged: after the agent was killed between storing a message and saying
so, the same message comes twice, under the same number. Remembered together with the events, this makes it
one event.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable

from edge_agent.inbox import Incoming

MOST = 256  #: a broker leaves no more than a few dozen unacknowledged
_SIZE = 6  #: bytes of a fingerprint


class Handled:
    """Fingerprints of the latest stored messages, oldest first."""

    def __init__(self, snapshot: bytes = b"") -> None:
        self._fingerprints: deque[bytes] = deque(maxlen=MOST)
        self._fingerprints.extend(snapshot[at : at + _SIZE] for at in range(0, len(snapshot), _SIZE))

    def note(self, items: Iterable[Incoming]) -> None:
        """Remember messages that the broker could repeat."""
        self._fingerprints.extend(_fingerprint(item) for item in items if item.qos)

    def __contains__(self, item: Incoming) -> bool:
        """Whether this is a repetition of a message that was stored."""
        return item.again and item.qos > 0 and _fingerprint(item) in self._fingerprints

    def snapshot(self) -> bytes:
        """Return what the next start needs."""
        return b"".join(self._fingerprints)


def _fingerprint(item: Incoming) -> bytes:
    """Content and number: a person who presses twice sends equal messages with two numbers."""
    content = zlib.crc32(item.payload, zlib.crc32(item.topic.encode()))
    return ((content << 16) | item.mid).to_bytes(_SIZE, "big")
