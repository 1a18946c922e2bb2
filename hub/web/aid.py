"""What helps beside an alert: whom to ring, what to ask, how to get in, what was seen lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.alerts import store as alerts
from hub.care.call_script import questions
from hub.errors import ConflictError, NotFoundError
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


def where_the_key_is(visit: Visit, alert_id: str) -> tuple[dict[str, Any], str]:
    """Return an alert and the note on its home's key, and write down who looked.

    Raises NotFoundError for an alert about an area, ConflictError for one that is over: nobody has to get in.
    """
    alert = alerts.get(visit.connection, alert_id)
    if alert["home_id"] is None:
        raise NotFoundError
    if alert["status"] == "resolved":
        raise ConflictError(
            "The alert is over: where the key is, is shown only while somebody has to get in."
        )
    row = visit.connection.execute("select key_safe from homes where id = %s", [alert["home_id"]]).fetchone()
    visit.note("view_key_safe", alert["home_id"], alert=alert_id)
    return alert, row["key_safe"] if row else ""
