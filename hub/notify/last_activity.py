"""The newest event of a home that showed somebody up and moving, for whoever goes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.notify.wording import LastActivity
from hub.places.activity import last_movement
from hub.storage.database import Connection
from models.contract.measurements import PRESENCE


def of_alert(connection: Connection, alert: Mapping[str, Any]) -> LastActivity | None:
    """Return when and in which room somebody last moved in an alert's home; None for an area."""
    if alert["home_id"] is None:
        return None
    row = last_movement(connection, alert["home_id"], sorted(PRESENCE))
    return None if row is None else LastActivity(row["occurred_at"], row["room"])
