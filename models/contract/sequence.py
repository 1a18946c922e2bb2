"""Which sequence numbers of a stream are settled: all up to one number, and a few ranges above it.

The hub keeps one per stream and says it in its `ack`; the edge subtracts it from its outbox. It is what
selective acknowledgement is to TCP: live events overtake the backlog, nothing is skipped for ever and
nothing is taken twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Settled:
    """A set of positive integers, kept as `upto` and sorted, disjoint, non-adjacent ranges above it."""

    __slots__ = ("_highs", "_lows", "upto")

    def __init__(self, upto: int = 0, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self.upto = upto
        self._lows: list[int] = []
        self._highs: list[int] = []
        for low, high in sorted(ranges):
            self.add_range(low, high)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The ranges above `upto`; both ends belong to them."""
        return list(zip(self._lows, self._highs, strict=True))

    @property
    def whole(self) -> bool:
        """Whether nothing is settled above `upto`: no number is missing."""
        return not self._lows

    def __contains__(self, seq: int) -> bool:
        if seq <= self.upto:
            return True
        at = bisect_right(self._lows, seq) - 1
        return at >= 0 and seq <= self._highs[at]

    def add(self, seq: int) -> bool:
        """Settle one number; return False when it was settled before."""
        if seq == self.upto + 1 and not self._lows:
            self.upto = seq
            return True
        if seq in self:
            return False
        self.add_range(seq, seq)
        return True

    def add_range(self, low: int, high: int) -> None:
        """Settle all numbers from `low` to `high`."""
        low = max(low, self.upto + 1)
        if low > high:
            return
        first = bisect_right(self._lows, low)
        if first and self._highs[first - 1] >= low - 1:
            first -= 1
        last = bisect_right(self._lows, high + 1)
        if first < last:
            low = min(low, self._lows[first])
            high = max(high, self._highs[last - 1])
        self._lows[first:last] = [low]
        self._highs[first:last] = [high]
        if self._lows[0] <= self.upto + 1:
            self.upto = self._highs.pop(0)
            self._lows.pop(0)

    def raise_floor(self, floor: int) -> None:
        """Take for settled whatever the other side will never send again: all below `floor`."""
        if floor > self.upto + 1:
            self.add_range(self.upto + 1, floor - 1)

    def copy(self) -> Settled:
        """Return an independent copy."""
        other = Settled(self.upto)
        other._lows, other._highs = self._lows.copy(), self._highs.copy()
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settled) and (self.upto, self.ranges) == (other.upto, other.ranges)

    def __repr__(self) -> str:
        return f"Settled({self.upto}, {self.ranges})"

    __hash__ = None  # type: ignore[assignment]
