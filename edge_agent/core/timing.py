"""What an event's age says, and what becomes of its instant once the clock is right."""

from __future__ import annotations

from typing import Literal

Clock = Literal["synced", "holdover", "unsynced"]

LATE_MS = 10 * 60 * 1000
HISTORIC_MS = 24 * 60 * 60 * 1000


def freshness(
    *,
    at: int,
    mono: int,
    clock: Clock,
    same_boot: bool,
    now: int,
    now_mono: int,
    now_clock: Clock,
    history: bool,
) -> Literal["live", "late", "historic"]:
    """Say how an event that leaves now is marked.

    With a wrong clock only the time since the machine's start counts; an event of an earlier run, whose age
    nobody knows then, is late. `historic` is for a home that is being commissioned.
    """
    if clock == "unsynced" or now_clock == "unsynced":
        return "live" if same_boot and now_mono - mono <= LATE_MS else "late"
    age = now - at
    if history and age > HISTORIC_MS:
        return "historic"
    return "late" if age > LATE_MS else "live"
