"""The bits of an event's `flags` column."""

from __future__ import annotations

from typing import Final

LATE: Final = 1  #: more than ten minutes old when it left the edge
HISTORIC: Final = 2  #: for learning only
HOLDOVER: Final = 4  #: the edge's clock had not been set since its last boot
UNSYNCED: Final = 8  #: the edge's clock was not set, or its time could not be believed
IMPLAUSIBLE: Final = 16  #: a value that its kind cannot have
