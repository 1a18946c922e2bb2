"""Which ecosystems an agent reads, as its settings say."""

from __future__ import annotations

from edge_agent.settings import Settings
from edge_agent.sources import Known, Source
from edge_agent.sources.esphome import EspHome
from edge_agent.sources.zigbee2mqtt import Zigbee2Mqtt


def mounted(settings: Settings) -> list[Source]:
    """Return the sources of one home: its Zigbee2MQTT, and the ESPHome nodes that somebody placed."""
    nodes = [
        Known(device, placement.vendor, placement.model, device)
        for device, placement in settings.devices.items()
        if placement.is_node
    ]
    return [Zigbee2Mqtt(settings.sensors.prefix), EspHome(nodes)]
