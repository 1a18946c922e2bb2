"""Warmth and moisture of the air: reports on change and once an hour, each cluster for itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulators.home.devices.base import Device, Later, Report, Value, aqara_battery

_DAY_MS = 86_400_000
_LOOK_MS = 600_000


class AqaraClimate(Device):
    """A flat line is normal: it speaks when it is half a degree warmer or colder, else once an hour."""

    vendor = "Aqara"
    model = "WSDCGQ11LM"
    description = "Temperature and humidity sensor"
    model_id = "lumi.weather"
    heartbeat_s = 3300
    feels = frozenset({"look"})
    tells = frozenset({"temperature", "humidity"})

    def first_state(self) -> dict[str, Value]:
        voltage = self.chance.randint(2960, 3000)
        self._middle = self.chance.uniform(18.5, 22.5)
        return {
            "battery": aqara_battery(voltage),
            "humidity": round(self.chance.uniform(45, 65), 2),
            "linkquality": self.link,
            "pressure": round(self.chance.uniform(1005, 1020), 1),
            "temperature": round(self._middle, 2),
            "voltage": voltage,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        again = Later(at + _LOOK_MS, "look")
        warmth = self._warmth(at)
        if abs(warmth - float(self.cache["temperature"] or 0.0)) < 0.5:
            return (again,)
        return (*self._tell(at, warmth), again)

    def react(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "heartbeat":
            return (*self._tell(at, self._warmth(at)), self.next_heartbeat(at))
        return self.feel(at, stimulus)

    def _tell(self, at: int, warmth: float) -> Sequence[Report]:
        damp = round(max(20.0, min(90.0, float(self.cache["humidity"] or 50) + self.chance.gauss(0, 0.8))), 2)
        return (
            self.say(at, {"temperature": warmth}, ("temperature", warmth)),
            self.say(at + 40, {"humidity": damp}, ("humidity", damp)),
        )

    def _warmth(self, at: int) -> float:
        """Warmest in the middle of the afternoon in China (07:00 UTC)."""
        turn = (at % _DAY_MS) / _DAY_MS - 7 / 24
        return round(self._middle + 1.6 * math.cos(2 * math.pi * turn) + self.chance.gauss(0, 0.05), 2)
