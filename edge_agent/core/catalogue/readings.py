"""Devices that measure the air of a room."""

from __future__ import annotations

from edge_agent.core.catalogue.rows import XIAOMI_S, row
from edge_agent.core.rules import Quantity

TEMPERATURE = Quantity(field="temperature", kind="temperature", step=0.3)
HUMIDITY = Quantity(field="humidity", kind="humidity", step=3.0)

ROWS = (
    # Says -100 °C now and then, which the table of measurements refuses.
    row("Aqara", "WSDCGQ11LM", TEMPERATURE, HUMIDITY, heartbeat_s=XIAOMI_S),
)
