"""From a sensor's message to the hub and back, over real brokers."""

from __future__ import annotations

import time

from models.contract import VERSION, codec
from models.contract.messages import Ack, Command, CommandResult, Devices, Health
from tests.kit_rig import BUTTON, DOOR, Bridge, Hub, Kit, listening, until


def test_a_sensors_events_reach_the_hub_and_leave_the_outbox_only_when_it_says_so(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """A door with a name of two scripts, a slash and a space; a press that travels alone; an ack."""
    kit.agent.start()
    listening(kit, bridge, hub)
    bridge.says("门厅/front door", {"contact": True, "battery": 80, "linkquality": 50})
    bridge.says("门厅/front door", {"contact": False, "battery": 80, "linkquality": 50})
    bridge.says("button", {"action": "emergency", "battery": 100})
    bridge.says("recorder", {"occupancy": True})
    bridge.says("recorder", {"occupancy": False})
    until(lambda: len(hub.events()) == 4, "four events arrive")
    events = {(event.device, event.kind, event.value) for event in hub.events()}
    assert {(DOOR, "contact", 1), (BUTTON, "sos", 1)} < events
    (press,) = [batch for batch in hub.batches() if any(e.kind == "sos" for e in batch.events)]
    assert [event.kind for event in press.events] == ["sos"]
    assert kit.waiting() == 4
    hub.acknowledge()
    until(lambda: kit.waiting() == 0, "the outbox is empty")
    catalogue = codec.decode(hub.heard("devices")[-1], Devices)
    (door,) = [device for device in catalogue.devices if device.id == DOOR]
    assert (door.name, door.room, door.outer_door, door.kinds[0]) == (
        "前门",
        "hall",
        True,
        "contact",
    )
    health = codec.decode(hub.heard("health")[0], Health)
    assert health.outbox == 0


def test_poison_stops_nothing(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """Garbage from sensors and from the hub's side is counted; the next press is heard."""
    kit.agent.start()
    listening(kit, bridge, hub)
    for poison in (
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 30_000,
        b'{"action":["emergency"]}',
        b'{"contact":1e400}',
        b"null",
    ):
        bridge.says("button", poison)
        bridge.says("bridge/state", poison)
        bridge.says("bridge/devices", poison)
        bridge.says("bridge/event", poison)
        bridge.says("button/availability", poison)
        for leaf in ("ack", "config", "command/7"):
            hub.say(leaf, poison)
    hub.say("ack", b'{"v":1,"stream":"of-another-life","upto":99999}')
    hub.say("command/Not-An-Id", b"{}")
    bridge.says("button", {"action": "emergency", "battery": 100})
    until(lambda: [event.kind for event in hub.events()] == ["sos"], "the press arrives")
    assert kit.agent.running


def test_a_command_that_came_too_late_or_is_unknown_is_refused_in_words(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """Nothing old is carried out after an outage."""
    kit.agent.start()
    listening(kit, bridge, hub)
    now = int(time.time() * 1000)
    hub.say("command/1", codec.encode(Command(v=VERSION, name="siren", expires_at=now - 1)))
    hub.say("command/2", codec.encode(Command(v=VERSION, name="dance", expires_at=now + 60_000)))
    until(lambda: bool(hub.heard("command/1/result") and hub.heard("command/2/result")), "both answers")
    late = codec.decode(hub.heard("command/1/result")[0], CommandResult)
    unknown = codec.decode(hub.heard("command/2/result")[0], CommandResult)
    assert not late.ok
    assert "too late" in late.detail
    assert not unknown.ok
    assert "dance" in unknown.detail


def test_what_was_closed_is_closed_once_it_lasted(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """The held closing leaves by itself, with the moment of the edge."""
    kit.agent.start()
    listening(kit, bridge, hub)
    bridge.says("门厅/front door", {"contact": False})
    bridge.says("门厅/front door", {"contact": True})
    until(lambda: [e.value for e in hub.events()] == [1, 0], "open, then closed")
    opened, closed = hub.events()
    assert closed.at - opened.at < 900


def test_a_hub_that_comes_after_the_agent_is_told_at_once_how_everything_does(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """The first report went to nobody; the hub's first word asks for another before the minute is over."""
    kit.agent.start()
    listening(kit, bridge, hub)
    until(lambda: len(hub.heard("health")) == 1, "the report at the connection")
    hub.say("ack", codec.encode(Ack(v=VERSION, stream="somebody-elses", upto=0)))
    until(lambda: len(hub.heard("health")) == 2, "the report for the hub that has just come")
