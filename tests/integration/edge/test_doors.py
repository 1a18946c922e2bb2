"""Brokers with accounts and TLS, a file that was damaged, and a person who watches."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import Mosquitto
from tests.conftest import ROOT
from tests.kit_rig import ADDRESS, BUTTON, AgentProcess, Bridge, Hub, Kit, listening, until
from tests.ports.wire import Wire

ACCOUNT, PASSWORD, HUBS = f"{ADDRESS.home}/{ADDRESS.edge}", "of this home", "of the hub"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Mosquitto]:
    """The county's broker as it is configured for production, with this home's account."""
    broker = Mosquitto(tmp_path / "county", {ACCOUNT: PASSWORD, "hub": HUBS})
    broker.start()
    yield broker
    broker.stop()


@pytest.mark.parametrize("kit", ["embedded"], indirect=True)
def test_over_tls_with_its_own_account_an_agent_reaches_the_hub(
    kit: Kit, bridge: Bridge, county: Mosquitto, tmp_path: Path
) -> None:
    """The password stands in a file, the broker's certificate is checked."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    text = kit.agent.settings.read_text("utf-8").replace(
        f"port = {kit.hub_broker.port}",
        f'host = "127.0.0.1"\nport = {county.tls_port}\nusername = "{ACCOUNT}"\n'
        f'password_file = "{tmp_path / "password"}"\nca = "{county.certificate}"',
    )
    kit.agent.settings.write_text(text, "utf-8")
    with Wire(county.port, "hub", account="hub", password=HUBS) as wire:
        hub = Hub(wire)
        kit.agent.start()
        listening(kit, bridge, hub)
        bridge.says("button", {"action": "emergency", "battery": 100})
        until(lambda: [event.device for event in hub.events()] == [BUTTON], "the press arrives")
        hub.acknowledge()
        until(lambda: kit.waiting() == 0, "the ack is heard")
        kit.agent.stop()


@pytest.mark.parametrize("kit", ["embedded"], indirect=True)
def test_a_broker_that_refuses_the_agent_costs_no_event(kit: Kit, bridge: Bridge, county: Mosquitto) -> None:
    """A wrong password is said once in the log, and the press waits in the outbox."""
    text = kit.agent.settings.read_text("utf-8").replace(
        f"port = {kit.hub_broker.port}",
        f'port = {county.port}\nusername = "{ACCOUNT}"\npassword = "an old one"',
    )
    kit.agent.settings.write_text(text, "utf-8")
    kit.agent.start()
    until(lambda: "refused" in kit.agent.log.read_text(), "the refusal is logged")
    until(lambda: "sensors broker" in kit.agent.log.read_text(), "the sensors are heard")
    bridge.says("button", {"action": "emergency", "battery": 100})
    until(lambda: kit.waiting() == 1, "the press is stored")
    said = kit.agent.log.read_text()
    assert said.count("refused") == 1
    assert "an old one" not in said


@pytest.mark.parametrize("kit", ["embedded"], indirect=True)
def test_after_a_damaged_outbox_the_agent_begins_a_new_stream_and_says_so(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """The file is kept for whoever wants to look; the hub hears of it as an event."""
    kit.outbox.parent.mkdir(parents=True)
    kit.outbox.write_bytes(b"\0" * 40_960)
    kit.agent.start()
    until(lambda: [event.kind for event in hub.events()] == ["outbox_damaged"], "the report arrives")
    assert len(list(kit.outbox.parent.glob("outbox.damaged-*"))) == 1
    listening(kit, bridge, hub)
    bridge.says("button", {"action": "emergency", "battery": 100})
    until(lambda: [event.kind for event in hub.events()] == ["outbox_damaged", "sos"], "the press arrives")


@pytest.mark.parametrize("kit", ["embedded"], indirect=True)
def test_who_watches_sees_the_sensors_events_and_disturbs_nobody(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """Time, kind, value, room and name; beside a running agent."""
    kit.agent.start()
    listening(kit, bridge, hub)
    shown = kit.agent.settings.with_suffix(".shown")
    with shown.open("wb") as file, watching(kit.agent, file) as watcher:
        until(lambda: "Connected" in shown.read_text("utf-8"), "the watcher is connected")
        until(lambda: presses(bridge) and "sos" in shown.read_text("utf-8"), "the press is shown")
        bridge.says("门厅/front door", {"contact": False})
        until(lambda: "前门" in shown.read_text("utf-8"), "the door is shown")
        watcher.terminate()
    line = next(line for line in shown.read_text("utf-8").splitlines() if "前门" in line)
    assert "contact" in line
    assert "hall" in line
    assert "opened" in line
    until(lambda: {event.kind for event in hub.events()} == {"sos", "contact"}, "the agent took them too")


def presses(bridge: Bridge) -> bool:
    """Press; a watcher that has just come may not have the list of devices yet."""
    bridge.says("button", {"action": "emergency", "battery": 100})
    return True


def watching(agent: AgentProcess, shown: object) -> subprocess.Popen[bytes]:
    """Start `anju-agent watch` with its output going to a file."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "edge_agent.cli", "watch", "--config", str(agent.settings)],
        cwd=ROOT,
        stdout=shown,  # type: ignore[arg-type,call-overload]
    )
