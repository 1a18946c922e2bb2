"""What calls for help: a button, a smoke alarm, a water sensor, a radar that sees falls."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Device, Later, Report, Value, aqara_battery


class TuyaSos(Device):
    """The action is in the message of the press only, never in the cache; now and then it says it twice."""

    vendor = "Tuya"
    model = "TS0215A_sos"
    description = "SOS button"
    model_id = "TS0215A"
    heartbeat_s = 14_400
    feels = frozenset({"sos"})
    tells = frozenset({"sos"})

    def first_state(self) -> dict[str, Value]:
        return {"battery": 100, "linkquality": self.link, "voltage": 3000}

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "again":
            return (self.say(at, passing={"action": "emergency"}),)
        press = self.say(at, event=("sos", 1.0), passing={"action": "emergency"})
        return (press, Later(at + 900, "again")) if self.chance.random() < 0.3 else (press,)


class HeimanSmoke(Device):
    """All bits of its alarm status in every message; some of them are abilities, not events."""

    vendor = "Heiman"
    model = "HS1SA-E"
    description = "Smoke detector"
    model_id = "SmokeSensor-EF-3.0"
    heartbeat_s = 7200
    feels = frozenset({"smoke", "smoke_clear", "smoke_test"})
    tells = frozenset({"smoke", "smoke_test"})

    def first_state(self) -> dict[str, Value]:
        return {
            "ac_status": False,
            "battery": 100,
            "battery_defect": False,
            "battery_low": False,
            "linkquality": self.link,
            "restore_reports": True,
            "smoke": False,
            "supervision_reports": True,
            "tamper": False,
            "test": False,
            "trouble": False,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "smoke_test":
            return (self.say(at, {"test": True}, ("smoke_test", 1.0)), Later(at + 8_000, "test_over"))
        if stimulus == "test_over":
            return (self.say(at, {"test": False}),)
        smoke = stimulus == "smoke"
        if self.cache["smoke"] == smoke:
            return ()
        return (self.say(at, {"smoke": smoke}, ("smoke", float(smoke))),)


class AqaraLeak(Device):
    """Its hourly heartbeat repeats the water that the cache remembers."""

    vendor = "Aqara"
    model = "SJCGQ11LM"
    description = "Water leak sensor"
    model_id = "lumi.sensor_wleak.aq1"
    heartbeat_s = 3300
    feels = frozenset({"leak", "leak_dry"})
    tells = frozenset({"leak"})

    def first_state(self) -> dict[str, Value]:
        voltage = self.chance.randint(2950, 3000)
        return {
            "battery": aqara_battery(voltage),
            "battery_low": False,
            "device_temperature": self.chance.randint(18, 24),
            "linkquality": self.link,
            "power_outage_count": self.chance.randint(0, 4),
            "trigger_count": 0,
            "voltage": voltage,
            "water_leak": False,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        wet = stimulus == "leak"
        if self.cache["water_leak"] == wet:
            return ()
        return (self.say(at, {"water_leak": wet}, ("leak", float(wet))),)


class HeimanFallRadar(Device):
    """Two stages: a warning when somebody went down, the alarm when they stay down. On mains power."""

    vendor = "Heiman"
    model = "HS2FD-EF1-3.0"
    description = "Fall detection radar"
    model_id = "RadarSensor-EF1-3.0"
    power_source = "Mains (single phase)"
    heartbeat_s = 600
    feels = frozenset({"move", "fall_suspected", "fall", "fall_clear"})
    tells = frozenset({"fall", "fall_suspected"})

    field = "fall_status"
    words = ("normal", "fall_warning", "fall_alarm")  #: nothing, perhaps, certainly

    _empty_at = 0

    def first_state(self) -> dict[str, Value]:
        return {
            "fall_status": "normal",
            "linkquality": self.link,
            "occupancy": False,
            "sensor_status": "none",
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "move":
            return self._moved(at)
        if stimulus == "empty":
            return self._emptied(at)
        here = self.somebody(moves=True)
        normal, perhaps, certain = self.words
        status = self.cache[self.field]
        if stimulus == "fall_suspected" and status == normal:
            return (self.say(at, {**here, self.field: perhaps}, ("fall_suspected", 1.0)),)
        if stimulus == "fall" and status != certain:
            return (self.say(at, {**self.somebody(moves=False), self.field: certain}, ("fall", 1.0)),)
        if stimulus == "fall_clear" and status != normal:
            over = ("fall", 0.0) if status == certain else ("fall_suspected", 0.0)
            return (self.say(at, {**here, self.field: normal}, over),)
        return ()

    def _moved(self, at: int) -> Sequence[Report | Later]:
        self._empty_at = at + 120_000
        if self.cache["occupancy"]:
            return ()
        return (self.say(at, self.somebody(moves=True)), Later(self._empty_at, "empty"))

    def _emptied(self, at: int) -> Sequence[Report | Later]:
        if self.cache[self.field] != self.words[0]:
            return (Later(at + 120_000, "empty"),)
        if at < self._empty_at:
            return (Later(self._empty_at, "empty"),)
        return (self.say(at, self.nobody()),)

    def somebody(self, *, moves: bool) -> dict[str, Value]:
        """How it says that somebody is there."""
        return {"occupancy": True, "sensor_status": "activity" if moves else "none"}

    def nobody(self) -> dict[str, Value]:
        """How it says that nobody is."""
        return {"occupancy": False, "sensor_status": "none"}
