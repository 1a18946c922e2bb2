"""Zigbee2MQTT as it is: two versions, any name, restarts that repeat the past."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge_agent.intake import Intake
from edge_agent.settings import Placement
from edge_agent.sources.zigbee2mqtt import Zigbee2Mqtt
from tests.unit.edge.home import BOOTED, SENSOR, START, Home, listed

MCC = ("Aqara", "MCCGQ11LM")
SMOKE = ("Heiman", "HS1SA-E")


def smoke(on: bool) -> dict[str, Any]:
    return {"battery": 100, "smoke": on, "tamper": False, "test": False}


@pytest.mark.parametrize(
    "name", ["kitchen/door 2", "卧室/床", "дверь", "0x00158d00018255df", "a/availability"]
)
def test_a_device_may_have_any_name(name: str) -> None:
    """Slashes, spaces, other scripts, even the name of a topic's end."""
    home = Home(listed(*MCC, name=name))
    home.say(name, {"contact": False})
    assert home.told() == [(0, "contact", 1)]
    assert home.happenings[0].device == SENSOR


def test_a_renamed_device_is_the_same_device() -> None:
    """Its address stays, and so does what is remembered of it."""
    home = Home(listed(*MCC, name="old"))
    home.say("old", {"contact": False})
    home.say("bridge/devices", [listed(*MCC, name="new")], retained=True)
    home.say("new", {"contact": False}, at_s=5)
    home.say("new", {"contact": True}, at_s=9)
    assert home.told() == [(0, "contact", 1), (9, "contact", 0)]


@pytest.mark.parametrize("online", [b"online", b'{"state":"online"}'])
def test_after_its_start_what_the_bridge_remembers_is_no_event(online: bytes) -> None:
    """Version 1 and 2. The first message of each device sets the state, the next one counts."""
    home = Home(listed(*MCC))
    home.say("bridge/state", online)
    home.say("sensor", {"contact": False}, at_s=2)
    home.say("sensor", {"contact": True}, at_s=60)
    home.say("sensor", {"contact": False}, at_s=90)
    assert home.told() == [(60, "contact", 0), (90, "contact", 1)]


def test_a_remembered_fall_or_press_is_not_raised_again_after_a_restart() -> None:
    """The worst stale alarms: a radar's and a state button's."""
    home = Home(
        listed("Heiman", "HS2FD-EF1-3.0", name="radar"),
        listed("Develco", "PBTZB-110", name="panic", ieee="0x0015bc001a000001"),
    )
    home.say("bridge/state", {"state": "online"})
    home.say("radar", {"fall_status": "fall_alarm"}, at_s=1)
    home.say("panic", {"sos": True, "tamper": False}, at_s=1)
    assert home.told() == []


def test_a_button_is_heard_even_right_after_the_bridges_start() -> None:
    """An action is never remembered: the first press is never swallowed."""
    home = Home(listed("Tuya", "TS0215A_sos"))
    home.say("bridge/state", {"state": "online"})
    home.say("sensor", {"action": "emergency"}, at_s=1)
    assert home.told() == [(1, "sos", 1)]


def test_remembered_smoke_is_raised_to_be_confirmed() -> None:
    """Fire does not wait for a second message."""
    home = Home(listed(*SMOKE))
    home.say("bridge/state", {"state": "online"})
    home.say("sensor", smoke(True), at_s=1)
    assert home.told() == [(1, "smoke", 1)]
    assert home.happenings[0].attributes == {"confirm": True}


def test_smoke_that_was_raised_before_the_restart_is_not_raised_again_by_memory() -> None:
    """The agent's own memory knows it."""
    home = Home(listed(*SMOKE))
    home.say("sensor", smoke(True))
    home.say("bridge/state", {"state": "offline"}, at_s=60)
    home.say("bridge/state", {"state": "online"}, at_s=70)
    home.say("sensor", smoke(True), at_s=71)
    assert [event for event in home.told() if event[1] == "smoke"] == [(0, "smoke", 1)]


def test_the_quarantine_ends_by_itself() -> None:
    """A bridge that publishes no memory at its start: the first opening, a minute later, is news."""
    home = Home(listed(*MCC))
    home.say("bridge/state", {"state": "online"})
    home.say("sensor", {"contact": False}, at_s=60)
    assert home.told() == [(60, "contact", 1)]


def test_a_bridge_that_was_there_before_the_agent_is_no_restart() -> None:
    """A retained `online` is old news: the next message counts."""
    home = Home(listed(*MCC))
    home.say("bridge/state", {"state": "online"}, retained=True)
    home.say("sensor", {"contact": False}, at_s=1)
    assert home.told() == [(1, "contact", 1)]


def test_a_retained_state_says_nothing_about_now() -> None:
    """It may be from any time."""
    home = Home(listed(*SMOKE))
    home.say("sensor", smoke(True), retained=True)
    assert home.told() == []
    assert home.intake.health()[0].last_seen_at is None


def test_a_message_before_the_list_of_devices_is_kept_for_it() -> None:
    """The very first minute of an agent: a press overtakes the list."""
    home = Home()
    home.say("sos", {"action": "emergency"})
    home.say("bridge/devices", [listed("Tuya", "TS0215A_sos", name="sos")], at_s=1)
    assert [event[1] for event in home.told()] == ["sos"]


def test_a_device_of_no_known_model_is_listed_as_unplaced_and_never_guessed_at() -> None:
    """Its `contact` may be a bed."""
    home = Home(listed("OWON", "SPM915"), listed(*MCC, ieee="0x00158d0000000009", name="door"))
    home.say("sensor", {"contact": False, "smoke": True, "action": "emergency"})
    placed, unplaced = home.intake.devices()
    assert home.told() == []
    assert [device.model for device in unplaced] == ["SPM915"]
    assert [device.model for device in placed] == ["bridge", "MCCGQ11LM"]


def test_an_unsupported_device_without_a_definition_is_unplaced_too() -> None:
    """By the name that it gives itself."""
    home = Home(listed("", "") | {"definition": None, "model_id": "lumi.x", "manufacturer": "LUMI"})
    _, (device,) = home.intake.devices()
    assert (device.vendor, device.model) == ("LUMI", "lumi.x")


def test_the_coordinator_and_switched_off_devices_are_not_listed() -> None:
    """They sense nothing."""
    home = Home(listed(*MCC, type="Coordinator"), listed(*MCC, ieee="0x00158d0000000009", disabled=True))
    placed, unplaced = home.intake.devices()
    assert [device.model for device in placed] == ["bridge"]
    assert unplaced == []


def test_a_devices_place_comes_from_the_settings() -> None:
    """Room, name for people, outer door; the catalogue knows the rest."""
    home = Home(listed(*MCC), placements={SENSOR: Placement(name="前门", room="hall", outer_door=True)})
    door = next(device for device in home.intake.devices()[0] if device.id == SENSOR)
    assert (door.name, door.room, door.outer_door) == ("前门", "hall", True)
    assert (door.kinds, door.heartbeat_s, door.battery_powered) == (
        ["contact", "missed_openings"],
        3300,
        True,
    )


def test_how_a_device_does_is_known_from_its_messages() -> None:
    """Battery, link, last seen, availability: version 1's text and version 2's object."""
    home = Home(listed(*MCC))
    home.say("sensor", {"contact": True, "battery": 41, "linkquality": 7, "battery_low": True}, at_s=3)
    home.say("sensor/availability", b"online")
    (row,) = home.intake.health()
    assert (row.battery, row.link, row.battery_low, row.available) == (41, 7, True, True)
    assert row.last_seen_at == START + 3000
    home.say("sensor/availability", {"state": "offline"})
    assert home.intake.health()[0].available is False


def test_a_bridge_that_goes_and_comes_back_is_told_and_its_repetitions_are_not() -> None:
    """Off once, on once."""
    home = Home(listed(*MCC))
    for at_s, state in ((0, "online"), (10, "offline"), (11, "offline"), (60, "online"), (61, "online")):
        home.say("bridge/state", {"state": state}, at_s=at_s)
    assert home.told() == [(10, "bridge", 0), (60, "bridge", 1)]
    assert home.intake.bridge() is True


@pytest.mark.parametrize(
    ("last_seen", "at"),
    [
        ("2026-11-18T09:46:40.000Z", 1_794_995_200_000),
        ("2026-11-18T17:46:40+08:00", 1_794_995_200_000),
        (1_794_995_200_000, 1_794_995_200_000),
        ("yesterday", START),
        (None, START),
        (True, START),
        (-5, START),
        ("0001-01-01T00:00:00+14:00", START),
        ("1970-01-01T00:00:09Z", START),
        ("2031-01-01T00:00:00Z", START),
    ],
)
def test_the_moment_of_an_event_is_the_bridges_if_it_says_one_that_can_be(last_seen: Any, at: int) -> None:
    """ISO with any zone, a number; nonsense and the future are replaced by the arrival."""
    home = Home(listed(*MCC))
    home.say("sensor", {"contact": False, "last_seen": last_seen})
    assert home.happenings[0].at == at


@pytest.mark.parametrize(
    "poison",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"contact":' * 50_000,
        b"{}" * 9,
    ],
)
def test_what_cannot_be_read_is_counted_and_changes_nothing(poison: bytes) -> None:
    """On the device's own topic; the next message is read."""
    home = Home(listed(*MCC))
    home.say("sensor", poison)
    assert home.intake.rejected == 1
    home.say("sensor", {"contact": False})
    assert home.told() == [(0, "contact", 1)]


@pytest.mark.parametrize("value", [1, 0, "open", "ON", [], {}, None, 1.5])
def test_a_value_that_is_not_the_fields_own_word_is_counted_and_never_guessed(value: Any) -> None:
    """Not even 1 for true."""
    home = Home(listed(*MCC))
    home.say("sensor", {"contact": value, "battery": [], "linkquality": "far"})
    assert home.told() == []
    assert home.intake.rejected == 1


def test_what_is_remembered_survives_a_restart_of_the_agent() -> None:
    """The list of devices, the door's state, and a closing that had not lasted yet."""
    home = Home(listed(*MCC))
    home.say("sensor", {"contact": False})
    home.say("sensor", {"contact": True}, at_s=10)
    remembered = home.intake.take_changes()
    for rebooted, mono in ((False, BOOTED + 20_000), (True, 3_000)):
        again = Intake([Zigbee2Mqtt()], {})
        again.restore(remembered, mono, rebooted=rebooted)
        (closed,) = again.settle(mono + 1_000)
        assert (closed.kind, closed.value, closed.at) == ("contact", 0, START + 10_000)
        payload = json.dumps({"contact": True}).encode()
        told = again.feed(
            "zigbee2mqtt/sensor", payload, retained=False, now=START + 60_000, mono=mono + 50_000
        )
        assert told == []


def test_another_prefix_is_another_bridge() -> None:
    """Only the configured topics are read."""
    intake = Intake([Zigbee2Mqtt("home/z2m")], {})
    rows = json.dumps([listed(*MCC)]).encode()
    payload = b'{"contact":false}'
    for topic, raw in (("home/z2m/bridge/devices", rows), ("zigbee2mqtt/sensor", payload)):
        assert intake.feed(topic, raw, retained=False, now=START, mono=0) == []
    (opened,) = intake.feed("home/z2m/sensor", payload, retained=False, now=START, mono=1)
    assert opened.kind == "contact"
    assert intake.subscriptions == ("home/z2m/#",)
