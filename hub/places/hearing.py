"""A home's devices and when each was last heard: by health reports or by its own events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from hub.places import activity, store
from hub.places.state import device_is_silent
from hub.storage.database import Connection

#: Events so old say nothing about whether a device is heard of now.
LOOK_BACK: Final = timedelta(days=2)


def devices(connection: Connection, home_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return a home's devices, room by room, with `heard_at` of both sources and whether it is `silent`.

    Health reports come every few minutes at best: a device that has just been paired is heard by its events.
    """
    newest = activity.newest_by_device(connection, home_id, now - LOOK_BACK, now)
    found = store.devices(connection, home_id)
    for device in found:
        heard = [at for at in (device["heard_at"], newest.get(device["id"])) if at is not None]
        device["heard_at"] = max(heard, default=None)
        device["silent"] = device["available"] is False or device_is_silent(
            device["heard_at"], device["heartbeat"], now
        )
    return found
