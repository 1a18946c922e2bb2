"""ESPHome nodes as they are: placed by a person, replayed by the broker, talkative when they come back."""

from __future__ import annotations

import logging

import pytest

from edge_agent.settings import Placement
from tests.unit.edge.home import NODE, SENSOR, START, Home, listed

RADAR = Placement(name="浴室雷达", room="bathroom", vendor="Seeed", model="MR60FDA2")
FALL = f"{NODE}/binary_sensor/falling_detected/state"
PEOPLE = f"{NODE}/binary_sensor/person_information/state"
STATUS = f"{NODE}/status"


@pytest.fixture
def home() -> Home:
    """A bathroom with a radar that has been there for a while."""
    home = Home(placements={NODE: RADAR})
    home.hear(STATUS, b"online", retained=True)
    home.hear(FALL, b"OFF", retained=True)
    home.pass_until(60)
    return home


def test_a_node_is_known_from_its_place_and_not_by_a_bridge() -> None:
    """It speaks for itself: from the start in the catalogue, on mains, and no bridge can be lost."""
    home = Home(placements={NODE: RADAR})
    placed, unplaced = home.intake.devices()
    (radar,) = [device for device in placed if device.model != "bridge"]
    assert (radar.id, radar.name, radar.room, radar.kinds) == (NODE, "浴室雷达", "bathroom", ["fall"])
    assert (radar.heartbeat_s, radar.battery_powered, unplaced) == (None, False, [])
    assert [device.id for device in placed if device.model == "bridge"] == ["zigbee2mqtt"]
    assert home.intake.catalogue_changed
    assert home.intake.bridge() is None


def test_only_placed_nodes_are_listened_to() -> None:
    """By name, each of them; and no other topic of the home's broker."""
    home = Home(placements={NODE: RADAR, SENSOR: Placement(room="hall")})
    assert [topic for topic in home.intake.subscriptions if "bath" in topic or "esphome" in topic] == [
        "esphome/discover/+",
        "bath-fall/status",
        "bath-fall/binary_sensor/+/state",
        "bath-fall/sensor/+/state",
    ]


def test_a_node_that_says_its_name_is_listed_for_a_person_to_place() -> None:
    """And nothing that it says is concluded from."""
    home = Home()
    home.hear("esphome/discover/kitchen-fall", b'{"friendly_name": "Kitchen", "mac": "a0b1"}', retained=True)
    _, (node,) = home.intake.devices()
    assert (node.id, node.vendor, node.name) == ("kitchen-fall", "ESPHome", "Kitchen")
    home.hear("kitchen-fall/binary_sensor/falling_detected/state", b"ON", at_s=9)
    assert home.told() == []


def test_a_node_that_nobody_placed_is_not_guessed_at(home: Home) -> None:
    """Not even if its entities have the same names, nor one whose name begins as a known one's."""
    for stranger in ("kitchen-fall", "bath-fall-2", "bath", ""):
        home.hear(f"{stranger}/status", b"online")
        home.hear(f"{stranger}/binary_sensor/falling_detected/state", b"ON")
    assert home.told() == []
    assert home.intake.rejected == 0
    assert [row.id for row in home.intake.health()] == [NODE]


def test_a_placed_node_of_no_known_model_is_listed_as_unplaced(caplog: pytest.LogCaptureFixture) -> None:
    """A typing error in the settings is seen on the hub's pages and in the log, and nothing is guessed."""
    with caplog.at_level(logging.WARNING, "anju.agent"):
        home = Home(placements={NODE: Placement(vendor="Seeed", model="MR60FDA")})
    home.hear(FALL, b"ON")
    _, unplaced = home.intake.devices()
    assert [device.id for device in unplaced] == [NODE]
    assert home.told() == []
    assert "bath-fall is of a model that is not known (Seeed MR60FDA)" in caplog.text


def test_a_fall_is_from_the_moment_of_its_arrival(home: Home) -> None:
    """A node says no time."""
    home.hear(FALL, b"ON", at_s=75)
    (fall,) = home.happenings
    assert (fall.device, fall.kind, fall.value, fall.at) == (NODE, "fall", 1, START + 75_000)


def test_a_replayed_fall_is_no_event_and_no_sign_of_life(home: Home) -> None:
    """Whenever it was: the worst stale alarm."""
    home.hear(FALL, b"ON", retained=True)
    assert home.told() == []
    assert home.intake.health()[0].last_seen_at is None


def test_a_replayed_end_makes_the_next_fall_news(home: Home) -> None:
    """The end came while the agent was away; the radar must not seem to stand in a fall for ever."""
    home.hear(FALL, b"ON", at_s=70)
    home.hear(FALL, b"OFF", at_s=500, retained=True)
    home.hear(FALL, b"ON", at_s=520)
    assert home.told() == [(70, "fall", 1), (520, "fall", 1)]


def test_after_a_restart_of_the_agent_a_fall_that_was_told_is_not_told_again(home: Home) -> None:
    """Neither by the broker's replay nor by the node that says it once more."""
    home.hear(FALL, b"ON", at_s=70)
    home.restart_agent()
    home.hear(STATUS, b"online", at_s=8000, retained=True)
    home.hear(FALL, b"ON", retained=True)
    home.hear(FALL, b"ON", at_s=8001)
    assert home.told() == [(70, "fall", 1)]
    home.hear(FALL, b"OFF", at_s=8100)
    assert home.told() == [(70, "fall", 1), (8100, "fall", 0)]


def test_without_a_replay_the_agents_own_memory_knows_the_fall(home: Home) -> None:
    """Nodes that are set not to be retained: the end of a fall after a restart is still its end."""
    home.hear(FALL, b"ON", at_s=70)
    home.restart_agent()
    home.hear(FALL, b"ON", at_s=100)
    home.hear(FALL, b"OFF", at_s=110)
    assert home.told() == [(70, "fall", 1), (110, "fall", 0)]


def test_an_end_that_was_lost_does_not_hide_the_next_fall(home: Home) -> None:
    """Not retained, and the agent was away at the end: a week later somebody falls."""
    home.hear(FALL, b"ON", at_s=70)
    home.restart_agent()
    home.hear(FALL, b"ON", at_s=7 * 86_400)
    assert home.told() == [(70, "fall", 1), (7 * 86_400, "fall", 1)]
    assert home.happenings[1].attributes == {"repeat": True}


def test_a_node_says_itself_whether_it_is_there(home: Home) -> None:
    """Birth and last will, replayed or live; neither is an event."""
    for word, available in ((b"offline", False), (b"online", True)):
        for retained in (True, False):
            home.hear(STATUS, word, retained=retained)
            assert home.intake.health()[0].available is available
    home.hear(PEOPLE, b"ON", at_s=90)
    assert home.intake.health()[0].last_seen_at == START + 90_000
    assert home.told() == []


def test_whoever_speaks_is_there(home: Home) -> None:
    """The will of a broken connection may come after the birth of the next one."""
    home.hear(STATUS, b"online")
    home.hear(STATUS, b"offline")
    home.hear(PEOPLE, b"ON", at_s=61)
    assert home.intake.health()[0].available is True
    home.hear(STATUS, b"offline")
    home.hear(PEOPLE, b"ON", retained=True)
    assert home.intake.health()[0].available is False


@pytest.mark.parametrize("poison", [b"", b"on", b"1", b"true", b"ONE", b"\xff\xfe", b"null", b"N" * 200_000])
@pytest.mark.parametrize("retained", [False, True])
def test_what_is_neither_on_nor_off_is_counted_and_changes_nothing(
    home: Home, poison: bytes, retained: bool
) -> None:
    """On an entity's topic and on the node's own; the next word is read."""
    home.hear(FALL, poison, retained=retained)
    home.hear(STATUS, poison, retained=retained)
    assert home.intake.rejected == 2
    assert home.intake.health()[0].available is True
    home.hear(FALL, b"ON", at_s=80)
    assert home.told() == [(80, "fall", 1)]


@pytest.mark.parametrize(
    "topic",
    ["bath-fall", "bath-fall/debug", "bath-fall/sensor/uptime/state", "bath-fall/binary_sensor/state",
     "bath-fall/switch/falling_detected/state", "bath-fall/binary_sensor/falling_detected/command",
     "bath-fall/binary_sensor/a/falling_detected/state"],
)  # fmt: skip
def test_a_nodes_other_topics_say_nothing(home: Home, topic: str) -> None:
    """Neither an event nor a fault."""
    home.hear(topic, b"ON")
    assert (home.told(), home.intake.rejected) == ([], 0)


def test_both_ecosystems_live_in_one_home() -> None:
    """A Zigbee door and a radar, each by its own topics."""
    home = Home(listed("Aqara", "MCCGQ11LM"), placements={NODE: RADAR})
    home.say("sensor", {"contact": False}, at_s=5)
    home.hear(FALL, b"ON", at_s=9)
    assert home.told() == [(5, "contact", 1), (9, "fall", 1)]
    assert {row.id for row in home.intake.health()} == {SENSOR, NODE}
