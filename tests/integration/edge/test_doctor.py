"""`anju-agent doctor` in a real home: before anything runs, and with an agent that it leaves alone."""

from __future__ import annotations

import json

from tests.kit_rig import ADDRESS, Bridge, Hub, Kit, listening, until
from tests.unit.edge.test_doctor import DEFAULTS_OF_1


def checks(kit: Kit) -> tuple[int, dict[str, list[tuple[str, str]]]]:
    """The exit code, and what is said by name."""
    done = kit.agent.command("doctor", "--json")
    said: dict[str, list[tuple[str, str]]] = {}
    for check in json.loads(done.stdout)["checks"]:
        said.setdefault(check["name"], []).append((check["state"], check["said"]))
    return done.returncode, said


def test_the_doctor_sees_what_is_wrong_and_disturbs_no_agent_that_runs(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    code, said = checks(kit)
    assert code == 1
    assert said["agent"][0] == ("fault", "It is not running: systemctl start anju-agent")
    assert said["hub's broker"][0][0] == said["sensors' broker"][0][0] == "well"
    bridge.says("bridge/info", DEFAULTS_OF_1, retain=True)
    bridge.says("bridge/state", {"state": "online"}, retain=True)
    kit.agent.start()
    listening(kit, bridge, hub)
    bridge.says("门厅/front door", {"contact": False})
    bridge.says("button", {"battery": 4, "linkquality": 60})

    def answered() -> bool:
        hub.acknowledged_again()
        return checks(kit)[1]["agent"][0] == ("well", "It runs, and the hub answers.")

    until(answered, "the agent has said how it does")
    code, said = checks(kit)
    assert code == 1, "Zigbee2MQTT is not set well"
    assert any("set qos to 1" in words for _, words in said["Zigbee2MQTT"])
    assert ("warning", "button needs a new battery.") in said["sensors"]
    assert [state.state for state in hub.states() if state.session == hub.states()[-1].session] == ["online"]
    assert ADDRESS.home == "home-1"
