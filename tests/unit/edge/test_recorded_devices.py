"""Recorded sequences of every model in the catalogue, and the events that come of them.

Each case in `recorded/` is a fact: what a device said, second by second, and what that is worth. An ESPHome
node's messages name their topic, and whether the broker replays them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from tests.unit.edge.home import play, play_node

FOLDER = Path(__file__).parent / "recorded"
CASES: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text("utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['model']}: {case['fact']}")
def test_a_recorded_device_yields_exactly_its_events(case: dict[str, Any]) -> None:
    """Kinds, values and moments, and not one event more."""
    sequence = play_node if case.get("ecosystem") == "esphome" else play
    home = sequence(case["vendor"], case["model"], case["messages"])
    assert home.told() == [tuple(event) for event in case["events"]]


def test_every_safety_device_of_the_catalogue_has_a_recorded_sequence() -> None:
    """A row without a recording is a guess."""
    recorded = {(case["vendor"], case["model"]) for case in CASES}
    rows = {key for key in CATALOGUE if key[0] != "Anju"}
    assert rows <= recorded
