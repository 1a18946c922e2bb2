"""What an alert's card says beside its row: who is tried, who goes there, and when it was seen again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hub.alerts import takers
from hub.escalation import promises
from hub.escalation.noise.facts import spoken_for
from hub.notify import store as notifications
from hub.storage.database import Connection

_SAID = """
    select alert_id, kind, at, data ->> 'by' as by, data ->> 'occurred_at' as occurred_at,
        data -> 'reason' as reason
    from alert_entries
    where alert_id = any(%s) and kind in ('held', 'repeated', 'cleared', 'on_the_way', 'on_site')
    order by alert_id, n
"""


def fill(connection: Connection, alerts: list[dict[str, Any]]) -> None:
    """Give each alert its `attempts`, its `takers`, `seen_again_at` and `gone_by`.

    Also `held_why` it calls nobody now, and the alerts that it speaks for (`also`).
    """
    ids = [alert["id"] for alert in alerts]
    entries = connection.execute(_SAID, [ids]).fetchall()
    also = spoken_for(connection, ids)
    attempts = notifications.of_alerts(connection, ids)
    standing = takers.standing_of(connection, ids)
    for alert in alerts:
        mine = [entry for entry in entries if entry["alert_id"] == alert["id"]]
        alert["attempts"] = attempts.get(alert["id"], [])
        alert["takers"] = standing.get(alert["id"], [])
        alert["lacks"] = promises.lacking(alert, alert["takers"])
        alert["seen_again_at"] = seen_again_at(mine)
        alert["held_why"] = held_why(mine) if alert["held_by"] else None
        alert["also"] = also.get(alert["id"], [])
        alert["gone_by"] = gone_by(mine, alert["status"])


def seen_again_at(entries: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when the sensors saw it for the latest time, unless they have said since that it is over."""
    last: datetime | None = None
    for entry in entries:
        if entry["kind"] == "repeated":
            last = _instant(entry["occurred_at"]) or entry["at"]
        elif entry["kind"] == "cleared":
            last = None
    return last


def held_why(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the latest hold on a file, as an entry with its reason."""
    said = [entry["reason"] for entry in entries if entry["kind"] == "held"]
    return {"kind": "held", "data": {"reason": said[-1]}} if said else None


def gone_by(entries: Iterable[Mapping[str, Any]], status: str) -> str | None:
    """Return who said that they are on the way, or on site, where the alert is in that stage."""
    said = [entry["by"] for entry in entries if entry["kind"] == status]
    return said[-1] if said else None


def _instant(text: str | None) -> datetime | None:
    """An instant as a file holds it; one that another version wrote otherwise is none."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
