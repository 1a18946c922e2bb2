"""What the machine says of itself: its clocks, its run, its temperature and its disk."""

from __future__ import annotations

import ctypes
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.core.timing import Clock

#: A machine without a clock of its own wakes up in 1970, or where it was switched off. No home was watched
#: before this instant, so an earlier time is certainly wrong.
EARLIEST_MS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)

_NOT_SYNCHRONISED = 5  # TIME_ERROR of <sys/timex.h>
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_THERMOMETER = Path("/sys/class/thermal/thermal_zone0/temp")


def now_ms() -> int:
    """The wall clock, UTC in milliseconds, right or wrong."""
    return time.time_ns() // 1_000_000


def mono_ms() -> int:
    """Milliseconds since the machine started; never goes back."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    """An identifier of this run of the operating system."""
    try:
        return _BOOT_ID.read_text("ascii").strip().replace("-", "").lower()[:32]
    except OSError:
        # Without one, the moment of the start is as good: no two runs share it.
        return f"{now_ms() - mono_ms():x}"


def clock(now: int) -> Clock:
    """How far the wall clock can be trusted.

    `synced`: the kernel says that time servers steer it. `holdover`: plausible, but nobody steers it just
    now. `unsynced`: certainly wrong.
    """
    if now < EARLIEST_MS:
        return "unsynced"
    return "synced" if _steered() else "holdover"


def _steered() -> bool:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return 0 <= int(libc.adjtimex(ctypes.create_string_buffer(512))) != _NOT_SYNCHRONISED
    except (OSError, AttributeError):
        return False


def temperature_c() -> float | None:
    """The processor's temperature, where the machine has a thermometer."""
    try:
        return round(int(_THERMOMETER.read_text("ascii")) / 1000, 1)
    except (OSError, ValueError):
        return None


def disk_free_mb(path: Path) -> float | None:
    """Free space of the disk that holds `path`, in MB."""
    try:
        stat = os.statvfs(path)
    except OSError:
        return None
    return round(stat.f_bavail * stat.f_frsize / 1e6, 1)
