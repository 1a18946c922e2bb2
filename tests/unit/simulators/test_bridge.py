"""What the simulated bridge publishes, beside what a Zigbee2MQTT publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulators.home import bridge
from simulators.home import plan as plans
from simulators.home.sensors import Sensors


def recorded(shared: Path, topic: str) -> Any:
    fixture = json.loads((shared / "devices" / "Zigbee2MQTT_bridge.json").read_text())
    return next(row for row in fixture["payloads"] if row["topic"] == topic)


def test_the_state_is_retained_and_says_the_same(shared: Path) -> None:
    real = recorded(shared, "zigbee2mqtt/bridge/state")
    ours = bridge.state("zigbee2mqtt", "online")
    assert (ours.topic, json.loads(ours.payload)) == (real["topic"], real["payload"])
    assert (ours.retain, ours.qos) == (real["retain"], real["qos"])


def test_the_list_has_the_rows_of_a_real_one(shared: Path) -> None:
    real = recorded(shared, "zigbee2mqtt/bridge/devices")
    devices = [bridge.listed(device) for device in Sensors(plans.load("tower-flat"), 1, 0).devices]
    ours = bridge.devices("zigbee2mqtt", devices)
    rows = json.loads(ours.payload)
    assert ours.retain
    assert rows[0]["type"] == "Coordinator"
    assert all(set(row) == set(real["payload"][0]) for row in rows[1:])
    assert all(set(row["definition"]) == set(real["payload"][0]["definition"]) for row in rows[1:])
    mains = [row["friendly_name"] for row in rows[1:] if row["type"] == "Router"]
    assert mains == ["bathroom fall"]


def test_availability_is_retained_beside_the_device(shared: Path) -> None:
    real = recorded(shared, "zigbee2mqtt/hall_door/availability")
    ours = bridge.availability("zigbee2mqtt", "hall_door")
    assert (ours.topic, json.loads(ours.payload), ours.retain) == (real["topic"], real["payload"], True)


def test_a_device_speaks_on_its_own_topic_unretained_with_the_time_when_it_was_heard() -> None:
    sensors = Sensors(plans.load("lane-flat"), 1, 0)
    device = next(device for device in sensors.devices if device.model == "TS0215A_sos")
    message = bridge.report("z2m", device.remembered(1_763_757_600_123))
    assert (message.topic, message.retain, message.qos) == ("z2m/sos_pendant", False, 1)
    device.say(1_763_757_600_123)
    said = json.loads(bridge.report("z2m", device.remembered(1_763_757_700_000)).payload)
    assert said["last_seen"] == "2025-11-21T20:40:00.123Z"
