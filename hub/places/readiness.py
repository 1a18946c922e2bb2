"""What a home still lacks before it can be taken live, from facts. Pure; a person decides all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

Lack = Literal["edge", "telephone"]
#: In the order in which an installer puts them right.
LACKS: Final[tuple[Lack, ...]] = ("edge", "telephone")


def lacking(edges_heard_at: Sequence[datetime | None], numbers_to_call: int) -> list[Lack]:
    """Return what is missing: an edge agent that was ever heard, a number at which a person can be called."""
    missing: dict[Lack, bool] = {
        "edge": not any(edges_heard_at),
        "telephone": numbers_to_call == 0,
    }
    return [lack for lack in LACKS if missing[lack]]
