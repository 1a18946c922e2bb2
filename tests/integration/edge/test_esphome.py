"""ESPHome nodes on a real broker, which keeps their last words and says them again."""

from __future__ import annotations

from models.contract import codec
from models.contract.messages import Devices
from tests.kit_rig import Bridge, Hub, Kit, listening, until
from tests.ports.wire import Wire

NODES = """
[devices."bath-fall"]
vendor = "Seeed"
model = "MR60FDA2"
room = "bathroom"

[devices."hall-radar"]
vendor = "HiLink"
model = "LD2410"
"""
FALL = "bath-fall/binary_sensor/falling_detected/state"
LAST = "hall-radar/binary_sensor/presence/state"  #: of the node that is subscribed to last


def test_a_live_fall_arrives_once_and_its_replay_after_a_restart_of_the_agent_does_not(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """Nor does a fall that the broker kept from before the agent was there; the ends of both do."""
    with kit.agent.settings.open("a", encoding="utf-8") as file:
        file.write(NODES)
    with Wire(kit.home_broker.port, "nodes") as nodes:
        nodes.say("bath-fall/status", b"online", retain=True)
        nodes.say(FALL, b"ON", retain=True)
        nodes.say(LAST, b"perhaps", retain=True)
        kit.agent.start()
        listening(kit, bridge, hub)
        until(lambda: replays(kit) == 1, "the broker has replayed everything")
        placed = codec.decode(hub.heard("devices")[-1], Devices).devices
        assert [(d.room, d.kinds) for d in placed if d.id == "bath-fall"] == [("bathroom", ["fall"])]
        nodes.say(FALL, b"OFF", retain=True)
        nodes.say(FALL, b"ON", retain=True)
        until(lambda: fallen(hub) == [0, 1], "the end of the old fall, and a new one")

        assert kit.agent.stop() == 0
        kit.agent.start()
        until(lambda: replays(kit) == 2, "the broker has replayed everything again")
        nodes.say(FALL, b"ON", retain=True)
        nodes.say(FALL, b"OFF", retain=True)
        until(lambda: fallen(hub)[2:] != [], "another event of the radar")
        assert fallen(hub) == [0, 1, 0]


def replays(kit: Kit) -> int:
    """How often an agent has complained of the word that comes last in a replay."""
    return kit.agent.log.read_text("utf-8").count(f"not understood, and counted from now on: {LAST}")


def fallen(hub: Hub) -> list[float | None]:
    """What the hub has heard of the fall radar, in the order in which it happened."""
    events = [event for event in hub.events() if event.device == "bath-fall"]
    return [event.value for event in sorted(events, key=lambda event: event.seq)]
