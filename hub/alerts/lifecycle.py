"""The stages of an alert as a table; what is not in the table is illegal.

Acknowledged is not resolved: each stage but the last has a clock, and one that stalls calls people again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from models.detection.finding import Severity

Status = Literal["triggered", "acknowledged", "on_the_way", "on_site", "resolved"]
Outcome = Literal["real", "false", "self_ok", "cleared", "test"]

#: From each stage: where it may go. `triggered` again is what a stall does.
NEXT: Final[dict[Status, frozenset[Status]]] = {
    "triggered": frozenset({"acknowledged", "on_the_way", "on_site", "resolved"}),
    "acknowledged": frozenset({"on_the_way", "on_site", "resolved", "triggered"}),
    "on_the_way": frozenset({"on_site", "resolved", "triggered"}),
    "on_site": frozenset({"resolved", "triggered"}),
    "resolved": frozenset(),
}

#: How long a stage may last before people are called again. An emergency that was taken and then forgotten
#: is as deadly as one that nobody took; telecare asks for a responder on site within 45 minutes.
STALLS_AFTER: Final[dict[tuple[Severity, Status], timedelta]] = {
    ("emergency", "acknowledged"): timedelta(minutes=15),
    ("emergency", "on_the_way"): timedelta(minutes=45),
    ("emergency", "on_site"): timedelta(hours=2),
    ("warning", "acknowledged"): timedelta(hours=2),
    ("warning", "on_the_way"): timedelta(hours=2),
    ("warning", "on_site"): timedelta(hours=4),
}

SEVERITY_RANK: Final[dict[Severity, int]] = {"emergency": 0, "warning": 1, "advice": 2}


def may_go(here: Status, there: Status) -> bool:
    """Whether an alert may pass from one stage to another."""
    return there in NEXT[here]
