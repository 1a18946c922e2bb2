"""Local times without a zone, as a recorder wrote them down, in UTC.

When clocks are set back an hour happens twice and its times are ambiguous; the order of the recording tells
which one is meant. Times that never were (clocks set forward) are read as if the clock had not been set.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_JITTER_MS = 300_000  #: a row may be this much earlier than the one before it without being an hour later


class LocalTimes:
    """Reads the times of one recording, first to last."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._before: int | None = None

    def read(self, text: str) -> int:
        """Return the instant (ms since 1970, UTC). Raises ValueError when it is no time, or before 1970."""
        written = datetime.fromisoformat(text.strip())
        if written.tzinfo is None:
            instant = self._local(written)
        else:
            instant = _milliseconds(written)
        if instant < 0:
            raise ValueError("before 1970")
        self._before = instant
        return instant

    def _local(self, written: datetime) -> int:
        first = _milliseconds(written.replace(tzinfo=self._zone, fold=0))
        second = _milliseconds(written.replace(tzinfo=self._zone, fold=1))
        if second <= first or self._before is None or first >= self._before - _JITTER_MS:
            return first
        return second


def _milliseconds(aware: datetime) -> int:
    """Milliseconds since 1970, cut off: exact, where a float is not."""
    passed = aware.astimezone(_UTC) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000


_UTC = ZoneInfo("UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=_UTC)
