"""What the rows of several trades share."""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.core.rules import YES_NO, Capability, Change, Rule, Scalar

CLOSED: Mapping[Scalar, float | None] = {True: 0.0, False: 1.0}  #: `contact` is true while the door is closed
PRESENT: Mapping[Scalar, float | None] = {
    True: 1.0,
    False: 0.0,
    None: None,
}  #: radars say null after power-up
ON_OFF: Mapping[Scalar, float | None] = {"ON": 1.0, "OFF": 0.0}  #: ESPHome's words

TAMPER = Change(field="tamper", kind="tamper", values=YES_NO)
XIAOMI_S = 3300.0  #: Xiaomi's and Aqara's battery devices report every 50 to 60 minutes


def row(
    vendor: str,
    model: str,
    *rules: Rule,
    heartbeat_s: float | None = None,
    mains: bool = False,
    ecosystem: str = "zigbee2mqtt",
) -> Capability:
    """One model of device; `heartbeat_s` is None where it need not speak, `mains` where it has no battery."""
    return Capability(
        vendor=vendor,
        model=model,
        rules=rules,
        heartbeat_s=heartbeat_s,
        battery_powered=not mains,
        ecosystem=ecosystem,
    )
