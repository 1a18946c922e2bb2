"""Devices that measure the air of a room."""

from __future__ import annotations

from edge_agent.core.catalogue.activity import XIAOMI_S
from edge_agent.core.rules import Capability, Quantity

TEMPERATURE = Quantity(field="temperature", kind="temperature", step=0.3)
HUMIDITY = Quantity(field="humidity", kind="humidity", step=3.0)

ROWS = (
    # Says -100 °C now and then, which the table of measurements refuses.
    Capability(vendor="Aqara", model="WSDCGQ11LM", rules=(TEMPERATURE, HUMIDITY), heartbeat_s=XIAOMI_S),
)
