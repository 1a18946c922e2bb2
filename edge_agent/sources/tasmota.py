"""Tasmota: `tele/<device>/…` and `stat/<device>/…`, one JSON object a report, one plain word for a switch.

What a device is made of it says in its discovery message; what it is used for nobody can say but a person.
Its `Time` is local, without a zone, and 1970 before it knows better: it is not read. Knows nothing of what a
field means: that is the catalogue's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge_agent.sources import Availability, Fact, Known, Reading, UnreadableError
from edge_agent.sources.found import MOST_FOUND, FoundDevices
from edge_agent.sources.names import id_of
from edge_agent.sources.objects import flat, json_object, text

VENDOR = "Tasmota"
_WORDS = {"Online": True, "Offline": False}


class Tasmota(FoundDevices):
    """The Tasmota devices on the home's broker, with the topics that Tasmota has from the start."""

    name = "tasmota"
    subscriptions: tuple[str, ...] = (
        "tele/+/LWT",
        "tele/+/SENSOR",
        "tele/+/STATE",
        "stat/+/+",
        "tasmota/discovery/+/config",
    )

    def __init__(self, placed: Iterable[Known] = ()) -> None:
        super().__init__(placed)
        self._models: dict[str, tuple[str, str]] = {}  #: by topic: what the device is made of, its name

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        match topic.split("/"):
            case ["tasmota", "discovery", _, "config"]:
                return self._discovery(payload)
            case ["tele", name, "LWT"]:
                return self._will(name, payload)
            case ["tele", name, "SENSOR" | "STATE"] | ["stat", name, "RESULT"]:
                return self._report(name, flat(json_object(payload)), retained)
            case ["stat", name, "POWER" | "POWER1"]:
                return self._report(name, {"power": text(payload)}, retained)
        return []

    def _discovery(self, payload: bytes) -> list[Fact]:
        """`t` is the device's topic, `md` its module, `dn` its name for people."""
        if not payload:
            return []
        said = json_object(payload)
        name, module, called = said.get("t"), said.get("md"), said.get("dn")
        if not isinstance(name, str) or not isinstance(module, str) or "/" in name:
            raise UnreadableError("A discovery without topic and module.")
        if len(self._models) < MOST_FOUND:
            self._models[name] = (module, called if isinstance(called, str) else name)
        return self._add(self._known(name))

    def _will(self, name: str, payload: bytes) -> list[Fact]:
        available = _WORDS.get(text(payload))
        if available is None:
            raise UnreadableError("Neither Online nor Offline.")
        return [*self._add(self._known(name)), Availability(id_of(name), available)]

    def _report(self, name: str, values: dict[str, Any], retained: bool) -> list[Fact]:
        signal = values.get("wifi_rssi")
        if signal is not None:
            # Tasmota's is in per cent; link quality goes to 255.
            values["linkquality"] = round(signal * 2.55) if isinstance(signal, int | float) else None
        return [*self._add(self._known(name)), Reading(id_of(name), values, cached=retained)]

    def _known(self, name: str) -> Known:
        module, called = self._models.get(name, ("", name))
        return Known(id_of(name), VENDOR, module, called, battery_powered=False)
