"""Where on the body a sensor is worn. Each place has a classifier of its own."""

from __future__ import annotations

from typing import Final, Literal

Position = Literal["waist", "wrist"]
POSITIONS: Final[tuple[Position, ...]] = ("waist", "wrist")
