"""Other makes of what the plans already have: motion, doors, buttons, water, a second fall radar."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Later, Report, Value
from simulators.home.devices.contact import SonoffContact
from simulators.home.devices.motion import AqaraMotion, SonoffMotion
from simulators.home.devices.safety import HeimanFallRadar, TuyaSos
from simulators.home.devices.two_states import TwoStates


class AqaraMotionP1(AqaraMotion):
    """Blind for half a minute only; the bridge clears it after 32 s."""

    model, model_id = "RTCGQ14LM", "lumi.motion.ac02"
    description = "High precision motion sensor"

    blind_ms = 30_000
    clears_ms = 32_000

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "detection_interval": 30,
            "device_temperature": 23,
            "illuminance": self.chance.randint(5, 60),
            "linkquality": self.link,
            "motion_sensitivity": "medium",
            "occupancy": False,
            "trigger_indicator": False,
            "voltage": 3104,
        }


class SonoffMotionP(SonoffMotion):
    """Says whether it is dim or bright; reports once an hour."""

    model, model_id = "SNZB-03P", "SNZB-03P"
    heartbeat_s = 3600

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 100,
            "illumination": "dim",
            "linkquality": self.link,
            "motion_timeout": 60,
            "occupancy": False,
            "voltage": 3000,
        }


class SonoffContactOld(SonoffContact):
    """Repeats the old state in the moment before the new one."""

    model, model_id = "SNZB-04", "DS01"
    feels = frozenset({"door_open", "door_close"})
    tells = frozenset({"contact"})

    def first_state(self) -> dict[str, Value]:
        return {
            "battery": 60,
            "battery_low": False,
            "contact": True,
            "linkquality": self.link,
            "voltage": 2900,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if self.cache["contact"] == (stimulus == "door_close"):
            return ()
        old = self.say(at)
        return (old, *super().feel(at + 20, stimulus))


class HeimanButton(TuyaSos):
    """Presses once, twice or long, and says "off" when it is let go, which ends nothing."""

    vendor, model, model_id = "Heiman", "HS1EB/HS1EB-E", "SmartButton-EF-3.0"
    description = "Smart emergency button"
    heartbeat_s = 7200

    def first_state(self) -> dict[str, Value]:
        return {"battery": 100, "linkquality": self.link}

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "again":
            return (self.say(at, passing={"action": "off"}),)
        how = self.chance.choice(("single", "double", "hold"))
        return (self.say(at, event=("sos", 1.0), passing={"action": how}), Later(at + 600, "again"))


class SonoffLeak(TwoStates):
    """Water on the floor, or none."""

    vendor, model, model_id = "SONOFF", "SNZB-05P", "SNZB-05P"
    description = "Water leak detector"
    heartbeat_s = 7200
    feels = frozenset({"leak", "leak_dry"})
    tells = frozenset({"leak"})
    begins, ends, field, kind = "leak", "leak_dry", "water_leak", "leak"

    def beside(self) -> dict[str, Value]:
        return {"battery": 100, "battery_low": False}


class TuyaFallRadar(HeimanFallRadar):
    """The same two stages in other words, from the ceiling."""

    vendor, model, model_id = "Tuya", "MIR-HE200-TY", "TS0601"
    description = "Human presence sensor with fall function"

    field = "fall_down_status"
    words = ("none", "maybe_fall", "fall")

    def first_state(self) -> dict[str, Value]:
        return {
            "fall_down_status": "none",
            "fall_sensitivity": 5,
            "illuminance": 40,
            "linkquality": self.link,
            "radar_scene": "bedroom",
            "radar_sensitivity": 7,
            "static_dwell_alarm": "none",
            "tumble_alarm_time": 1,
            "tumble_switch": "ON",
            **self.nobody(),
        }

    def somebody(self, *, moves: bool) -> dict[str, Value]:
        """How it says that somebody is there."""
        direction = "moving_forward" if moves else "standing_still"
        return {
            "occupancy": True,
            "presence": True,
            "motion_direction": direction,
            "motion_speed": 5 if moves else 0,
        }

    def nobody(self) -> dict[str, Value]:
        """How it says that nobody is."""
        return {
            "occupancy": False,
            "presence": False,
            "motion_direction": "standing_still",
            "motion_speed": 0,
        }
