"""Every device of the reference folder yields the events that should come of it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from tests.unit.edge.home import SENSOR, START, Home, listed, play, play_node

#: How the reference's words for events read in the contract.
WORDS: dict[str, tuple[str, float | None]] = {
    "motion": ("motion", 1),
    "door_open": ("contact", 1),
    "door_close": ("contact", 0),
    "sos": ("sos", 1),
    "tamper": ("tamper", 1),
    "smoke": ("smoke", 1),
    "smoke_clear": ("smoke", 0),
    "smoke_test": ("smoke_test", 1),
    "water_leak": ("leak", 1),
    "water_leak_clear": ("leak", 0),
    "fall_suspected": ("fall_suspected", 1),
    "fall": ("fall", 1),
    "fall_clear": ("fall", 0),
    "co": ("co", 1),
    "co_clear": ("co", 0),
    "gas": ("gas", 1),
    "gas_clear": ("gas", 0),
    "presence_on": ("presence", 1),
    "presence_off": ("presence", 0),
    "presence_unknown": ("presence", None),
    "bed_enter": ("bed", 1),
    "bed_exit": ("bed", 0),
    "bed_motion": ("vibration", 1),
    "appliance_on": ("appliance", 1),
    "appliance_off": ("appliance", 0),
}
MUST = {"motion", "contact", "sos", "smoke", "water_leak", "fall"}
CLIMATE = {"temperature", "humidity"}
ECOSYSTEMS = {"zigbee2mqtt", "esphome-mqtt"}
NOT_PLACED = {("OWON", "SPM915")}  # which way round this pad speaks is not known for certain


def is_a_must(path: Path) -> bool:
    row = json.loads(path.read_text())
    return isinstance(row, dict) and row.get("kind") in MUST


def devices(shared: Path) -> list[dict[str, Any]]:
    rows = [json.loads(path.read_text()) for path in sorted((shared / "devices").glob("*.json"))]
    return [row for row in rows if row.get("integration") in ECOSYSTEMS and row["kind"] != "bridge"]


def told(device: dict[str, Any]) -> list[tuple[float, str, float | None]]:
    """Play a reference device; instants that it says itself are laid onto the test's clock."""
    if device["integration"] == "esphome-mqtt":
        return told_by_node(device)
    home = Home(listed(device["vendor"], device["model"]))
    for step in device["payloads"]:
        payload = dict(step["payload"])
        payload.pop("last_seen", None)
        topic = step.get("topic", "zigbee2mqtt/sensor").removeprefix("zigbee2mqtt/")
        home.say(topic, payload, at_s=step["t_s"])
    return home.told()


def told_by_node(device: dict[str, Any]) -> list[tuple[float, str, float | None]]:
    """Play an ESPHome node.

    Its steps say how they were published: retained, always. To somebody who is connected they are delivered
    without the flag, as news; only the step that is noted as a replay is delivered with it.
    """
    steps = [
        (
            step["t_s"],
            step["topic"].partition("/")[2],
            step["payload"],
            step.get("note", "").startswith("RETAINED replay"),
        )
        for step in device["payloads"]
    ]
    return play_node(device["vendor"], device["model"], steps).told()


def test_every_safety_and_activity_device_yields_exactly_its_events(shared: Path) -> None:
    """Motion, contact, SOS, smoke, leak and fall: kinds, values and moments."""
    seen: set[str] = set()
    played: set[str] = set()
    for device in devices(shared):
        if device["kind"] in MUST:
            seen.add(device["kind"])
            played.add(f"{device['vendor']}_{device['model']}")
            expected = [(row["at"], *WORDS[row["event"]]) for row in device["suggested_events"]]
            assert told(device) == expected, device["model"]
    assert seen == MUST
    assert played == {path.stem for path in (shared / "devices").glob("*.json") if is_a_must(path)}


def test_the_other_devices_yield_nothing_false(shared: Path) -> None:
    """Presence, beds, plugs, gas and CO also say what they should; climate says only climate."""
    for device in devices(shared):
        if device["kind"] in MUST:
            continue
        expected = [(row["at"], *WORDS[row["event"]]) for row in device["suggested_events"]]
        events = [event for event in told(device) if event[1] not in CLIMATE]
        assert events == expected, device["model"]


def test_every_device_of_the_reference_has_its_row(shared: Path) -> None:
    """Only the one whose polarity nobody knows is left unplaced."""
    missing = {(d["vendor"], d["model"]) for d in devices(shared)} - set(CATALOGUE)
    assert missing == NOT_PLACED


def test_a_climate_sensor_tells_its_readings_and_no_impossible_one(shared: Path) -> None:
    """-100 °C is refused and counted."""
    (device,) = [d for d in devices(shared) if d["model"] == "WSDCGQ11LM"]
    steps = [(step["t_s"], step["payload"]) for step in device["payloads"]]
    home = play("Aqara", "WSDCGQ11LM", steps)
    assert [(h.kind, h.value) for h in home.happenings if h.kind == "temperature"] == [
        ("temperature", 22.78),
        ("temperature", 22.91),
    ]
    assert home.intake.rejected == 1


def test_the_bridge_says_when_it_stops_and_what_it_remembered_is_no_event(shared: Path) -> None:
    """The whole life of a bridge: only its end is an event, and the door's availability is known."""
    path = shared / "devices" / "Zigbee2MQTT_bridge.json"
    home = Home()
    for step in json.loads(path.read_text())["payloads"]:
        topic = step["topic"].removeprefix("zigbee2mqtt/")
        home.say(topic, step["payload"], at_s=step["t_s"])
    assert home.told() == [(90010, "bridge", 0)]
    (door,) = [row for row in home.intake.health() if row.id == SENSOR]
    assert door.available is False


@pytest.mark.parametrize("model", ["PBTZB-110", "TS0601_sos"])
def test_an_event_is_from_the_moment_that_the_bridge_heard_it(shared: Path, model: str) -> None:
    """With `last_seen` an event carries the sensor's moment, not the moment of its arrival."""
    (device,) = [d for d in devices(shared) if d["model"] == model]
    steps = [(step["t_s"], step["payload"]) for step in device["payloads"]]
    home = play(device["vendor"], model, steps)
    assert [h.kind for h in home.happenings] == ["sos"]
    assert home.happenings[0].at < START
