"""Pitfalls of the list of 24 that only real programs can show: brokers as they come and as we set them up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge_agent.examining import anybody_gets_in
from models.contract import VERSION, codec
from models.contract.configuration import digest
from models.contract.errors import InvalidTopicError
from models.contract.messages import Config
from models.contract.topics import Address, is_id, subscriptions
from tests.brokers import HomeMosquitto, Mosquitto, Nats
from tests.kit_rig import ADDRESS, BUTTON, DOOR, Bridge, Hub, Kit, at_work, listening, until
from tests.ports.wire import Wire

KETTLE, RADAR = "kettle", "radar-bath"


def test_pitfall_02_what_was_said_while_the_agent_was_away_is_heard_confirmed_or_not(tmp_path: Path) -> None:
    """At the kit's broker: a press at QoS 0, as Zigbee2MQTT comes, a door at QoS 1, as the kit sets it."""
    made = Kit("mosquitto", tmp_path, HomeMosquitto(tmp_path))
    with (
        at_work(made) as kit,
        Wire(kit.home_broker.port, "zigbee2mqtt") as z2m,
        Wire(kit.hub_broker.port, "hub") as wire,
    ):
        bridge, hub = Bridge(z2m), Hub(wire)
        bridge.lists((DOOR, "door", "Aqara", "MCCGQ11LM"), (BUTTON, "button", "Tuya", "TS0215A_sos"))
        kit.agent.start()
        listening(kit, bridge, hub)
        kit.agent.kill()
        z2m.say("zigbee2mqtt/button", b'{"action":"emergency"}', qos=0)
        z2m.say("zigbee2mqtt/door", b'{"contact":false}', qos=1)
        kit.agent.start()
        until(lambda: len(hub.events()) == 2, "both are told")
        assert sorted(event.kind for event in hub.events()) == ["contact", "sos"]


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    made = Nats(tmp_path_factory.mktemp("nats"))
    made.start()
    yield made
    made.stop()


def test_pitfall_19_a_space_in_a_topic_cuts_the_connection_and_ours_has_none(nats: Nats) -> None:
    with Wire(nats.port, "a-friendly-name") as careless:
        careless.say("anju/v1/00/home 1/edge/events", b"{}", wait=False)
        careless.until(lambda: careless.lost, "the end of the connection")
    for home, edge in (("home 1", "edge"), ("home.1", "edge"), ("home-1", "客厅"), ("home-1", "edge/1")):
        with pytest.raises(InvalidTopicError):
            Address(home, edge)


def test_pitfall_19_a_shared_subscription_is_granted_and_never_served_and_ours_are_by_name(
    nats: Nats,
) -> None:
    with Wire(nats.port, "a-sharer") as sharer, Wire(nats.port, "an-edge") as edge:
        sharer.subscribe([f"$share/workers/{ADDRESS.topic('events')}", ADDRESS.topic("health")])
        assert sharer.granted[-1]
        edge.say(ADDRESS.topic("events"), b"{}")
        edge.say(ADDRESS.topic("health"), b"{}")
        sharer.until_heard(ADDRESS.topic("health"))
        assert [heard.topic for heard in sharer.heard] == [ADDRESS.topic("health")]
    assert not [topic for topic in subscriptions() if "$" in topic]


def test_pitfall_19_the_newer_protocol_is_refused(nats: Nats) -> None:
    """So that the agent and the hub speak 3.1.1 everywhere."""
    answers: list[Any] = []
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5, reconnect_on_failure=False)
    client.on_connect = lambda *words: answers.append(words[3])
    client.connect("127.0.0.1", nats.port)
    client.loop_start()
    until(lambda: bool(answers), "an answer")
    client.disconnect()
    client.loop_stop()
    assert answers[0].is_failure


def test_pitfall_19_an_agent_whose_sensors_have_any_name_speaks_in_topics_that_every_broker_takes(
    nats: Nats, tmp_path: Path
) -> None:
    """Names with spaces, dots and Chinese stay in the home: the whole agent, over NATS."""
    made = Kit("mosquitto", tmp_path)
    made.hub_broker.start = made.hub_broker.stop = lambda: None  # type: ignore[method-assign]
    settings = made.agent.settings.read_text("utf-8")
    made.agent.settings.write_text(settings.replace(f"port = {made.hub_broker.port}", f"port = {nats.port}"))
    with (
        at_work(made) as kit,
        Wire(kit.home_broker.port, "zigbee2mqtt") as z2m,
        Wire(nats.port, "hub", reconnect=True) as wire,
    ):
        bridge, hub = Bridge(z2m), Hub(wire)
        bridge.lists(
            (DOOR, "客厅 front.door", "Aqara", "MCCGQ11LM"), (BUTTON, "SOS 1.0", "Tuya", "TS0215A_sos")
        )
        kit.agent.start()
        listening(kit, bridge, hub)
        bridge.says("SOS 1.0", {"action": "emergency"})
        bridge.says("客厅 front.door", {"contact": False})
        until(lambda: len(hub.events()) == 2, "both are told")
        assert {event.device for event in hub.events()} == {DOOR, BUTTON}
        assert all(is_id(part) for heard in wire.heard for part in heard.topic.split("/"))
        assert len(hub.states()) == 1, "the connection was never cut"


def test_pitfall_23_a_sensor_of_the_network_has_a_name_and_speaks_for_itself_alone(tmp_path: Path) -> None:
    """Another device of the home's network is let in nowhere; the bridge and the agent need no name."""
    broker = HomeMosquitto(tmp_path, {KETTLE: "of-the-kettle", RADAR: "of-the-radar"})
    broker.start()
    try:
        with Wire(broker.network_port, "a-television") as stranger:
            assert stranger.refused
        with Wire(broker.network_port, "k", account=KETTLE, password="of-the-radar") as liar:
            assert liar.refused
        with (
            Wire(broker.port, "anju-agent") as agent,
            Wire(broker.network_port, "k", account=KETTLE, password="of-the-kettle") as kettle,
        ):
            agent.subscribe(["#"])
            for topic in (
                f"{RADAR}/binary_sensor/falling_detected/state",
                "zigbee2mqtt/button",
                f"tele/{RADAR}/SENSOR",
                f"anju/wearable/{RADAR}/motion",
                f"homeassistant/sensor/{RADAR}/config",
                f"tele/{KETTLE}/SENSOR",
            ):
                kettle.say(topic, b"ON")
            agent.until_heard(f"tele/{KETTLE}/SENSOR")
            assert {heard.topic for heard in agent.heard} == {f"tele/{KETTLE}/SENSOR"}
            kettle.subscribe(["#", f"cmnd/{KETTLE}/#"])
            agent.say("zigbee2mqtt/bedroom", b'{"occupancy":true}')
            agent.say(f"cmnd/{KETTLE}/POWER", b"ON")
            kettle.until_heard(f"cmnd/{KETTLE}/POWER")
            assert {heard.topic for heard in kettle.heard} == {f"cmnd/{KETTLE}/POWER"}
    finally:
        broker.stop()


def test_pitfall_23_the_doctor_tries_whether_anybody_gets_in(tmp_path: Path) -> None:
    """At a broker that lets everybody in, at one that asks for names, and where nobody listens."""
    anybody, named = Mosquitto(tmp_path / "open"), HomeMosquitto(tmp_path / "named", {KETTLE: "secret"})
    anybody.start()
    named.start()
    try:
        assert anybody_gets_in("127.0.0.1", anybody.port)
        assert not anybody_gets_in("127.0.0.1", named.network_port)
        assert not anybody_gets_in("127.0.0.2", named.port), "the loopback's door is the loopback's"
    finally:
        anybody.stop()
        named.stop()


def test_pitfall_24_a_configuration_that_dies_twice_is_taken_back_by_the_program_itself(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """The hub asks for a room; the agent starts anew with it and is cut off twice within its minute."""
    wanted = {"devices": {DOOR: {"room": "kitchen"}}}
    kit.agent.start()
    listening(kit, bridge, hub)
    config = Config(v=VERSION, version=3, sha256=digest(wanted), settings=wanted)
    hub.say("config", codec.encode(config), retain=True)
    for _ in range(2):
        until(lambda: runs(hub, 3), "it runs what the hub wants")
        kit.agent.kill()
        until(lambda: hub.states()[-1].state == "lost", "it is dead")
        kit.agent.start()
    until(lambda: runs(hub, 0), "it runs what it ran before")
    said = hub.states()[-1]
    assert (said.config_refused, "rolled back" in said.config_note) == (3, True)
    until(lambda: b'"room":"hall"' in hub.heard("devices")[-1], "the door is where it was")


def runs(hub: Hub, version: int) -> bool:
    """Whether the agent lives and says that it runs this configuration."""
    said = hub.states()[-1]
    return (said.state, said.config_version) == ("online", version)
