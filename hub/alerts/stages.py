"""What the stages of an alert leave in its row: the first answer, who is expected when, who arrived, and why.

The caller holds the alert's row. Which stage follows which is `lifecycle`'s.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from hub.storage.database import Connection
from models.detection.finding import Severity

#: Why an alarm was false: what is learnt from, so the list is fixed. What each means is in docs/words.md.
Cause = Literal[
    "pet",
    "visitor",
    "accidental_press",
    "test_press",
    "sat_down_quickly",
    "object_fell",
    "cooking_steam",
    "slept_late",
    "resident_away",
    "sensor_moved",
    "sensor_fault",
    "line_fault",
    "other",
]
CAUSES: Final[tuple[Cause, ...]] = (
    "accidental_press", "test_press", "sat_down_quickly", "object_fell", "pet", "visitor", "cooking_steam",
    "slept_late", "resident_away", "sensor_moved", "sensor_fault", "line_fault", "other",
)  # fmt: skip

LONGEST_ETA: Final = timedelta(hours=4)
#: After the time at which somebody said that they would be there, people are called again this much later.
GRACE: Final[dict[Severity, timedelta]] = {
    "emergency": timedelta(minutes=5),
    "warning": timedelta(minutes=20),
    "advice": timedelta(hours=1),
}


def late_at(severity: Severity, eta_at: datetime) -> datetime:
    """Return when somebody who said when they would be there is missed."""
    return eta_at + GRACE[severity]


def answered(connection: Connection, alert_id: str, tier: str, now: datetime) -> None:
    """Remember the first time that a human answered, and for which tier; later answers change nothing."""
    connection.execute(
        "update alerts set answered_at = %s, answered_tier = %s where id = %s and answered_at is null",
        (now, tier, alert_id),
    )


def expected(connection: Connection, alert_id: str, eta_at: datetime | None) -> None:
    """Remember when somebody expects to be there; None: nobody is expected any more."""
    connection.execute("update alerts set eta_at = %s where id = %s", (eta_at, alert_id))


def arrived(connection: Connection, alert_id: str, now: datetime) -> None:
    """Remember the first time that somebody was on site."""
    connection.execute(
        "update alerts set arrived_at = %s where id = %s and arrived_at is null", (now, alert_id)
    )


def caused(connection: Connection, alert_id: str, cause: Cause) -> None:
    """Keep why an alarm was false."""
    connection.execute("update alerts set cause = %s where id = %s", (cause, alert_id))
