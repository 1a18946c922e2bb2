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
    feels = frozenset({"look", "chill", "heat"})
    tells = frozenset({"temperature", "humidity"})

    _shift = 0.0  #: a window left open, a stove that went out, a heat wave
    _told = (0, 0.0)  #: the last moisture that was worth an event: when, and how much

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
        if stimulus in ("chill", "heat"):
            self._shift += -10.0 if stimulus == "chill" else 15.0
            return self._tell(at, self._warmth(at))
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
        """Both clusters; moisture that hardly moved is not worth an event each time."""
        before = float(self.cache["humidity"] or 50)
        damp = round(max(20.0, min(90.0, before + self.chance.gauss(0, 0.8))), 2)
        told_at, told = self._told
        news = abs(damp - told) >= 3.0 or at + 40 - told_at >= 1_800_000
        if news:
            self._told = (at + 40, damp)
        return (
            self.say(at, {"temperature": warmth}, ("temperature", warmth)),
            self.say(at + 40, {"humidity": damp}, ("humidity", damp) if news else None),
        )

    def _warmth(self, at: int) -> float:
        """Warmest in the middle of the afternoon in China (07:00 UTC)."""
        turn = (at % _DAY_MS) / _DAY_MS - 7 / 24
        return round(
            self._middle + self._shift + 1.6 * math.cos(2 * math.pi * turn) + self.chance.gauss(0, 0.05), 2
        )
