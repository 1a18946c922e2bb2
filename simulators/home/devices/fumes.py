"""Smoke, carbon monoxide and gas, beside the Heiman smoke alarm."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.home.devices.base import Later, Report, Value, aqara_battery
from simulators.home.devices.two_states import TwoStates


class HeimanCo(TwoStates):
    """Says only what changes: a state that got lost on the air is not read again."""

    vendor, model, model_id = "Heiman", "HS1CA-E", "COSensor-EF-3.0"
    description = "Smart carbon monoxide sensor"
    heartbeat_s = 7200
    feels = frozenset({"co", "co_clear"})
    tells = frozenset({"co"})
    begins, ends, field, kind = "co", "co_clear", "carbon_monoxide", "co"


class HeimanGas(TwoStates):
    """On mains power: when it is gone, so is perhaps the power."""

    vendor, model, model_id = "Heiman", "HS1CG", "GASSensor-EN"
    description = "Combustible gas sensor"
    power_source = "Mains (single phase)"
    heartbeat_s = 600
    feels = frozenset({"gas", "gas_clear"})
    tells = frozenset({"gas"})
    begins, ends, field, kind = "gas", "gas_clear", "gas", "gas"

    def beside(self) -> dict[str, Value]:
        return {"battery_low": False, "tamper": False}


class XiaomiSmoke(TwoStates):
    """Loses its "clear" now and then: the smoke stays in the bridge's memory, only the density falls."""

    vendor, model, model_id = "Xiaomi", "JTYJ-GD-01LM/BW", "lumi.sensor_smoke"
    description = "Smoke detector"
    heartbeat_s = 3300
    feels = frozenset({"smoke", "smoke_clear", "smoke_test"})
    tells = frozenset({"smoke", "smoke_test"})
    begins, ends, field, kind = "smoke", "smoke_clear", "smoke", "smoke"

    def beside(self) -> dict[str, Value]:
        voltage = self.chance.randint(3000, 3200)
        return {
            "battery": aqara_battery(voltage),
            "battery_low": False,
            "device_temperature": 25,
            "power_outage_count": 1,
            "sensitivity": "medium",
            "smoke_density": 0,
            "tamper": False,
            "test": False,
            "voltage": voltage,
        }

    def feel(self, at: int, stimulus: str) -> Sequence[Report | Later]:
        if stimulus == "smoke_test":
            return (self.say(at, {"test": True}, ("smoke_test", 1.0)), Later(at + 8_000, "test_over"))
        if stimulus == "test_over":
            return (self.say(at, {"test": False}),)
        smoke = stimulus == "smoke"
        self.cache["smoke_density"] = self.chance.randint(3, 8) if smoke else 0
        if not smoke and self.chance.random() < 0.1:
            return (self.say(at),)
        return super().feel(at, stimulus)


class AqaraSmoke(XiaomiSmoke):
    """Its "smoke" says that it sounds, and may be muted by hand meanwhile."""

    vendor, model, model_id = "Aqara", "JY-GZ-01AQ", "lumi.sensor_smoke.acn03"
    description = "Smart smoke detector"

    def beside(self) -> dict[str, Value]:
        return {
            "battery": 99,
            "buzzer_manual_alarm": False,
            "buzzer_manual_mute": False,
            "heartbeat_indicator": False,
            "linkage_alarm": True,
            "linkage_alarm_state": False,
            "power_outage_count": 4,
            "smoke_density": 0,
            "smoke_density_dbm": 0,
            "test": False,
            "voltage": 3200,
        }
