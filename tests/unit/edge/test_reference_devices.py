"""Every device of the reference folder yields the events that should come of it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.settings import Placement
from tests.conftest import ROOT
from tests.unit.edge.home import SENSOR, START, Home, listed, play

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
#: Readings are not in the reference's list; they have a test of their own.
READINGS = {"temperature", "humidity"}
#: The devices that a person places: by file, the identifier and where it is worn.
PLACED = {
    "Aqara_FP2": ("ha-presence-sensor-fp2-1-zone-1", ""),
    "Espruino_BangleJS2": ("c7f936ddb0ca", ""),
    "HiLink_LD2410": ("hallway-radar", ""),
    "InvenSense_MPU6050": ("belt", "waist"),
    "Seeed_MR60FDA2": ("bath-fall", ""),
    "Shimmer_Shimmer3": ("shimmer", "waist"),
    "Tasmota_generic-plug": ("tasmota-9cf9d1", ""),
}
#: Which way round this pad speaks is not known for certain: whoever has tried it places it as one of two.
NOT_KNOWN = {"OWON_SPM915"}
#: Found by their own words alone.
NOT_LISTED = {"Shelly_PlusPlugS", "Zigbee2MQTT_bridge"}

FOLDER = ROOT.parent / "shared" / "devices"
FILES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "index")


def device_of(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{file}.json").read_text("utf-8"))
    return found


def played(file: str) -> Home:
    """A home in which the device stands as a person would set it up, after all that it says in its file.

    Its steps say how they were published. To somebody who is connected a retained message is delivered
    without the flag, as news; only the step that is noted as a replay is delivered with it.
    """
    device = device_of(file)
    placements = {}
    if file in PLACED:
        name, position = PLACED[file]
        vendor, model = device["vendor"], device["model"]
        placements[name] = Placement(vendor=vendor, model=model, position=position)  # type: ignore[arg-type]
        by_bridge: list[dict[str, Any]] = []
    else:
        by_bridge = [] if file in NOT_LISTED else [listed(device["vendor"], device["model"])]
    home = Home(*by_bridge, placements=placements)
    for step in device["payloads"]:
        topic = step.get("topic", device["topic"]).replace("{friendly_name}", "sensor")
        payload = step["payload"]
        if isinstance(payload, dict):
            # Instants that it says itself are those of the day on which it was written down.
            payload = {key: value for key, value in payload.items() if key != "last_seen"}
        raw = payload if step.get("payload_is_text") else json.dumps(payload)
        replayed = step.get("note", "").startswith("RETAINED replay")
        home.hear(topic, raw.encode(), at_s=step["t_s"], retained=replayed)
    return home


def test_the_reference_is_there_and_whole() -> None:
    """41 devices, or this checkout stands alone."""
    if not FILES:
        pytest.skip("the reference data (../shared) is not beside this checkout")
    assert len(FILES) == 41


@pytest.mark.parametrize("file", FILES)
def test_a_device_yields_exactly_its_events(file: str) -> None:
    """Kinds, values and moments, and not one event more."""
    expected = [(row["at"], *WORDS[row["event"]]) for row in device_of(file)["suggested_events"]]
    events = [event for event in played(file).told() if event[1] not in READINGS]
    if file == "Zigbee2MQTT_bridge":
        expected = [(90010, "bridge", 0)]  # that the bridge itself stops is an event of ours
    assert events == expected


@pytest.mark.parametrize("file", FILES)
def test_a_device_is_in_the_catalogue_and_known_where_it_stands(file: str) -> None:
    """Only the one whose polarity nobody knows is left for a person to place."""
    device = device_of(file)
    if device["kind"] == "bridge":
        return
    placed, unplaced = played(file).intake.devices()
    models = {(row.vendor, row.model) for row in placed}
    assert ((device["vendor"], device["model"]) in models) == (file not in NOT_KNOWN)
    assert ((device["vendor"], device["model"]) in CATALOGUE) == (file not in NOT_KNOWN)
    assert [row.model for row in unplaced] == ([device["model"]] if file in NOT_KNOWN else [])


def test_a_pad_of_unknown_polarity_is_heard_once_somebody_has_tried_it(shared: Path) -> None:
    """Placed as "false in bed", its contact is a bed and never a door."""
    device = device_of("OWON_SPM915")
    placement = Placement(vendor="OWON", model="SPM915, false in bed")
    home = Home(listed("OWON", "SPM915"), placements={SENSOR: placement})
    for step in device["payloads"]:
        home.say("sensor", step["payload"], at_s=step["t_s"])
    assert home.told() == [(0, "bed", 1), (600, "bed", 0)]


def test_a_climate_sensor_tells_its_readings_and_no_impossible_one(shared: Path) -> None:
    """-100 °C is refused and counted."""
    device = device_of("Aqara_WSDCGQ11LM")
    home = play("Aqara", "WSDCGQ11LM", [(step["t_s"], step["payload"]) for step in device["payloads"]])
    assert [(h.kind, h.value) for h in home.happenings if h.kind == "temperature"] == [
        ("temperature", 22.78),
        ("temperature", 22.91),
    ]
    assert home.intake.rejected == 1


def test_the_bridge_says_of_a_silent_door_that_it_is_away(shared: Path) -> None:
    """Its availability is known, and what the bridge remembered at its start was no event."""
    (door,) = [row for row in played("Zigbee2MQTT_bridge").intake.health() if row.id == SENSOR]
    assert door.available is False


@pytest.mark.parametrize("file", ["Develco_PBTZB-110", "Tuya_TS0601_sos"])
def test_an_event_is_from_the_moment_that_the_bridge_heard_it(shared: Path, file: str) -> None:
    """With `last_seen` an event carries the sensor's moment, not the moment of its arrival."""
    device = device_of(file)
    home = play(device["vendor"], device["model"], [(s["t_s"], s["payload"]) for s in device["payloads"]])
    assert [h.kind for h in home.happenings] == ["sos"]
    assert home.happenings[0].at < START
