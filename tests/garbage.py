"""Messages as no sensor should ever send them, for every source of the edge agent.

Each is nearly right: the topics are real, the fields are those that the catalogue reads, and what stands in
them is of the wrong kind, cut off, too big, from nobody or from the past. None of them calls for help in the
words of its device, so nothing in them may be taken for an emergency.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.rules import Capability, Posture
from edge_agent.settings import Placement
from models.contract.measurements import MEASUREMENTS
from tests.unit.edge.home import Home, listed

Said = tuple[str, bytes, bool]  #: topic, payload, whether the broker replays it

ROWS = [row for row in CATALOGUE.values() if row.vendor != "Anju"]
ZIGBEE = {f"0x{place:016x}": row for place, row in enumerate(ROWS) if row.ecosystem == "zigbee2mqtt"}
PLACED = {
    "hall-radar": Placement(vendor="HiLink", model="LD2410"),
    "bath-fall": Placement(vendor="Seeed", model="MR60FDA2"),
    "tasmota-1": Placement(vendor="Tasmota", model="generic-plug"),
    "ha-x": Placement(vendor="Home Assistant", model="entities"),
    "ha-zone": Placement(vendor="Aqara", model="FP2"),
    "belt": Placement(vendor="Shimmer", model="Shimmer3", position="waist"),
    "red": Placement(vendor="GPIO", model="sos-button", pin=4),
    "back-door": Placement(vendor="GPIO", model="contact", pin=17),
}
ENTITIES = {
    "device": {"identifiers": ["x"]},
    "components": {
        kind: {"platform": "binary_sensor", "device_class": kind, "state_topic": f"x/{kind}"}
        for kind in ("smoke", "gas", "carbon_monoxide", "moisture", "tamper", "door", "motion")
    },
}
FIELDS = sorted({rule.field for row in ROWS for rule in row.rules} | {"battery", "linkquality", "last_seen"})
#: What means an alarm, or its end, in one of the ecosystems.
WORDS = {"ON", "OFF", "on", "off", "1", "0", "Online", "Offline", "online", "offline", "true", "false"}


def garbage(seed: int) -> list[Said]:
    """Fifty messages in a row, always the same for one seed."""
    chance = Random(seed)
    makers = (_state, _state, _anything, _from_the_past)
    return [chance.choice(makers)(chance) for _ in range(50)]


def _actions(rows: list[Capability]) -> set[str]:
    """Every word by which a device of the catalogue says that something is wrong."""
    found: set[str] = set()
    for row in rows:
        for rule in row.rules:
            for words in ("actions", "fallen", "suspected"):
                found |= set(getattr(rule, words, ()))
    return found


def _own_alarms(row: Capability) -> frozenset[str]:
    """The fields by which a device of this model calls for help."""
    safety = {kind for kind, measured in MEASUREMENTS.items() if measured.group == "safety"}
    return frozenset(rule.field for rule in row.rules if isinstance(rule, Posture) or rule.kind in safety)


def _state(chance: Random) -> Said:
    """A device's state: anything but an alarm in its own alarm's field, and every alarm in all the others."""
    ieee = chance.choice(list(ZIGBEE))
    own, mine = OWN[ieee], [rule.field for rule in ZIGBEE[ieee].rules]
    values = {
        field: _wrong(chance) if field in own or chance.random() < 0.3 else chance.choice(ALARMS)
        for field in (*mine, *chance.sample(FIELDS, chance.randint(0, 9)))
        if chance.random() < 0.8
    }
    return f"zigbee2mqtt/{ieee}", json.dumps(values).encode(), False


def _anything(chance: Random) -> Said:
    """Some topic, some payload: of the wrong kind, cut off, too deep, too long, no text at all."""
    whole = json.dumps({chance.choice(FIELDS): _wrong(chance) for _ in range(chance.randint(0, 8))}).encode()
    payload = chance.choice(
        (
            whole,
            whole[: chance.randint(0, 60)],
            json.dumps([_wrong(chance) for _ in range(chance.randint(0, 4))]).encode(),
            chance.randbytes(chance.randint(0, 40)),
        )
    )
    rare = chance.random()
    if rare < 0.02:
        payload = b'{"a":' * 3000 + b"1" + b"}" * 3000
    elif rare < 0.04:
        payload = b'{"occupancy":' + b" " * 200_000 + b"true}"
    if payload.decode("utf-8", "replace").strip() in WORDS:
        payload = b""
    topic = chance.choice(TOPICS)
    if chance.random() < 0.3:
        leaf = chance.choice(("/availability", "/set", "/contact", "/action", "/get", "//"))
        topic = f"zigbee2mqtt/{chance.choice((*ZIGBEE, 'nobody', '../x', 'a/b', '', '客厅'))}{leaf}"
    return topic, payload, chance.random() < 0.3


def _from_the_past(chance: Random) -> Said:
    """A real alarm, as a broker has kept it for who knows how long."""
    return (*chance.choice(KEPT), True)


def _wrong(chance: Random) -> Any:
    """A value that no device of the catalogue means anything by, where it calls for help."""
    letters = "".join(chance.choice("aeEfFlL 火\x00\n") for _ in range(chance.randint(0, 9)))
    return chance.choice(
        (
            None,
            chance.randint(-(2**70), 2**70),
            chance.uniform(-1e9, 1e9),
            letters if letters not in _SAID else "",
            [True],
            {"action": "emergency", "smoke": True},
            *ALMOST,
        )
    )


_SAID = _actions(ROWS) | WORDS
OWN = {ieee: _own_alarms(row) for ieee, row in ZIGBEE.items()}
ALARMS: list[Any] = [True, False, *sorted(_actions(ROWS)), 12.5, 2000]
ALMOST: list[Any] = [0, 1, 2, -1, 10**400, "1e999", "", " ", "true ", "TRUE", "Emergency", "FALL", "fall\n"]
KEPT: list[tuple[str, bytes]] = [
    *(
        (
            f"zigbee2mqtt/{ieee}",
            b'{"action":"emergency","sos":true,"smoke":true,"water_leak":true,"fall_status":"fall_alarm"}',
        )
        for ieee in ZIGBEE
    ),
    *((f"x/{kind}", b"ON") for kind in ENTITIES["components"]),
    ("bath-fall/binary_sensor/falling_detected/state", b"ON"),
    ("gpio/red", b"1"),
]
TOPICS = (
    "bath-fall/status",
    "bath-fall/binary_sensor/falling_detected/state",
    "hall-radar/binary_sensor/presence/state",
    "hall-radar/sensor/detection_distance/state",
    "esphome/discover/new",
    "tele/tasmota_1/SENSOR",
    "tele/tasmota_1/STATE",
    "tele/tasmota_1/LWT",
    "stat/tasmota_1/POWER",
    "tasmota/discovery/A1/config",
    "shellyplusplugs-0123456789ab/online",
    "shellyplusplugs-0123456789ab/status/switch:0",
    "shellyplusplugs-0123456789ab/events/rpc",
    "homeassistant/binary_sensor/zone/state",
    "homeassistant/binary_sensor/q/config",
    "homeassistant/sensor/n/q/config",
    "homeassistant/device/q/config",
    *(f"x/{kind}" for kind in ENTITIES["components"]),
    "/ble/advertise/c0:ff:ee:12:34:56/espruino",
    "anju/wearable/belt/motion",
    "anju/wearable/BELT/motion",
    "gpio/red",
    "gpio/back-door",
    "zigbee2mqtt/bridge/state",
    "zigbee2mqtt/bridge/event",
    "zigbee2mqtt/bridge/info",
    "zigbee2mqtt/bridge/health",
    "zigbee2mqtt/bridge/",
    "zigbee2mqtt",
    "",
    "/",
    "a\u0000b",
)


def home_of_everything() -> Home:
    """A home with one device of every model, the Zigbee ones listed, the others placed, all of them quiet."""
    devices = [listed(row.vendor, row.model, name=ieee, ieee=ieee) for ieee, row in ZIGBEE.items()]
    home = Home(*devices, placements=dict(PLACED))
    home.hear("homeassistant/device/x/config", json.dumps(ENTITIES).encode(), retained=True)
    return home


def feed(home: Home, said: list[Said]) -> Mapping[str, int]:
    """Let the home hear it all; return how many emergencies were made of it, by kind."""
    for second, (topic, payload, retained) in enumerate(said):
        home.hear(topic, payload, at_s=home.now_s + 7 * (second % 5), retained=retained)
    raised: dict[str, int] = {}
    for happening in home.happenings:
        row = MEASUREMENTS.get(happening.kind)
        if row is not None and row.group == "safety" and happening.value != 0:
            raised[happening.kind] = raised.get(happening.kind, 0) + 1
    return raised
