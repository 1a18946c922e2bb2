"""Devices that nobody lists: found by what they say, bounded, remembered, and judged only once placed."""

from __future__ import annotations

import json

import pytest

from edge_agent.settings import Placement
from edge_agent.sources.found import MOST_FOUND
from tests.unit.edge.home import SENSOR, Home, listed

CONFIG = {"device_class": "smoke", "state_topic": "acme/1/smoke", "device": {"identifiers": ["acme1"]}}
SMOKE = {"ha-acme1": Placement(vendor="Home Assistant", model="entities")}


def announce(home: Home, **changes: object) -> None:
    topic = "homeassistant/binary_sensor/acme1/config"
    home.hear(topic, json.dumps({**CONFIG, **changes}).encode(), retained=True)


def unplaced(home: Home) -> list[str]:
    return [device.id for device in home.intake.devices()[1]]


def test_what_speaks_and_is_not_placed_is_listed_with_the_name_that_it_gives_itself() -> None:
    """And raises nothing, whatever it says."""
    home = Home()
    home.hear("tasmota/discovery/AB/config", b'{"t": "tasmota_AB12", "md": "Nous A1T", "dn": "Kettle"}')
    home.hear("tele/tasmota_AB12/SENSOR", b'{"ENERGY": {"Power": 2000}}', at_s=9)
    home.hear("shellyflood-0123456789ab/online", b"true")
    announce(home)
    home.hear("acme/1/smoke", b"ON", at_s=20)
    assert [(row.id, row.vendor, row.model, row.name) for row in home.intake.devices()[1]] == [
        ("tasmota-ab12", "Tasmota", "Nous A1T", "Kettle"),
        ("shellyflood-0123456789ab", "Shelly", "shellyflood", "shellyflood-0123456789ab"),
        ("ha-acme1", "", "", "acme1"),
    ]
    assert home.told() == []


def test_made_up_devices_come_to_an_end() -> None:
    """Neither the list nor what is remembered of each grows for ever; a placed one is heard all the same."""
    home = Home(placements={"kettle": Placement(vendor="Tasmota", model="generic-plug")})
    for number in range(MOST_FOUND + 50):
        home.hear(f"tele/made_up_{number}/LWT", b"Online")
    assert len(unplaced(home)) == MOST_FOUND
    assert len(home.intake._vitals) <= MOST_FOUND
    home.hear("tele/kettle/SENSOR", b'{"ENERGY": {"Power": 2000}}', at_s=5)
    assert home.told() == [(5, "appliance", 1)]


def test_a_restart_of_the_agent_forgets_no_device() -> None:
    """Its list is kept with the events."""
    home = Home()
    home.hear("tele/tasmota_AB12/LWT", b"Online")
    home.hear("anju/wearable/watch-1/motion", b'{"rate": 50, "unit": "g", "samples": [[0, 0, 1]]}')
    home.restart_agent()
    assert unplaced(home) == ["tasmota-ab12", "watch-1"]


def test_an_announcement_that_is_taken_back_takes_its_device_with_it() -> None:
    """An empty one deletes, as in Home Assistant."""
    home = Home()
    announce(home)
    assert unplaced(home) == ["ha-acme1"]
    home.hear("homeassistant/binary_sensor/acme1/config", b"")
    assert unplaced(home) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"device": {"identifiers": ["x"], "manufacturer": "Anju"}},
        {"state_topic": "anju/home/alert"},
        {"state_topic": "zigbee2mqtt/sensor"},
        {"state_topic": "tele/x/SENSOR"},
        {"state_topic": "#"},
        {"state_topic": ""},
        {"value_template": "{{ states('lock.door') }}"},
        {"value_template": "{% if value == 'x' %}ON{% endif %}"},
        {"device_class": None},
    ],
)
def test_what_is_ours_is_read_elsewhere_or_is_not_understood_is_not_listened_to(
    changes: dict[str, object],
) -> None:
    """Rather no reading than a wrong one."""
    home = Home(
        listed("Heiman", "HS1SA-E"),
        placements={"ha-acme1": Placement(vendor="Home Assistant", model="entities")},
    )
    before = home.intake.subscriptions
    announce(home, **changes)
    assert home.intake.subscriptions == before
    home.hear("acme/1/smoke", b"ON", at_s=5)
    assert home.told() == []


@pytest.mark.parametrize(
    ("template", "payload"),
    [
        (None, b"ON"),
        ("{{ value }}", b"ON"),
        ("{{ value_json.smoke }}", b'{"smoke": "ON"}'),
        ("{{ value_json['smoke'] }}", b'{"smoke": "ON"}'),
        ("{{value_json.a['b'].c}}", b'{"a": {"b": {"c": "ON"}}}'),
    ],
)
def test_plain_templates_are_understood(template: str | None, payload: bytes) -> None:
    """They say where in the payload to look."""
    home = Home(placements=SMOKE)
    announce(home, value_template=template)
    assert "acme/1/smoke" in home.intake.subscriptions
    home.hear("acme/1/smoke", payload, at_s=5)
    assert home.told() == [(5, "smoke", 1)]


@pytest.mark.parametrize(
    ("mode", "reached"),
    [("all", [True, False, False]), ("any", [True, True, False]), ("latest", [True, False, False])],
)
def test_a_device_with_two_availabilities_is_there_as_its_announcement_says(
    mode: str, reached: list[bool]
) -> None:
    """Both, one of them, or whichever spoke last."""
    home = Home(placements=SMOKE)
    announce(home, availability=[{"topic": "acme/1/a"}, {"topic": "acme/b"}], availability_mode=mode)
    home.hear("acme/1/a", b"online", retained=True)
    found = []
    for topic, word in (("acme/b", b"online"), ("acme/b", b"offline"), ("acme/1/a", b"offline")):
        home.hear(topic, word)
        found.append(home.intake.health()[0].available)
    assert found == reached


def test_attributes_that_come_one_by_one_are_named_and_not_judged() -> None:
    """Beside whole states they are passed over; alone they are a fault that is said once."""
    home = Home(listed("Heiman", "HS1SA-E"))
    for _ in range(3):
        home.say("sensor/smoke", b"true")
        home.say("sensor", {"smoke": False})
    assert home.intake.rejected == 0
    home.say("sensor/smoke", b"true")
    home.say("sensor/smoke", b"true")
    assert home.intake.rejected == 1
    assert home.told() == []


def test_a_device_that_somebody_has_tried_is_what_they_say_it_is() -> None:
    """A clone behaves as its model."""
    clone = Home(listed("Clone", "XY-9"), placements={SENSOR: Placement(vendor="SONOFF", model="SNZB-04")})
    clone.say("sensor", {"contact": True}, at_s=1)
    clone.say("sensor", {"contact": False}, at_s=5)
    assert clone.told() == [(5, "contact", 1)]
    assert unplaced(clone) == []
