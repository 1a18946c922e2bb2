"""A Bangle.js watch whose adverts EspruinoHub puts onto the broker: `/ble/advertise/<mac>/espruino`.

An advert holds 24 characters and is repeated without a count: a flag in it says neither when nor how often
something happened, so nothing is concluded from it. It shows that the watch is near, and its battery. What
the watch feels comes as batches (see `wearable`).
"""

from __future__ import annotations

import re

from edge_agent.sources import Fact, Known, Reading
from edge_agent.sources.found import FoundDevices
from edge_agent.sources.objects import json_object

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z")


class Espruino(FoundDevices):
    """The watches near one EspruinoHub."""

    name = "espruino"
    subscriptions: tuple[str, ...] = ("/ble/advertise/+/espruino",)

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        match topic.split("/"):
            case ["", "ble", "advertise", mac, "espruino"] if _MAC.match(mac) and not retained:
                said = json_object(payload)
            case _:
                return []
        device = mac.replace(":", "")
        known = Known(device, "Espruino", "BangleJS2", mac, battery_powered=True)
        return [*self._add(known), Reading(device, {"battery": said.get("b")})]
