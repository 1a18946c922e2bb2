"""What a detector says: a finding with its reason in numbers, or that an earlier one is over.

Knows nothing of who is told. Instants are milliseconds since 1970 (UTC), as on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["advice", "warning", "emergency"]
Risk = Literal[
    "sos",
    "fall",
    "fall_suspected",
    "smoke",
    "co",
    "gas",
    "leak",
    "tamper",
    "inactivity",
    "night_exit",
    "not_up",
    "long_bathroom",
    "night_out_of_bed",
    "night_wandering",
    "door_open",
    "cold",
    "hot",
    "home_silent",
    "decline",
    "device_silent",
    "power_cut",
    "area_silent",
    "area_power_cut",
    "needs_overdue",
    # What the hub itself says, of its own readiness.
    "nobody_verified",
    "rota_gap",
    "number_check",
    "drill",
]

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence and the very numbers that crossed the limit.

    `text` is an English msgid with `{name}` places, or several, one a line; `values` fills them. Durations
    are in seconds and named `…_s`, instants in milliseconds and named `…_at`: who shows them puts them into
    words and local time.
    """

    text: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule or a detector says that something is wrong."""

    risk: Risk
    severity: Severity
    occurred_at: int
    reason: Reason
    dedup_key: str  #: two findings of one home with the same key are one alert
    room: str = ""
    device: str = ""
    late: bool = False  #: it happened long before the hub heard of it
    latched: bool = False  #: stays open though the sensor says that it is over: a human must look


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """The condition of an earlier finding is over."""

    dedup_key: str
    at: int
    reason: Reason


Outcome = Finding | Cleared
