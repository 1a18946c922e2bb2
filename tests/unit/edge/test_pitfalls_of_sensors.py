"""What goes wrong between a sensor and the agent, and does no harm here: one test a pitfall, by its number.

The numbers are those of the list that we work from, 1 to 14 here, the others in `test_pitfalls_of_the_line`.
"""

from __future__ import annotations

import json

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.timing import freshness
from edge_agent.doctor import _bridge_settings as bridge_settings
from edge_agent.inbox import Inbox
from edge_agent.mqtt import Link
from edge_agent.settings import Broker, Placement
from models.contract.measurements import MEASUREMENTS
from tests.unit.detection.lane import Lane, risks
from tests.unit.edge.home import NODE, SENSOR, START, Home, listed, play, play_node

RADAR = {NODE: Placement(vendor="Seeed", model="MR60FDA2")}


def test_pitfall_01_a_bridge_that_cannot_reach_its_broker_drops_a_press_and_its_absence_is_an_event() -> None:
    """Nobody can hear the press; that the bridge is away is said, once, and is in every health report."""
    home = Home(listed("Tuya", "TS0215A_sos"))
    home.say("bridge/state", {"state": "online"}, at_s=1, retained=True)
    home.say("bridge/state", {"state": "offline"}, at_s=50)
    home.say("bridge/state", {"state": "offline"}, at_s=60)
    assert home.told() == [(50, "bridge", 0)]
    assert home.intake.bridge() is False


def test_pitfall_02_an_unconfirmed_state_is_missed_so_the_session_is_kept_and_the_setting_is_named() -> None:
    """The agent asks with QoS 1 under a session that outlives it, and says what Zigbee2MQTT must be told."""
    link = Link("sensors", Broker(), "anju-agent", Inbox(), keeps_session=True, acknowledges=True)
    client = link._build(1)
    assert client._clean_session is False
    assert client._client_id == b"anju-agent"
    said = [text for _, text in bridge_settings({"config": {"device_options": {}}}, str)]
    assert any("qos to 1" in text for text in said)
    kit = {
        "advanced": {"last_seen": "ISO_8601", "cache_state_send_on_startup": False},
        "device_options": {"qos": 1},
        "availability": {"enabled": True},
    }
    assert not any("qos" in text for _, text in bridge_settings({"config": kit}, str))


def test_pitfall_03_fields_that_a_bridge_remembers_make_no_edges() -> None:
    """A battery report that carries an old opening, an old movement or an old smoke is a battery report."""
    door = play("SONOFF", "SNZB-04", [(0, {"contact": False}), (9, {"contact": False, "battery": 60})])
    assert door.told() == [(0, "contact", 1)]
    hall = play("Aqara", "RTCGQ11LM", [(0, {"occupancy": True}), (3300, {"occupancy": True, "battery": 9})])
    assert hall.told() == [(0, "motion", 1)]
    smoke = [(0, {"smoke": True, "smoke_density": 7}), (3300, {"smoke": True, "smoke_density": 0})]
    assert play("Xiaomi", "JTYJ-GD-01LM-BW", smoke).told() == [(0, "smoke", 1)]


@pytest.mark.parametrize(
    ("vendor", "model", "remembered", "told"),
    [
        ("Aqara", "RTCGQ11LM", {"occupancy": True}, []),
        ("Heiman", "HS2FD-EF1-3.0", {"fall_status": "fall_alarm"}, []),
        ("Develco", "PBTZB-110", {"sos": True}, []),
        ("Aqara", "SJCGQ11LM", {"water_leak": True}, []),
        ("Heiman", "HS1SA-E", {"smoke": True}, [(61, "smoke", 1)]),
        ("Heiman", "HS1CA-E", {"carbon_monoxide": True}, [(61, "co", 1)]),
        ("Heiman", "HS1CG", {"gas": True}, [(61, "gas", 1)]),
    ],
)
def test_pitfall_04_what_a_bridge_says_again_after_its_start_is_no_news(
    vendor: str, model: str, remembered: dict[str, object], told: list[object]
) -> None:
    """Only what may burn or poison is raised, to be confirmed."""
    home = Home(listed(vendor, model))
    home.say("bridge/state", {"state": "offline"}, at_s=1, retained=True)
    home.happenings.clear()
    home.say("bridge/state", {"state": "online"}, at_s=60)
    home.say("sensor", remembered, at_s=61)
    assert [event for event in home.told() if event[1] != "bridge"] == told
    assert all(h.attributes == {"confirm": True} for h in home.happenings if h.kind != "bridge")


def test_pitfall_05_a_fall_that_the_broker_kept_is_no_fall_and_the_next_one_is() -> None:
    """It has no time: it may be from last winter."""
    home = play_node(
        "Seeed",
        "MR60FDA2",
        [
            (0, "binary_sensor/falling_detected/state", "ON", True),
            (50, "binary_sensor/falling_detected/state", "OFF", False),
            (60, "binary_sensor/falling_detected/state", "ON", False),
        ],
    )
    assert home.told() == [(50, "fall", 0), (60, "fall", 1)]
    home.hear(f"{NODE}/sensor/uptime/state", b"4711", at_s=900)
    (radar,) = [row for row in home.intake.health() if row.id == NODE]
    assert radar.last_seen_at == START + 900_000, "a node that measures its uptime shows that it lives"


def test_pitfall_06_an_end_that_was_lost_hides_nothing_that_comes_after() -> None:
    """Movement, presence, smoke: each is armed again by time."""
    hall = [(0, {"occupancy": True}), (5000, {"occupancy": True}), (5060, {"occupancy": False})]
    assert play("SONOFF", "SNZB-03", hall).told() == [(0, "motion", 1), (5000, "motion", 1)]
    smoke = [(0, {"smoke": True, "smoke_density": 5}), (901, {"smoke": True, "smoke_density": 5})]
    assert play("Aqara", "JY-GZ-01AQ", smoke).told() == [(0, "smoke", 1), (901, "smoke", 1)]
    room = [(0, {"presence": True}), (86_400, {"presence": True}), (86_500, {"presence": True})]
    assert play("Aqara", "FP1E", room).told() == [(0, "presence", 1), (86_400, "presence", None)]


def test_pitfall_07_a_stuck_sensor_is_no_movement_and_a_silent_one_is_no_stillness() -> None:
    """The agent tells nothing new of the one; the hub abstains while the other is not heard."""
    stuck = play("Aqara", "RTCGQ11LM", [(hour * 3300, {"occupancy": True}) for hour in range(24)])
    assert stuck.told() == [(0, "motion", 1)]
    lane = Lane("2026-03-10 09:00")
    lane.moves("hall")
    lane.mute = set(lane.seen)
    told = risks(lane.passes(hours=20))
    assert "+inactivity" not in told
    assert "+device_silent" in told


def test_pitfall_08_every_model_is_missed_by_its_own_heartbeat_and_a_dead_radio_is_one_finding() -> None:
    """Three heartbeats: hours for a battery, minutes for the mains; never the bridge's 25 hours."""
    missed_h = {(row.vendor, row.model): 3 * (row.heartbeat_s or 0) / 3600 for row in CATALOGUE.values()}
    assert missed_h["Aqara", "MCCGQ11LM"] == pytest.approx(2.75)
    assert missed_h["Philips", "9290012607"] == pytest.approx(0.25)
    assert missed_h["SONOFF", "SNZB-04"] == pytest.approx(6)
    assert missed_h["Heiman", "HS2FD-EF1-3.0"] == pytest.approx(0.5)
    assert max(missed_h.values()) <= 12
    lane = Lane("2026-03-10 08:00")
    lane.lives(hours=1)
    lane.mute = set(lane.seen)
    assert risks(lane.passes(hours=3.5)) == ["+device_silent"]
    lane = Lane("2026-03-10 08:00")
    assert lane.passes(seconds=3 * 3600 - 1) == [], "a start is no silence"


def test_pitfall_09_openings_that_were_lost_on_the_air_are_counted() -> None:
    """The sensor's own count rose by three, one was heard."""
    home = play(
        "Aqara",
        "MCCGQ11LM",
        [
            (0, {"contact": True, "trigger_count": 7}),
            (60, {"contact": False, "trigger_count": 7}),
            (90, {"contact": True, "trigger_count": 7}),
            (3300, {"contact": True, "trigger_count": 10}),
        ],
    )
    assert home.told() == [(60, "contact", 1), (90, "contact", 0), (3300, "missed_openings", 2)]


def test_pitfall_10_the_same_field_means_what_its_model_means_by_it() -> None:
    """`contact` is a door or a bed, `off` the end of a press; of a model that nobody knows it is nothing."""
    says = [(0, {"contact": True}), (9, {"contact": False})]
    assert play("Aqara", "MCCGQ11LM", says).told() == [(9, "contact", 1)]
    assert play("OWON", "SPM915, false in bed", says).told() == [(9, "bed", 1)]
    press = [(0, {"action": "single"}), (1, {"action": "off"})]
    assert play("Heiman", "HS1EB-HS1EB-E", press).told() == [(0, "sos", 1)]
    stranger = play("Nobody", "SOS-1", [(0, {"action": "emergency", "sos": True, "smoke": True})])
    assert stranger.told() == []
    assert [row.model for row in stranger.intake.devices()[1]] == ["SOS-1"]


def test_pitfall_11_no_action_a_dropped_thing_and_a_test_are_no_emergency() -> None:
    """A test is told as a test, and shows that the device lives."""
    empty = [(0, {"action": None}), (1, {"action": ""}), (2, {"action": "single"})]
    assert play("Tuya", "TS0601_sos", empty).told() == []
    assert play("Aqara", "DJT11LM", [(0, {"action": "drop", "vibration": True})]).told() == [
        (0, "vibration", 1)
    ]
    test = play("Heiman", "HS1SA-E", [(0, {"smoke": True, "test": True}), (9, {"smoke": False})])
    assert test.told() == [(0, "smoke_test", 1)]
    assert test.intake.health()[0].last_seen_at == START + 9000


def test_pitfall_12_the_first_press_counts_at_once_and_its_echo_does_not() -> None:
    """Three copies within a second are one; a person who presses again is heard again."""
    press = {"action": "emergency", "battery": 90}
    home = Home(listed("Tuya", "TS0215A_sos"))
    home.say("sensor", press, at_s=10)
    assert [happening.kind for happening in home.happenings] == ["sos"], "nothing waits for a second press"
    for at_s in (10.4, 11, 25):
        home.say("sensor", press, at_s=at_s)
    assert home.told() == [(10, "sos", 1), (25, "sos", 1)]


def test_pitfall_13_a_flood_is_tamed_and_a_call_for_help_never_is() -> None:
    """A radar that speaks each second for a day, one that flaps, one that sees fall upon fall."""
    calm = [(s, {"presence": s < 43_200, "distance": s % 7 / 10}) for s in range(0, 86_400, 2)]
    assert play("Tuya", "ZY-M100-24G", calm).told() == [(0, "presence", 1), (43_200, "presence", 0)]
    flapping = play("Tuya", "ZY-M100-24G", [(s, {"presence": s % 2 == 0}) for s in range(3600)])
    assert len(flapping.told()) < 400
    assert flapping.told()[-1][2] == 0, "how it stands in the end is told"
    falls = [(s, {"fall_down_status": ("fall", "none")[s % 2]}) for s in range(200)]
    assert len(play("Tuya", "MIR-HE200-TY", falls).told()) == 200
    smoke = [(s, {"smoke": s % 2 == 0}) for s in range(200)]
    assert len(play("Heiman", "HS1SA-E", smoke).told()) == 200
    air = play("Aqara", "WSDCGQ11LM", [(s, {"temperature": 20 + s % 2}) for s in range(600)])
    assert len(air.told()) <= 11
    assert {row.kind for row in MEASUREMENTS.values() if row.group == "safety"} >= {"sos", "fall", "smoke"}


def test_pitfall_14_nothing_is_decided_by_a_wrong_clock() -> None:
    """A plug's local time and a sensor's 1970 are not read; an unset clock ages nothing."""
    home = Home(placements={"kettle": Placement(vendor="Tasmota", model="generic-plug")})
    for at_s, watts in ((0, 0), (10, 2000)):
        said = {"Time": "1970-01-01T00:00:12", "ENERGY": {"Power": watts}}
        home.hear("tele/kettle/SENSOR", json.dumps(said).encode(), at_s=at_s)
    assert home.told() == [(10, "appliance", 1)]
    for wrong in ("1970-01-01T00:00:00Z", 12, "2031-01-01T00:00:00Z"):
        door = Home(listed("Aqara", "MCCGQ11LM"))
        door.say("sensor", {"contact": False, "last_seen": wrong}, at_s=5)
        assert door.told() == [(5, "contact", 1)]
    room = [(0, {"presence": True}), (1_700_000_000, {"presence": True})]
    assert play("Aqara", "FP1E", room).told() == [(0, "presence", 1)], "the time was set, nobody stood there"
    unset = freshness(
        at=0, mono=5000, clock="unsynced", same_boot=True,
        now=START, now_mono=6000, now_clock="synced", history=True,
    )  # fmt: skip
    assert unset == "live"
    assert SENSOR in {row.id for row in Home(listed("Aqara", "MCCGQ11LM")).intake.health()}
