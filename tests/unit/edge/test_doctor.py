"""What the doctor says of what it finds: every fault of a home's set-up by name, with what to do."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from edge_agent.doctor import Facts, examine
from edge_agent.status import Status
from models.contract import VERSION
from models.contract.messages import Device, DeviceHealth, Devices, Health
from models.language import translations

NOW, MONO, DAY = 1_795_000_000_000, 10_000_000, 86_400_000

#: `bridge/info` of Zigbee2MQTT 2 as the kit sets it up, and of 1.x as it comes.
SAFE: dict[str, Any] = {
    "version": "2.1.3",
    "permit_join": False,
    "network": {"pan_id": 50321, "channel": 11},
    "config": {
        "advanced": {"last_seen": "ISO_8601", "cache_state_send_on_startup": False, "output": "json"},
        "availability": {"enabled": True},
        "device_options": {"qos": 1},
    },
}
DEFAULTS_OF_1 = {
    "version": "1.42.0",
    "permit_join": True,
    "network": {"pan_id": 6754},
    "config": {"advanced": {"last_seen": "disable"}, "availability": False, "device_options": {}},
}

DOOR = Device(id="door", vendor="Aqara", model="MCCGQ11LM", name="Front door", room="hall", heartbeat_s=3600)
BATH = Device(id="bath", vendor="Aqara", model="RTCGQ11LM", name="Bath", room="bathroom", heartbeat_s=3600)


def status(
    devices: list[Device] | None = None,
    vitals: list[DeviceHealth] | None = None,
    unplaced: list[Device] | None = None,
    **more: Any,
) -> Status:
    heard = [DeviceHealth(id=d, last_seen_at=NOW - 60_000, battery=90) for d in ("door", "bath")]
    health = Health(
        v=VERSION, at=NOW, uptime_s=10, outbox=0, devices=heard if vitals is None else vitals,
        dropped=more.pop("dropped", 0), set_aside=more.pop("set_aside", 0),
    )  # fmt: skip
    said: dict[str, Any] = {"at": NOW, "mono": MONO, "home": "wang", "edge": "pi", "hub": "", "met": True}
    said |= {"sensors": "", "health": health} | more
    return Status(
        devices=Devices(v=VERSION, devices=devices or [DOOR, BATH], unplaced=unplaced or []), **said
    )


WELL = Facts(
    now=NOW, mono=MONO, clock="synced", runs=True, status=status(), disk_free_mb=9000, writable=True,
    waiting=3, oldest_at=NOW - 5000, hub_where="hub.local:8883", hub_wrong=None, encrypted=True,
    certificate_until=NOW + 400 * DAY, sensors_wrong=None, bridge_heard=True, bridge=SAFE, bridge_online=True,
)  # fmt: skip


def test_a_home_that_is_set_up_well_has_nothing_to_be_said_against_it() -> None:
    assert {check.state for check in examine(WELL)} == {"well"}


@pytest.mark.parametrize(
    ("wrong", "state", "said"),
    [
        ({"clock": "unsynced"}, "fault", "It is wrong"),
        ({"clock": "holdover"}, "warning", "No time server"),
        ({"writable": False}, "fault", "replace the card"),
        ({"disk_free_mb": 120.0}, "warning", "Only 120 MB"),
        ({"sensors_wrong": "Nobody answers at 127.0.0.1:1883."}, "fault", "Nobody answers"),
        ({"sensors_open": True}, "warning", "lets anybody in"),
        ({"bridge_heard": False, "bridge": {}}, "warning", "says nothing on this broker"),
        ({"bridge_online": False}, "fault", "Start zigbee2mqtt"),
        ({"hub_wrong": "The broker does not let 'wang/pi' in."}, "fault", "does not let"),
        ({"encrypted": False, "certificate_until": None}, "warning", "can be read on its way"),
        ({"certificate_until": NOW - DAY}, "fault", "ended on"),
        ({"certificate_until": NOW + 10 * DAY}, "warning", "ends on"),
        ({"runs": False}, "fault", "systemctl start anju-agent"),
        ({"status": status(mono=MONO - 600_000)}, "fault", "systemctl restart"),
        ({"status": status(met=False)}, "fault", "no hub answers there"),
        ({"status": status(config_note="It did not start twice.")}, "warning", "It did not start twice."),
        ({"waiting": 9000}, "warning", "9000 events wait"),
        ({"oldest_at": NOW - 3_600_000}, "warning", "the oldest since"),
        ({"status": status(dropped=12)}, "warning", "12 events were given up"),
        ({"status": status(set_aside=2)}, "warning", "2 events are not taken"),
        ({"status": status(vitals=[])}, "warning", "was not heard since the agent started"),
    ],
)
def test_every_fault_is_named_with_what_to_do(wrong: dict[str, Any], state: str, said: str) -> None:
    found = [check for check in examine(replace(WELL, **wrong)) if check.state != "well"]
    assert any(said in check.said and check.state == state for check in found), found


def test_an_agent_that_does_not_reach_the_broker_is_not_said_to_be_answered() -> None:
    away = examine(replace(WELL, hub_wrong="Nobody answers.", status=status(met=False, hub="refused")))
    assert not any("hub answers" in check.said for check in away)


def test_zigbee2mqtt_as_it_comes_is_told_line_by_line_what_to_set() -> None:
    found = [c for c in examine(replace(WELL, bridge=DEFAULTS_OF_1)) if c.name == "Zigbee2MQTT"]
    said = " ".join(check.said for check in found)
    for setting in (
        "last_seen",
        "qos",
        "availability",
        "cache_state_send_on_startup",
        "permit_join",
        "pan_id",
    ):
        assert setting in said, setting
    assert [check.said for check in found if check.state == "fault"] == [
        "It sends sensors' messages unconfirmed, so that one is lost when a connection breaks: "
        "set qos to 1 under device_options."
    ]


@pytest.mark.parametrize("bridge", [{"config": 7}, {"config": {"advanced": []}}, {"network": "none"}])
def test_whatever_zigbee2mqtt_says_the_doctor_goes_on(bridge: dict[str, Any]) -> None:
    assert examine(replace(WELL, bridge=bridge))


def test_sensors_that_are_silent_low_unplaced_or_unknown_are_named() -> None:
    vitals = [
        DeviceHealth(id="door", last_seen_at=NOW - 12 * 3_600_000, battery=80),
        DeviceHealth(id="bath", last_seen_at=NOW - 1000, battery=7),
    ]
    somewhere = Device(id="lost", vendor="Aqara", model="RTCGQ11LM", name="Somewhere")
    strange = Device(id="strange", vendor="Acme", model="X1", name="Thing")
    facts = replace(WELL, status=status([DOOR, BATH, somewhere], vitals, [strange]))
    found = [check.said for check in examine(facts) if check.name == "sensors"]
    assert any(said.startswith("hall · Front door is silent since") for said in found)
    assert "bathroom · Bath needs a new battery." in found
    assert any(said.startswith("Somewhere was not heard") for said in found)
    assert any(said.startswith("Somewhere has no room") for said in found)
    assert any("Thing is of a model that is not known (Acme X1)" in said for said in found)


def test_all_of_it_is_said_in_chinese_too() -> None:
    text = translations("edge_agent", "zh").gettext
    facts = replace(WELL, clock="unsynced", bridge=DEFAULTS_OF_1, runs=False, certificate_until=NOW - DAY)
    for check in examine(facts, text):
        assert any("一" <= sign <= "鿿" for sign in check.said), check
