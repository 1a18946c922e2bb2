"""A press while nobody at the hub says that they have it: siren, words, and the home's own call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit_rig import DOOR, Bridge, Hub, Kit, at_work, bridge, hub, listening, until
from tests.modem_programs import install
from tests.ports.wire import Wire

__all__ = ["bridge", "hub"]
DAUGHTER, SON = "+8613800000001", "+8613900000002"
SIREN = "0x00158d0000000009"
SPOT = """
[spot]
sirens = ["{siren}"]
say = ["sh", "-c", "echo \'{{text}}\' >> {said}"]
language = "en"
cancel = ["{door}"]
numbers = ["{daughter}", "{son}"]
patience_s = {patience}
"""


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    """A home with a siren, a loudspeaker and a modem."""
    install(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "story").write_text("dialing\nringing-out\nactive\n", "utf-8")
    with at_work(Kit("mosquitto", tmp_path)) as made:
        yield made


def furnish(kit: Kit, patience: int) -> Path:
    said = kit.agent.settings.with_name("said-in-the-room")
    with kit.agent.settings.open("a", encoding="utf-8") as file:
        file.write(
            SPOT.format(siren=SIREN, said=said, door=DOOR, daughter=DAUGHTER, son=SON, patience=patience)
        )
    return said


def done(hub: Hub, kind: str) -> list[object]:
    return [event.attributes.get("outcome", event.value) for event in hub.events() if event.kind == kind]


def test_a_press_that_nobody_acknowledges(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """The broker takes every message, and no hub says that it has them."""
    said = furnish(kit, patience=1)
    (kit.agent.settings.parent / "key").touch()
    with Wire(kit.home_broker.port, "siren") as siren:
        siren.subscribe([f"zigbee2mqtt/{SIREN}/set"])
        kit.agent.start()
        listening(kit, bridge, hub)
        bridge.says("button", {"action": "emergency"})
        (order,) = siren.until_heard(f"zigbee2mqtt/{SIREN}/set")
        assert order == b'{"warning": {"mode": "emergency", "duration": 180}}'
        assert not siren.heard[0].retained
        until(lambda: done(hub, "edge_call") == ["calling", "key"], "the home calls, and a key is pressed")
    until(lambda: done(hub, "siren") == [1.0], "the hub is told of the siren")
    orders = (kit.agent.settings.parent / "orders").read_text("utf-8")
    assert DAUGHTER in orders
    assert SON not in orders
    until(lambda: "takes care" in said.read_text("utf-8"), "it is said in the room")
    assert "Help is being called" in said.read_text("utf-8")
    kinds = [event.kind for event in hub.events()]
    assert kinds.index("sos") < kinds.index("edge_call")


def test_the_resident_who_says_that_all_is_well_ends_it(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    said = furnish(kit, patience=600)
    with Wire(kit.home_broker.port, "siren") as siren:
        siren.subscribe([f"zigbee2mqtt/{SIREN}/set"])
        kit.agent.start()
        listening(kit, bridge, hub)
        bridge.says("门厅/front door", {"contact": True})
        bridge.says("button", {"action": "emergency"})
        siren.until_heard(f"zigbee2mqtt/{SIREN}/set")
        bridge.says("门厅/front door", {"contact": False})
        orders = siren.until_heard(f"zigbee2mqtt/{SIREN}/set", 2)
        assert orders[1] == b'{"warning": {"mode": "stop"}}'
        until(lambda: done(hub, "well") == [1.0], "the hub is told")
    until(lambda: "Nobody comes" in said.read_text("utf-8"), "it is said in the room")
    until(lambda: done(hub, "siren") == [1.0, 0.0], "the hub is told of the siren")
    assert done(hub, "sos") == [1.0]
    assert done(hub, "edge_call") == []
