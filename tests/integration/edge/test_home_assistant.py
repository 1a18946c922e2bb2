"""This home in Home Assistant, over a real broker: announced, told, gone, back, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jinja2
import pytest

from models.contract import VERSION, codec
from models.contract.messages import Alerts, OpenAlert
from tests.kit_rig import ADDRESS, DOOR, Bridge, Hub, Kit, listening, until
from tests.ports.wire import Wire

CONFIG = f"homeassistant/device/anju_{ADDRESS.home}_{ADDRESS.edge}/config"
BASE = f"anju/home/{ADDRESS.home}/{ADDRESS.edge}"


class Assistant:
    """Home Assistant's end of the home's broker: it renders the templates that it was given."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        wire.subscribe(["homeassistant/+/+/config", f"{BASE}/#"])

    def announced(self) -> dict[str, Any]:
        """The latest announcement."""
        said = self.wire.payloads(CONFIG)
        return json.loads(said[-1]) if said and said[-1] else {}

    def available(self) -> bool:
        """Whether its entities are available."""
        said = self.wire.payloads(f"{BASE}/availability")
        return bool(said) and said[-1] == b"online"

    def shows(self, component: str) -> tuple[str, Any]:
        """What an entity shows: its state and its attributes."""
        made = self.announced().get("components", {}).get(component)
        said = self.wire.payloads(f"{BASE}/state")
        if made is None or not said:
            return "", {}
        value = json.loads(said[-1])

        def render(template: str) -> str:
            return jinja2.Environment(autoescape=False).from_string(template).render(value_json=value)

        attributes = made.get("json_attributes_template")
        return render(made["value_template"]), json.loads(render(attributes)) if attributes else {}


@pytest.fixture
def assistant(kit: Kit) -> Iterator[Assistant]:
    with kit.agent.settings.open("a", encoding="utf-8") as file:
        file.write("\n[home_assistant]\nenabled = true\n")
    with Wire(kit.home_broker.port, "home-assistant") as wire:
        yield Assistant(wire)


def test_the_home_appears_with_its_safety_its_alerts_and_every_sensor(
    kit: Kit, bridge: Bridge, hub: Hub, assistant: Assistant
) -> None:
    kit.agent.start()
    listening(kit, bridge, hub)
    door = f"device_{DOOR}"
    until(lambda: door in assistant.announced().get("components", {}), "the announcement with the sensors")
    found = assistant.announced()
    assert found["device"]["manufacturer"] == found["origin"]["name"] == "Anju"
    assert all(part["unique_id"] and part["platform"] for part in found["components"].values())
    assert len({part["unique_id"] for part in found["components"].values()}) == len(found["components"])
    assert assistant.available()
    until(lambda: assistant.shows("safety")[0] == "OFF", "all is well")
    bridge.says("button", {"action": "emergency"})
    until(lambda: assistant.shows("safety")[0] == "ON", "somebody pressed for help")
    assert assistant.shows("safety")[1]["kind"] == "sos"
    [press] = assistant.wire.payloads(f"{BASE}/event")
    assert json.loads(press)["event_type"] == "sos"
    assert "sos" in found["components"]["event"]["event_types"]
    hub.acknowledge()
    until(
        lambda: assistant.shows("hub")[0] == "ON" and assistant.shows("waiting")[0] == "0", "the hub is there"
    )
    alert = OpenAlert(
        id="a1",
        risk="sos",
        severity="emergency",
        status="acknowledged",
        at=1_795_000_000_000,
        room="bathroom",
    )
    drill = OpenAlert(id="a2", risk="fall", severity="emergency", status="triggered", at=1, drill=True)
    hub.say("alerts", codec.encode(Alerts(v=VERSION, at=1, alerts=[alert, drill])))
    until(lambda: assistant.shows("alert")[0] == "sos acknowledged", "the open alert, and no drill")
    assert assistant.shows("alert")[1]["alerts"][0]["room"] == "bathroom"
    hub.say("alerts", codec.encode(Alerts(v=VERSION, at=2)))
    until(lambda: assistant.shows("alert")[0] == "none", "it is resolved")


def test_it_announces_itself_again_when_home_assistant_has_started_and_is_away_when_it_is_gone(
    kit: Kit, bridge: Bridge, hub: Hub, assistant: Assistant
) -> None:
    kit.agent.start()
    listening(kit, bridge, hub)
    until(assistant.available, "the announcement")
    before = len(assistant.wire.payloads(CONFIG))
    assistant.wire.say("homeassistant/status", b"offline")
    assistant.wire.say("homeassistant/status", b"online")
    until(lambda: len(assistant.wire.payloads(CONFIG)) > before, "another announcement")
    kit.agent.kill()
    until(lambda: not assistant.available(), "away, said by the broker")
    kit.agent.start()
    until(assistant.available, "back")
    kit.agent.stop()
    until(lambda: not assistant.available(), "away, said by itself")


def test_turned_off_it_is_taken_back(kit: Kit, bridge: Bridge, hub: Hub, assistant: Assistant) -> None:
    kit.agent.start()
    listening(kit, bridge, hub)
    until(assistant.available, "the announcement")
    kit.agent.stop()
    text = kit.agent.settings.read_text("utf-8").replace("enabled = true", "enabled = false")
    kit.agent.settings.write_text(text, "utf-8")
    kit.agent.start()
    until(lambda: assistant.wire.payloads(CONFIG)[-1] == b"", "it is taken back")
