"""Plans of homes: those that come with the simulators can be lived in, and broken ones say what is wrong."""

from __future__ import annotations

import pytest

from simulators.errors import PlanError
from simulators.home import plan as plans
from simulators.home.devices import KNOWN
from simulators.home.plan import Plan

SMALL = """
id = "one-room"
address = "杭州市"
title = { en = "one room", zh = "一间" }
resident = { name = "林阿婆", born = 1940 }
rooms = [{ id = "room", kind = "bedroom", name = { en = "room", zh = "房间" } }]
sensors = [
  { ieee = "0x00158d0000000001", friendly_name = "motion", model = "RTCGQ11LM", room = "room" },
  { ieee = "0x00158d0000000002", friendly_name = "button", model = "TS0215A_sos", room = "room" },
]
"""


@pytest.fixture(params=plans.names())
def home(request: pytest.FixtureRequest) -> Plan:
    return plans.load(request.param)


def test_there_are_four_homes_and_they_differ() -> None:
    homes = [plans.load(name) for name in plans.names()]
    assert len(homes) == 4
    assert len({home.resident.name for home in homes}) == 4
    assert len({home.address for home in homes}) == 4
    assert len({tuple(sensor.model for sensor in home.sensors) for home in homes}) == 4
    addresses = [sensor.ieee for home in homes for sensor in home.sensors]
    assert len(set(addresses)) == len(addresses)


def test_a_home_is_named_as_its_file(home: Plan) -> None:
    assert home.id in plans.names()


def test_every_home_has_what_a_kit_needs(home: Plan) -> None:
    models = {sensor.model for sensor in home.sensors}
    assert models <= set(KNOWN)
    felt = {what for model in models for what in KNOWN[model].feels}
    assert {"sos", "smoke", "smoke_test", "fall_suspected", "fall", "move", "door_open"} <= felt
    doors = [sensor for sensor in home.sensors if sensor.outer_door]
    assert [sensor.model in ("MCCGQ11LM", "SNZB-04", "SNZB-04P") for sensor in doors] == [True]
    seen = {sensor.room for sensor in home.sensors if "move" in KNOWN[sensor.model].feels}
    lived_in = {room.id for room in home.rooms if room.kind != "hall"}
    assert lived_in <= seen


def test_a_plan_of_ones_own_needs_little() -> None:
    home = plans.parse(SMALL.encode())
    assert home.room_of_kind("kitchen", "living").id == "room"
    assert home.zone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('room = "room" },\n]', 'room = "attic" },\n]', "attic"),
        ("0x00158d0000000002", "0x00158d0000000001", "same ieee"),
        ('"button"', '"motion"', "same friendly_name"),
        ("0x00158d0000000002", "0x12", "regex|pattern"),
        ('kind = "bedroom"', 'kind = "garage"', "garage"),
        (", born = 1940", "", "born"),
        ('id = "one-room"', 'id = "one-room"\nzone = "Asia/Nowhere"', "Nowhere"),
        ('id = "one-room"', 'id = "one-room"\nzoom = 1', "zoom"),
        ("sensors = [", "sensors = (", "Invalid"),
    ],
)
def test_a_broken_plan_says_what_is_wrong(before: str, after: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        plans.parse(SMALL.replace(before, after).encode())


def test_an_unknown_name_lists_those_that_there_are() -> None:
    with pytest.raises(PlanError, match="village-house"):
        plans.load("castle")
