"""Recorded sensors and the edge agent: every message becomes the event that the map promises."""

from __future__ import annotations

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.normalise import normalise
from edge_agent.core.state import DeviceState, Message
from simulators.replay import placement

KINDS = {
    "motion": "motion",
    "presence": "presence",
    "contact": "contact",
    "bed": "bed",
    "chair": "presence",
    "vibration": "vibration",
    "flush": "appliance",
    "tap": "appliance",
    "switch": "appliance",
    "power": "appliance",
    "float": "appliance",
    "temperature": "temperature",
    "humidity": "humidity",
    "illuminance": "illuminance",
}


@pytest.mark.parametrize("kind", KINDS)
def test_both_edges_and_repetitions_arrive_one_to_one(kind: str) -> None:
    (place,) = placement.read(["sensor,kind,room", f"It,{kind},somewhere"]).places
    capability = CATALOGUE[place.vendor, place.model]
    state = DeviceState()
    told = []
    for number, value in enumerate((1.0, 1.0, 0.0, 0.0)):
        fields = place.fields(value)
        assert fields is not None
        message = Message(place.ieee, capability, dict(fields), number, cached=number == 0)
        outcome = normalise(state, message, number, number)
        state = outcome.state
        told += [(event.kind, event.value) for event in outcome.happenings]
        assert outcome.rejected == 0
    assert told == [(KINDS[kind], value) for value in (1.0, 1.0, 0.0, 0.0)]
