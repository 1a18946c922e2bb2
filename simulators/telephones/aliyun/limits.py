"""How often one number takes something within a time, as a carrier counts it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def reached(limits: Iterable[tuple[int, float]], ages: Sequence[float]) -> tuple[int, float] | None:
    """Return the limit that one more would break, given how many seconds ago the earlier ones were taken."""
    for most, within in limits:
        if sum(age < within for age in ages) >= most:
            return most, within
    return None
