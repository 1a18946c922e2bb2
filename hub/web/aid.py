"""What helps beside an alert: whom to ring, what to ask, how to get in, what was seen lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.care.call_script import questions
from hub.places import activity, contacts, store
from hub.web.guard import Visit
from hub.web.last_hour import LENGTH, seen
from hub.web.maps import map_link


def aid_of(visit: Visit, alert: Mapping[str, Any], language: str) -> dict[str, Any] | None:
    """Return the facts of an alert's aid, or None for one that is about an area."""
    home_id = alert["home_id"]
    if home_id is None:
        return None
    connection, now = visit.connection, visit.now
    rooms = {device["id"]: device["room"] for device in store.devices(connection, home_id)}
    key = connection.execute(
        "select key_safe <> '' as has_key from homes where id = %s", [home_id]
    ).fetchone()
    numbers = [
        (contact, method)
        for contact in contacts.of_home(connection, home_id)
        if contact["active"]
        for method in contact["methods"]
        if method["channel"] == "voice"
    ]
    return {
        "numbers": sorted(numbers, key=lambda pair: pair[0]["role"] != "resident")[:5],
        "questions": questions(alert["risk"], visit.account.name, language),
        "seen": seen(activity.between(connection, home_id, now - LENGTH, now, 2_000), rooms),
        "map": map_link(alert["address"], alert["zone"]),
        "has_key_safe": bool(key and key["has_key"]) and alert["status"] != "resolved",
    }
