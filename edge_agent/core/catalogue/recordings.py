"""Recorded homes that are played back: devices that never existed, in Zigbee2MQTT's words.

Vendor `Anju`, model `recorded-<trade>`. Every message is an event, both edges and repetitions too, so that a
recording arrives one to one. The moment of an event stands in the message's `last_seen`.

| model | field | means |
|---|---|---|
| recorded-motion | `occupancy` true/false | motion 1/0 |
| recorded-presence | `presence` true/false/null | presence 1/0/unknown |
| recorded-contact | `contact` true/false | contact 0 (closed) / 1 (open) |
| recorded-bed | `occupancy` true/false | bed 1/0 |
| recorded-switch | `state` ON/OFF | appliance 1/0 |
| recorded-vibration | `vibration` true/false | vibration 1/0 |
| recorded-button | `action` pressed | button 1 |
| recorded-climate | `temperature`, `humidity`, `illuminance` | the value |
| recorded-power | `power` | the value |
"""

from __future__ import annotations

from edge_agent.core.catalogue.rows import CLOSED, PRESENT, row
from edge_agent.core.rules import YES_NO, Capability, Record

VENDOR = "Anju"


def _recorded(trade: str, *rules: Record) -> Capability:
    return row(VENDOR, f"recorded-{trade}", *rules)


ROWS = (
    _recorded("motion", Record(field="occupancy", kind="motion", values=YES_NO)),
    _recorded("presence", Record(field="presence", kind="presence", values=PRESENT)),
    _recorded("contact", Record(field="contact", kind="contact", values=CLOSED)),
    _recorded("bed", Record(field="occupancy", kind="bed", values=YES_NO)),
    _recorded("switch", Record(field="state", kind="appliance", values={"ON": 1.0, "OFF": 0.0})),
    _recorded("vibration", Record(field="vibration", kind="vibration", values=YES_NO)),
    _recorded("button", Record(field="action", kind="button", values={"pressed": 1.0})),
    _recorded(
        "climate",
        Record(field="temperature", kind="temperature"),
        Record(field="humidity", kind="humidity"),
        Record(field="illuminance", kind="illuminance"),
    ),
    _recorded("power", Record(field="power", kind="power")),
)
