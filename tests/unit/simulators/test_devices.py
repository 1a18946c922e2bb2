"""Simulated devices beside the recorded ones: the same fields, the same values, the same oddities."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from simulators.home.devices import KNOWN
from simulators.home.devices.base import Device, Later, Report
from simulators.home.plan import Sensor

FIXTURES = {
    "RTCGQ11LM": "Aqara_RTCGQ11LM",
    "SNZB-03": "SONOFF_SNZB-03",
    "9290012607": "Philips_9290012607",
    "MCCGQ11LM": "Aqara_MCCGQ11LM",
    "SNZB-04P": "SONOFF_SNZB-04P",
    "TS0215A_sos": "Tuya_TS0215A_sos",
    "HS1SA-E": "Heiman_HS1SA-E",
    "SJCGQ11LM": "Aqara_SJCGQ11LM",
    "HS2FD-EF1-3.0": "Heiman_HS2FD-EF1-3.0",
    "WSDCGQ11LM": "Aqara_WSDCGQ11LM",
    "HS1CA-E": "Heiman_HS1CA-E",
    "HS1CG": "Heiman_HS1CG",
    "JTYJ-GD-01LM/BW": "Xiaomi_JTYJ-GD-01LM-BW",
    "JY-GZ-01AQ": "Aqara_JY-GZ-01AQ",
    "RTCGQ14LM": "Aqara_RTCGQ14LM",
    "SNZB-03P": "SONOFF_SNZB-03P",
    "SNZB-04": "SONOFF_SNZB-04",
    "HS1EB/HS1EB-E": "Heiman_HS1EB-HS1EB-E",
    "SNZB-05P": "SONOFF_SNZB-05P",
    "MIR-HE200-TY": "Tuya_MIR-HE200-TY",
    "FP1E": "Aqara_FP1E",
    "TS0601_bed_presence_sensor": "Tuya_TS0601_bed_presence_sensor",
    "TS011F_plug_1": "Tuya_TS011F_plug_1",
}


def device(model: str, seed: int = 1) -> Device:
    sensor = Sensor("0x00158d0000000001", "sensor", model, "room")
    return KNOWN[model](sensor, Random(seed))


class Bench:
    """One device on the bench: stimuli at seconds, timers in between."""

    def __init__(self, model: str, seed: int = 1) -> None:
        self.device = device(model, seed)
        self.reports: list[Report] = []
        self._timers: list[Later] = []

    def until(self, second: float) -> None:
        while due := [timer for timer in sorted(self._timers) if timer.at <= second * 1000]:
            self._timers.remove(due[0])
            self._take(due[0].at, due[0].stimulus)

    def at(self, second: float, stimulus: str) -> None:
        self.until(second)
        self._take(round(second * 1000), stimulus)

    def _take(self, at: int, stimulus: str) -> None:
        for answer in self.device.react(at, stimulus):
            if isinstance(answer, Report):
                self.reports.append(answer)
            else:
                self._timers.append(answer)

    def said(self, *fields: str) -> list[tuple[Any, ...]]:
        return [(report.at / 1000, *(report.fields.get(f) for f in fields)) for report in self.reports]

    def events(self) -> list[tuple[float, str, float]]:
        return [(report.at / 1000, *report.event) for report in self.reports if report.event]


def test_every_simulated_model_has_a_recorded_one() -> None:
    assert set(FIXTURES) == set(KNOWN)


@pytest.mark.parametrize("model", FIXTURES)
def test_it_speaks_with_the_fields_and_types_of_the_real_one(model: str, shared: Path) -> None:
    fixture = json.loads((shared / "devices" / f"{FIXTURES[model]}.json").read_text())
    simulated = device(model)
    # The reference's files cannot have the slash that Zigbee2MQTT writes.
    assert (simulated.vendor, simulated.model.replace("/", "-")) == (fixture["vendor"], fixture["model"])
    assert simulated.heartbeat_s == (fixture["heartbeat"] or {"typical_s": 7200})["typical_s"]
    stimulus = {"look": "heartbeat"}.get(sorted(simulated.feels)[0], "heartbeat")
    reports = [answer for answer in simulated.react(10_000, stimulus) if isinstance(answer, Report)]
    real = fixture["payloads"][-1]["payload"] if model != "WSDCGQ11LM" else fixture["payloads"][0]["payload"]
    said = reports[-1].fields
    real = {field: value for field, value in real.items() if field != "action"}  # of a press alone
    assert set(said) == set(real)
    for field, value in real.items():
        assert isinstance(said[field], type(value)) or isinstance(value, int | float), field
        assert isinstance(said[field], bool) == isinstance(value, bool), field


@pytest.mark.parametrize("model", FIXTURES)
def test_the_same_chance_gives_the_same_device(model: str) -> None:
    assert device(model, 5).cache == device(model, 5).cache


def test_aqara_motion_tells_the_light_first_with_the_old_occupancy() -> None:
    bench = Bench("RTCGQ11LM")
    bench.at(0, "move")
    assert bench.said("occupancy") == [(0.0, False), (0.01, True)]
    assert bench.events() == [(0.01, "motion", 1.0)]


def test_aqara_motion_is_blind_for_a_minute_and_then_says_it_again() -> None:
    bench = Bench("RTCGQ11LM")
    for second in (0, 20, 59.9, 63):
        bench.at(second, "move")
    assert [at for at, *_ in bench.events()] == [0.01, 63.01]


def test_the_bridge_clears_aqara_motion_90_s_after_the_last_one_and_the_device_did_not_speak() -> None:
    bench = Bench("RTCGQ11LM")
    bench.at(0, "move")
    bench.at(63, "move")
    bench.until(1000)
    last = bench.reports[-1]
    assert (last.at, last.fields["occupancy"], last.event) == (153_020 - 10, False, None)
    assert last.last_seen == 63_010


def test_sonoff_motion_stays_on_while_somebody_moves_and_clears_itself() -> None:
    bench = Bench("SNZB-03")
    for second in (0, 30, 80):
        bench.at(second, "move")
    bench.until(1000)
    assert bench.said("occupancy") == [(0.0, True), (140.0, False)]
    assert bench.events() == [(0.0, "motion", 1.0)]
    assert bench.reports[-1].last_seen == 140_000


def test_hue_motion_clears_after_twelve_seconds_and_reports_warmth_with_the_cached_occupancy() -> None:
    bench = Bench("9290012607")
    bench.at(0, "move")
    bench.at(5, "heartbeat")
    bench.until(100)
    assert bench.said("occupancy") == [(0.0, True), (5.0, True), (12.0, False)]
    assert len({report.fields["temperature"] for report in bench.reports}) == 2


def test_aqara_contact_says_true_for_closed_and_counts_openings_in_its_heartbeat() -> None:
    bench = Bench("MCCGQ11LM", seed=3)
    bench.at(0, "door_open")
    bench.at(4, "door_close")
    bench.at(3300, "heartbeat")
    assert bench.said("contact", "trigger_count")[0] == (0.0, False, 0)
    assert bench.reports[-1].fields["contact"] is True
    assert bench.reports[-1].fields["trigger_count"] >= 1
    assert [event[1:] for event in bench.events()] == [("contact", 1.0), ("contact", 0.0)]


def test_a_door_bounces_now_and_then_and_it_is_still_one_closing() -> None:
    for seed in range(40):
        bench = Bench("MCCGQ11LM", seed)
        bench.at(0, "door_open")
        bench.at(4, "door_close")
        if len(bench.reports) > 2:
            assert bench.said("contact") == [(0, False), (4, True), (4.2, False), (4.5, True)]
            assert bench.events() == [(0, "contact", 1.0), (4.5, "contact", 0.0)]
            return
    pytest.fail("no door bounced in forty closings")


def test_a_door_that_is_closed_already_says_nothing() -> None:
    bench = Bench("SNZB-04P")
    bench.at(0, "door_close")
    assert bench.reports == []


def test_the_action_of_a_button_is_in_the_message_of_the_press_alone() -> None:
    bench = Bench("TS0215A_sos")
    bench.at(0, "sos")
    bench.at(14_400, "heartbeat")
    assert bench.reports[0].fields["action"] == "emergency"
    assert "action" not in bench.reports[-1].fields
    assert bench.events() == [(0.0, "sos", 1.0)]


def test_some_presses_are_said_twice() -> None:
    twice = 0
    for seed in range(100):
        bench = Bench("TS0215A_sos", seed)
        bench.at(0, "sos")
        bench.until(10)
        twice += len(bench.reports) == 2
        assert len(bench.events()) == 1
    assert 15 < twice < 45


def test_the_test_button_of_a_smoke_alarm_is_no_smoke() -> None:
    bench = Bench("HS1SA-E")
    bench.at(0, "smoke_test")
    bench.until(20)
    assert bench.said("test", "smoke") == [(0.0, True, False), (8.0, False, False)]
    assert bench.events() == [(0.0, "smoke_test", 1.0)]


def test_a_leak_is_repeated_by_the_heartbeat_and_is_one_event() -> None:
    bench = Bench("SJCGQ11LM")
    bench.at(0, "leak")
    bench.at(100, "heartbeat")
    bench.at(240, "leak_dry")
    assert bench.said("water_leak") == [(0.0, True), (100.0, True), (240.0, False)]
    assert bench.events() == [(0.0, "leak", 1.0), (240.0, "leak", 0.0)]


def test_the_radar_suspects_is_sure_and_clears_as_the_real_one(shared: Path) -> None:
    fixture = json.loads((shared / "devices" / "Heiman_HS2FD-EF1-3.0.json").read_text())
    bench = Bench("HS2FD-EF1-3.0")
    for second, stimulus in ((0, "move"), (10, "fall_suspected"), (40, "fall"), (400, "fall_clear")):
        bench.at(second, stimulus)
    real = [
        (row["t_s"], row["payload"]["fall_status"], row["payload"]["occupancy"])
        for row in fixture["payloads"]
    ]
    assert bench.said("fall_status", "occupancy") == real
    assert bench.events() == [(10, "fall_suspected", 1.0), (40, "fall", 1.0), (400, "fall", 0.0)]


def test_the_radar_sees_an_empty_room_after_two_minutes_but_never_behind_a_fall() -> None:
    bench = Bench("HS2FD-EF1-3.0")
    bench.at(0, "move")
    bench.until(200)
    assert bench.said("occupancy") == [(0.0, True), (120.0, False)]
    bench.at(300, "move")
    bench.at(301, "fall")
    bench.until(3000)
    assert bench.reports[-1].fields["fall_status"] == "fall_alarm"


def test_climate_speaks_when_it_is_half_a_degree_warmer_and_once_an_hour() -> None:
    bench = Bench("WSDCGQ11LM")
    bench.at(1, "heartbeat")
    bench.at(2, "look")
    bench.until(86_400)
    warmth = [event for event in bench.events() if event[1] == "temperature"]
    assert 24 <= len(warmth) <= 60
    assert all(5 < value < 35 for _, _, value in warmth)
    gaps = [two - one for (one, *_), (two, *_) in itertools.pairwise(warmth)]
    assert max(gaps) <= 3300 * 1.02 + 1
