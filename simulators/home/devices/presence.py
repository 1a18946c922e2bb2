"""Presence radars, beds and appliances: what is there, not what moves."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Device, Later, Report, Value
from simulators.home.devices.two_states import TwoStates

_GONE_MS = 120_000


class AqaraPresence(Device):
    """A radar on USB power: somebody who sits still is still there."""

    vendor, model, model_id = "Aqara", "FP1E", "lumi.sensor_occupy.agl1"
    description = "Presence sensor"
    power_source = "Mains (single phase)"
    heartbeat_s = 3600
    feels = frozenset({"move"})
    tells = frozenset({"presence"})

    _gone_at = 0

    def first_state(self) -> dict[str, Value]:
        return {
            "device_temperature": 30,
            "linkquality": self.link,
            "motion_sensitivity": "high",
            "movement": "no_presence",
            "power_outage_count": 1,
            "presence": False,
            "target_distance": 0,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "gone":
            if at < self._gone_at:
                return (Later(self._gone_at, "gone"),)
            nobody: dict[str, Value] = {"presence": False, "movement": "no_presence", "target_distance": 0}
            return (self.say(at, nobody, ("presence", 0.0)),)
        self._gone_at = at + _GONE_MS
        if self.cache["presence"]:
            return ()
        distance = round(self.chance.uniform(0.5, 4), 2)
        here: dict[str, Value] = {"presence": True, "movement": "movement", "target_distance": distance}
        return (self.say(at, here, ("presence", 1.0)), Later(self._gone_at, "gone"))


class TuyaBed(TwoStates):
    """A mat below the sheet: says "in bed" five seconds late and "out of bed" half a minute late."""

    vendor, model, model_id = "Tuya", "TS0601_bed_presence_sensor", "TS0601"
    description = "Bed presence sensor"
    heartbeat_s = 300
    feels = frozenset({"bed_in", "bed_out"})
    tells = frozenset({"bed"})
    begins, ends, field, kind = "noticed_in", "noticed_out", "occupancy", "bed"

    _wanted = ""

    def beside(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "illuminance": 4,
            "interval_time": 5,
            "presence_delay": 30,
            "presence_time": 5,
            "sensitivity": "middle",
            "work_state": "none",
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus in ("bed_in", "bed_out"):
            self._wanted = "noticed_in" if stimulus == "bed_in" else "noticed_out"
            return (Later(at + (5_000 if stimulus == "bed_in" else 30_000), self._wanted),)
        if stimulus != self._wanted:
            return ()  # whoever got up sat down again meanwhile
        self.cache["work_state"] = "presence" if stimulus == "noticed_in" else "none"
        return super().feel(at, stimulus)


class TuyaPlug(TwoStates):
    """A metering plug before the kettle: the zero at the end comes eleven seconds late."""

    vendor, model, model_id = "Tuya", "TS011F_plug_1", "TS011F"
    description = "Smart plug (with power monitoring)"
    power_source = "Mains (single phase)"
    heartbeat_s = 600
    feels = frozenset({"kettle_on", "kettle_off"})
    tells = frozenset({"appliance"})
    begins, ends, field, kind = "kettle_on", "zero", "power", "appliance"
    yes, no = 1985, 0

    def beside(self) -> dict[str, Value]:
        return {
            "child_lock": "UNLOCK",
            "current": 0,
            "energy": 49.9,
            "indicator_mode": "off/on",
            "power_outage_memory": "restore",
            "state": "ON",
            "voltage": 231,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "kettle_off":
            return (Later(at + 11_000, "zero"),)
        self.cache["current"] = 8.6 if stimulus == "kettle_on" else 0
        return super().feel(at, stimulus)
