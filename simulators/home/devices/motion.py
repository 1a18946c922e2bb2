"""Motion sensors: passive infrared, each with its own idea of when a movement is over."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Device, Later, Report, Value, aqara_battery

_CLEAR = "clear"
_MOTION = ("motion", 1.0)


class AqaraMotion(Device):
    """Says only that somebody moves; blind for 60 s afterwards; the bridge clears it after 90 s.

    Each movement makes two messages: the light first, with the occupancy that was, then the movement.
    """

    vendor = "Aqara"
    model = "RTCGQ11LM"
    description = "Motion sensor"
    model_id = "lumi.sensor_motion.aq2"
    heartbeat_s = 3300
    feels = frozenset({"move"})
    tells = frozenset({"motion"})

    blind_ms = 60_000
    clears_ms = 90_000

    _blind_until = 0
    _clear_at = 0

    def first_state(self) -> dict[str, Value]:
        voltage = self.chance.randint(2965, 3000)
        return {
            "battery": aqara_battery(voltage),
            "device_temperature": self.chance.randint(20, 26),
            "illuminance": self.chance.randint(5, 60),
            "linkquality": self.link,
            "occupancy": False,
            "power_outage_count": self.chance.randint(0, 5),
            "voltage": voltage,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == _CLEAR:
            return (self.bridge_says(at, {"occupancy": False}),) if at == self._clear_at else ()
        if at < self._blind_until:
            return ()
        self._blind_until = at + self.blind_ms
        self._clear_at = at + 10 + self.clears_ms
        light = max(0, int(self.cache["illuminance"] or 0) + self.chance.randint(-3, 3))
        return (
            self.say(at, {"illuminance": light}),
            self.say(at + 10, {"occupancy": True}, _MOTION),
            Later(self._clear_at, _CLEAR),
        )


class SonoffMotion(Device):
    """Says itself when nobody has moved for a minute; new movement in between is not told."""

    vendor = "SONOFF"
    model = "SNZB-03"
    description = "Motion sensor"
    model_id = "MS01"
    heartbeat_s = 7200
    feels = frozenset({"move"})
    tells = frozenset({"motion"})

    _hold_s = 60
    _clear_at = 0

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "battery_low": False,
            "linkquality": self.link,
            "occupancy": False,
            "voltage": 3100,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == _CLEAR:
            if at < self._clear_at:  # somebody moved meanwhile
                return (Later(self._clear_at, _CLEAR),)
            return (self.say(at, {"occupancy": False}),)
        self._clear_at = at + self._hold_s * 1000
        if self.cache["occupancy"]:
            return ()
        return (self.say(at, {"occupancy": True}, _MOTION), Later(self._clear_at, _CLEAR))


class HueMotion(SonoffMotion):
    """Clears itself after ten seconds, and reports warmth and light every five minutes."""

    vendor = "Philips"
    model = "9290012607"
    description = "Hue motion sensor"
    model_id = "SML001"
    heartbeat_s = 300
    feels = frozenset({"move"})
    tells = frozenset({"motion"})

    _hold_s = 12

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "illuminance": self.chance.randint(3, 40),
            "led_indication": False,
            "linkquality": self.link,
            "motion_sensitivity": "high",
            "occupancy": False,
            "occupancy_timeout": 10,
            "temperature": round(self.chance.uniform(19, 23), 2),
        }

    def alive(self, at: int) -> Report:
        warmth = float(self.cache["temperature"] or 20.0)
        pull = (21.0 - warmth) * 0.02
        warmth = round(warmth + pull + self.chance.uniform(-0.08, 0.08), 2)
        light = max(0, int(self.cache["illuminance"] or 0) + self.chance.randint(-2, 2))
        return self.say(at, {"temperature": warmth, "illuminance": light})
