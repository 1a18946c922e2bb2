"""Real Zigbee frames, decoded by Zigbee2MQTT's own converters, are understood.

`make converters` fetches them; without Node or without them this is skipped. What is sent is in
`tests/converters/frames.json`: bytes as the devices send them, by the Zigbee specification.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.catalogue.sold_as import SOLD_AS
from tests.conftest import ROOT, missing
from tests.unit.edge.home import Home, listed

FOLDER = ROOT / "tests" / "converters"
PACKAGES = ROOT / ".converters" / "node_modules"
SENT: list[dict[str, Any]] = json.loads((FOLDER / "frames.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def decoded() -> list[dict[str, Any]]:
    return asked("decode.cjs", SENT)


def asked(program: str, of: object = None) -> list[Any]:
    """Run a program over the converters; return what it says."""
    node = shutil.which("node")
    if node is None:
        missing("Node")
    if not (PACKAGES / "zigbee-herdsman-converters").is_dir():
        missing("zigbee-herdsman-converters (make converters)")
    done = subprocess.run(
        [str(node), str(FOLDER / program)],
        input=json.dumps(of),
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: list[Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("place", range(len(SENT)), ids=[row["known"] for row in SENT])
def test_what_a_real_converter_publishes_yields_the_device_s_events(
    decoded: list[dict[str, Any]], place: int
) -> None:
    """Its name is in our catalogue, and every state that it makes of the frames is accepted."""
    sent, device = SENT[place], decoded[place]
    assert f"{device['vendor']} {device['model']}" == sent["known"]
    assert (device["vendor"], device["model"]) in CATALOGUE
    home = Home(listed(device["vendor"], device["model"]))
    for second, state in enumerate(device["states"]):
        home.say("sensor", state, at_s=20.0 * second)
    assert [[kind, value] for _, kind, value in home.told()] == sent["events"]
    assert home.intake.rejected == 0


def test_at_least_ten_devices_are_decoded() -> None:
    """Of every trade one."""
    assert len(SENT) >= 10
    assert {kind for row in SENT for kind, _ in row["events"]} >= {"sos", "smoke", "co", "leak", "contact"}


def test_a_device_is_known_by_every_name_under_which_zigbee2mqtt_shows_it() -> None:
    """The same inside, sold by another maker; and no name of ours is made up."""
    shown = {
        (vendor, model): {tuple(name) for name in others} for vendor, model, others in asked("names.cjs")
    }
    ours = {(row.vendor, row.model) for row in CATALOGUE.values()}
    assert {name: set(others) for name, others in SOLD_AS.items()} == {
        name: others for name, others in shown.items() if name in ours
    }
