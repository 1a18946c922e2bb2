"""What those who took an alert have promised: how many they are, how far they are, when they will be there.

Read from the rows of takers and from the alert's file; the caller holds the alert's row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from hub.alerts import stages, takers
from hub.alerts import store as alerts
from hub.alerts.lifecycle import Status
from hub.storage.database import Connection

ORDER: Final[dict[Status, int]] = {"triggered": 0, "acknowledged": 1, "on_the_way": 2, "on_site": 3}


def humans(standing: list[dict[str, Any]]) -> int:
    """Return how many people stand by their word; an account and a contact of one name are one person."""
    called = {row["name"] for row in standing if row["taker"].startswith("contact:")}
    return sum(row["taker"].startswith("contact:") or row["name"] not in called for row in standing)


def lacking(alert: Mapping[str, Any], standing: list[dict[str, Any]]) -> int:
    """Return how many humans an alert still needs before nobody further is called."""
    return max(0, takers.needed(alert) - humans(standing))


def expect(
    connection: Connection, alert: Mapping[str, Any], by: str, eta_at: datetime | None, now: datetime
) -> datetime | None:
    """Keep when the first of those on the way is expected; return it."""
    known: datetime | None = alert["eta_at"] if alert["status"] != "triggered" else None
    sooner = known is not None and known > now and (eta_at is None or known < eta_at)
    if sooner and expected_of(connection, alert["id"]) != by:
        return known
    stages.expected(connection, alert["id"], eta_at)
    return eta_at


def expected_of(connection: Connection, alert_id: str) -> str | None:
    """Return who said last when they would be there."""
    said = [entry for entry in alerts.entries(connection, alert_id) if "eta_at" in entry["data"]]
    return said[-1]["data"].get("by") if said else None


def furthest(
    connection: Connection, alert_id: str, said: list[Status], standing: list[dict[str, Any]]
) -> Status:
    """Return the furthest stage of those who stand by their word: one may be there before another joins."""
    names = {row["name"] for row in standing}
    for entry in alerts.entries(connection, alert_id):
        if entry["kind"] in ("stalled", "graver"):
            said = said[:2]
        elif entry["kind"] == "joined" and entry["data"].get("by") in names:
            said = [*said, entry["data"]["said"]]
    return max(said, key=lambda stage: ORDER[stage])
