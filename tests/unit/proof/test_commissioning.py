"""What has to be shown before a home is live: each step from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.proof.commissioning import (
    STEPS,
    TEST_HOLDS,
    Facts,
    Sensor,
    StepName,
    is_sensor,
    next_step,
    steps,
    unproven,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DOOR = Sensor(
    id="0x01", name="MCCGQ11LM", room="hall", kinds=("contact",), placed=True, heard_at=NOW, triggered_at=NOW
)
READY = Facts(
    status="commissioning",
    has_address=True,
    residents=1,
    responders=3,
    proven=2,
    edge_heard_at=NOW - timedelta(seconds=30),
    supervision=timedelta(seconds=90),
    walk_began_at=NOW - timedelta(minutes=10),
    sensors=(DOOR,),
    test_answered_at=NOW - timedelta(minutes=1),
)

#: Each change takes away the proof of one step.
SPOILT: dict[str, tuple[StepName, Facts]] = {
    "no address": ("home", replace(READY, has_address=False)),
    "nobody lives there": ("home", replace(READY, residents=0)),
    "one responder only": ("people", replace(READY, proven=1)),
    "never heard": ("paired", replace(READY, edge_heard_at=None)),
    "silent for too long": ("paired", replace(READY, edge_heard_at=NOW - timedelta(seconds=91))),
    "a sensor without a place": (
        "sensors",
        replace(READY, sensors=(DOOR, replace(DOOR, id="0x02", placed=False))),
    ),
    "one sensor was not triggered": (
        "walked",
        replace(READY, sensors=(DOOR, replace(DOOR, id="0x02", triggered_at=None))),
    ),
    "no walk was begun": ("walked", replace(READY, walk_began_at=None)),
    "no test alert was answered": ("tested", replace(READY, test_answered_at=None)),
    "the test is long ago": ("tested", replace(READY, test_answered_at=NOW - TEST_HOLDS - timedelta(1))),
}


def test_a_home_in_which_all_is_shown_lacks_nothing_but_going_live() -> None:
    assert unproven(READY, NOW) == []
    assert next_step(steps(READY, NOW)) == "live"
    assert next_step(steps(replace(READY, status="live"), NOW)) is None


@pytest.mark.parametrize("what", SPOILT)
def test_each_step_is_open_without_its_proof(what: str) -> None:
    step, facts = SPOILT[what]
    assert unproven(facts, NOW) == [step]


def test_a_home_without_a_sensor_is_neither_equipped_nor_walked() -> None:
    assert unproven(replace(READY, sensors=()), NOW) == ["sensors", "walked"]


def test_every_proof_is_tried_here() -> None:
    assert {step for step, _ in SPOILT.values()} == set(STEPS) - {"live"}


def test_nobody_walks_to_what_only_measures_nor_to_the_bridge() -> None:
    climate = replace(DOOR, id="0x03", kinds=("temperature", "humidity"), triggered_at=None)
    assert unproven(replace(READY, sensors=(DOOR, climate)), NOW) == []
    assert unproven(replace(READY, sensors=(climate,)), NOW) == ["walked"]
    assert not is_sensor(["bridge"])
    assert is_sensor(["smoke", "smoke_test"])
    assert is_sensor([])
