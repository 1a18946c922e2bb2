"""Whole homes on real brokers: sixty sensors at once, two edges, devices that announce themselves."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from models.contract import codec
from models.contract.messages import Batch, Devices, Event
from models.contract.topics import Address
from tests.kit_rig import AgentProcess, Hub, Kit, until
from tests.ports.wire import Wire
from tests.unit.edge.home import listed
from tests.unit.edge.test_reference_devices import FILES, PLACED, READINGS, WORDS, device_of

PLACE = '[devices."{name}"]\nvendor = "{vendor}"\nmodel = "{model}"\n'
PLUG = "shellyplusplugs-aabbccddeeff"  #: says itself what it is
MORE_DOORS = [f"0x{number:016x}" for number in range(0xD000, 0xD000 + 60)]
PATIENCE_S = 60


def test_sixty_sensors_of_forty_models_say_exactly_what_they_should(kit: Kit, hub: Hub, shared: Path) -> None:
    """All the sequences of the reference on one wire, at one go, with sixty sensors in one home.

    The bridge says when it heard each message, so that a day passes in a moment.
    """
    devices = {file: device_of(file) for file in FILES if device_of(file)["kind"] != "bridge"}
    by_bridge = {
        f"0x{place:016x}": file
        for place, file in enumerate(devices, start=1)
        if devices[file]["integration"] == "zigbee2mqtt"
    }
    doors = MORE_DOORS[: 60 - len(devices)]
    placed = {name: file for file, (name, _) in PLACED.items()} | {PLUG: "Shelly_PlusPlugS"}
    with kit.agent.settings.open("a", encoding="utf-8") as file:
        for stem, (name, position) in PLACED.items():
            file.write(PLACE.format(name=name, vendor=devices[stem]["vendor"], model=devices[stem]["model"]))
            file.write(f'position = "{position}"\n' if position else "")
    roster = [
        listed(devices[file]["vendor"], devices[file]["model"], name=file, ieee=ieee)
        for ieee, file in by_bridge.items()
    ] + [listed("SONOFF", "SNZB-04", name=ieee, ieee=ieee) for ieee in doors]
    with Wire(kit.home_broker.port, "sensors", reconnect=True) as sensors:
        sensors.say("zigbee2mqtt/bridge/devices", json.dumps(roster).encode(), retain=True)
        kit.agent.start()
        until(lambda: any(doors[-1].encode() in raw for raw in hub.heard("devices")), "the catalogue arrives")
        yesterday = time.time() - 25 * 3600
        for file, device in devices.items():
            for step in device["payloads"]:
                if not step.get("note", "").startswith("RETAINED replay"):
                    topic = step.get("topic", device["topic"]).replace("{friendly_name}", file)
                    sensors.say(topic, said(step, yesterday), wait=False)
        for ieee in doors:
            sensors.say(f"zigbee2mqtt/{ieee}", b'{"contact": false}', wait=False)
        wanted = {
            file: [WORDS[row["event"]] for row in device["suggested_events"]]
            for file, device in devices.items()
        }
        count = sum(map(len, wanted.values())) + len(doors)
        until(lambda: len(told(hub)) >= count, f"{count} events arrive", PATIENCE_S)
        # Whoever is last has been heard: nothing else is on its way.
        sensors.say(f"zigbee2mqtt/{doors[0]}", b'{"contact": true}')
        until(lambda: len(told(hub)) > count, "the last door is shut", PATIENCE_S)
    heard: dict[str, list[tuple[str, float | None]]] = defaultdict(list)
    for event in sorted(told(hub), key=lambda event: event.seq):
        heard[by_bridge.get(event.device) or placed.get(event.device) or event.device].append(
            (event.kind, event.value)
        )
    assert {file: events for file, events in heard.items() if file in devices} == {
        file: events for file, events in wanted.items() if events
    }
    assert all(heard[ieee][:1] == [("contact", 1.0)] for ieee in doors)
    catalogue = codec.decode(hub.heard("devices")[-1], Devices)
    assert len(catalogue.devices) + len(catalogue.unplaced) >= 60
    assert [row.model for row in catalogue.unplaced] == ["SPM915"]


def said(step: dict[str, Any], yesterday: float) -> bytes:
    """A step's payload, with the moment at which the bridge heard it."""
    payload = step["payload"]
    if step.get("payload_is_text") or not isinstance(payload, dict):
        return str(payload).encode() if step.get("payload_is_text") else json.dumps(payload).encode()
    return json.dumps({**payload, "last_seen": round((yesterday + step["t_s"]) * 1000)}).encode()


def told(hub: Hub) -> list[Event]:
    """What the hub has heard, without readings."""
    return [event for event in hub.events() if event.kind not in READINGS]


def test_two_edges_of_one_home_each_bring_their_own_and_neither_disturbs_the_other(
    kit: Kit, hub: Hub
) -> None:
    """One on each floor, on one broker: two addresses, two streams, no event twice."""
    upstairs = Address("home-1", "edge-2")
    settings = kit.agent.settings.with_name("upstairs.toml")
    own = kit.agent.settings.read_text("utf-8").replace('edge = "edge-1"', 'edge = "edge-2"')
    own = own.replace('/data"', '/data-2"').replace("[sensors]\n", '[sensors]\nprefix = "upstairs"\n')
    settings.write_text(own, "utf-8")
    second = AgentProcess(settings)
    with Wire(kit.home_broker.port, "bridges") as bridges, Wire(kit.hub_broker.port, "hub-2") as ear:
        ear.subscribe([f"{upstairs.base}/#"])
        for prefix, ieee in (("zigbee2mqtt", "0x000000000000d001"), ("upstairs", "0x000000000000d002")):
            roster = [listed("Tuya", "TS0215A_sos", name="button", ieee=ieee)]
            bridges.say(f"{prefix}/bridge/devices", json.dumps(roster).encode(), retain=True)
        try:
            kit.agent.start()
            second.start()
            until(lambda: any(b"d001" in raw for raw in hub.heard("devices")), "downstairs is there")
            until(
                lambda: any(b"d002" in raw for raw in ear.payloads(upstairs.topic("devices"))), "upstairs too"
            )
            bridges.say("zigbee2mqtt/button", b'{"action": "emergency"}')
            bridges.say("upstairs/button", b'{"action": "emergency"}')
            until(lambda: bool(ear.payloads(upstairs.topic("events"))), "a press upstairs")
            until(lambda: bool(hub.events()), "a press downstairs")
        finally:
            second.kill()
        above = [codec.decode(raw, Batch) for raw in ear.payloads(upstairs.topic("events"))]
        assert {event.device for batch in above for event in batch.events} == {"0x000000000000d002"}
        assert [event.device for event in hub.events()] == ["0x000000000000d001"]
        assert {batch.stream for batch in above}.isdisjoint({batch.stream for batch in hub.batches()})


def test_a_device_that_announces_itself_is_listened_to_from_then_on_and_after_a_restart(
    kit: Kit, hub: Hub
) -> None:
    """Its topic is its own; a person has placed it; and what is worn is not an event by itself."""
    with kit.agent.settings.open("a", encoding="utf-8") as file:
        file.write(PLACE.format(name="ha-acme17", vendor="Home Assistant", model="entities"))
    door = {
        "dev_cla": "door",
        "stat_t": "acme/17/door",
        "dev": {"ids": ["acme17"], "mf": "Acme", "mdl": "D1"},
    }
    with Wire(kit.home_broker.port, "acme") as acme:
        kit.agent.start()
        until(lambda: any(b"ha-acme17" in raw for raw in hub.heard("devices")), "it is placed")
        acme.say("homeassistant/binary_sensor/acme17/config", json.dumps(door).encode(), retain=True)
        until(lambda: kinds(hub) == ["contact"], "it is understood")

        def opened() -> bool:
            acme.say("acme/17/door", b"ON")
            return bool(hub.events())

        until(opened, "its door opens")
        assert [(event.device, event.kind, event.value) for event in hub.events()] == [
            ("ha-acme17", "contact", 1)
        ]
        assert kit.agent.stop() == 0
        kit.agent.start()
        until(lambda: len(hub.heard("devices")) >= 3, "the agent is back")

        def shut() -> bool:
            acme.say("acme/17/door", b"OFF")
            return len(hub.events()) > 1

        until(shut, "its door shuts")
        assert hub.events()[-1].value == 0


def kinds(hub: Hub) -> list[str]:
    """What the announced device can tell, as the hub knows it."""
    catalogue = codec.decode(hub.heard("devices")[-1], Devices)
    return next((row.kinds for row in catalogue.devices if row.id == "ha-acme17"), [])
