"""What is worn on the body. The fall watch judges what it feels; the placement says where it is worn."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.catalogue.rows import row
from edge_agent.core.rules import Capability


def _worn(vendor: str, model: str, ecosystem: str = "wearable") -> Capability:
    return replace(row(vendor, model, ecosystem=ecosystem), worn=True)


ROWS = (
    # Anything that sends batches as docs/contract.md describes them.
    _worn("Anju", "wearable"),
    _worn("InvenSense", "MPU6050"),
    _worn("Shimmer", "Shimmer3"),
    # The watch's own adverts; worn as a wearable, it sends batches under a name of its own.
    row("Espruino", "BangleJS2", ecosystem="espruino"),
)
