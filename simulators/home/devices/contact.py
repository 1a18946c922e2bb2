"""Door contacts. On the air `contact: true` means closed."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Device, Later, Report, Value, aqara_battery

_OPENED = ("contact", 1.0)
_CLOSED = ("contact", 0.0)


class AqaraContact(Device):
    """Now and then bounces when the door falls shut; its heartbeat counts the openings."""

    vendor = "Aqara"
    model = "MCCGQ11LM"
    description = "Door and window sensor"
    model_id = "lumi.sensor_magnet.aq2"
    heartbeat_s = 3300
    feels = frozenset({"door_open", "door_close"})
    tells = frozenset({"contact"})

    _openings = 0

    def first_state(self) -> dict[str, Value]:
        voltage = self.chance.randint(2965, 3000)
        return {
            "battery": aqara_battery(voltage),
            "contact": True,
            "device_temperature": self.chance.randint(18, 24),
            "linkquality": self.link,
            "power_outage_count": self.chance.randint(0, 6),
            "trigger_count": 0,
            "voltage": voltage,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "door_open":
            if not self.cache["contact"]:
                return ()
            self._openings += 1
            return (self.say(at, {"contact": False}, _OPENED),)
        if self.cache["contact"]:
            return ()
        if self.chance.random() < 0.9:
            return (self.say(at, {"contact": True}, _CLOSED),)
        self._openings += 1
        return (
            self.say(at, {"contact": True}),
            self.say(at + 200, {"contact": False}),
            self.say(at + 500, {"contact": True}, _CLOSED),
        )

    def alive(self, at: int) -> Report:
        return self.say(at, {"trigger_count": self._openings & 0xFFFF})


class SonoffContact(Device):
    """A contact that also knows when its case is opened."""

    vendor = "SONOFF"
    model = "SNZB-04P"
    description = "Contact sensor"
    model_id = "SNZB-04P"
    heartbeat_s = 7200
    feels = frozenset({"door_open", "door_close", "tamper"})
    tells = frozenset({"contact", "tamper"})

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "battery_low": False,
            "contact": True,
            "linkquality": self.link,
            "tamper": False,
            "voltage": 3000,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "tamper":
            return (self.say(at, {"tamper": True}, ("tamper", 1.0)),)
        closed = stimulus == "door_close"
        if self.cache["contact"] == closed:
            return ()
        return (self.say(at, {"contact": closed}, _CLOSED if closed else _OPENED),)
