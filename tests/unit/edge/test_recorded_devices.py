"""Recorded sequences of every model in the catalogue, and the events that come of them.

Each case in `recorded/` is a fact: what a device said, second by second, and what that is worth. Where a
message names its topic, it also says whether the broker replays it; `placed` is the device's identifier where
a person has to say what it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.settings import Placement
from tests.unit.edge.home import Home, play, play_node

FOLDER = Path(__file__).parent / "recorded"
CASES: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text("utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['model']}: {case['fact']}")
def test_a_recorded_device_yields_exactly_its_events(case: dict[str, Any]) -> None:
    """Kinds, values and moments, and not one event more."""
    if "placed" in case:
        home = play_placed(case)
    else:
        sequence = play_node if case.get("ecosystem") == "esphome" else play
        home = sequence(case["vendor"], case["model"], case["messages"])
    assert home.told() == [tuple(event) for event in case["events"]]


def test_every_safety_device_of_the_catalogue_has_a_recorded_sequence() -> None:
    """A row without a recording is a guess."""
    recorded = {(case["vendor"], case["model"]) for case in CASES}
    rows = {(row.vendor, row.model) for row in CATALOGUE.values() if row.vendor != "Anju"}
    assert rows <= recorded


def play_placed(case: dict[str, Any]) -> Home:
    """A device that a person placed, or that names its own model (`placed` is null)."""
    placements = {}
    if case["placed"] is not None:
        more = {key: case[key] for key in ("pin", "position") if key in case}
        placements[case["placed"]] = Placement(vendor=case["vendor"], model=case["model"], **more)
    home = Home(placements=placements)
    for at_s, topic, payload, replayed in case["messages"]:
        home.hear(topic, payload.encode(), at_s=at_s, retained=replayed)
    placed, unplaced = home.intake.devices()
    assert [row.model for row in placed if row.model != "bridge"] == [case["model"]]
    assert unplaced == []
    return home
