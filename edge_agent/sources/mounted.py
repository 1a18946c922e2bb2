"""Which ecosystems an agent reads, and which devices a person placed in them, as its settings say."""

from __future__ import annotations

from edge_agent.settings import Settings
from edge_agent.sources import Known, Source
from edge_agent.sources.esphome import EspHome
from edge_agent.sources.espruino import Espruino
from edge_agent.sources.gpio import Gpio
from edge_agent.sources.ha_discovery import HaDiscovery
from edge_agent.sources.shelly import Shelly
from edge_agent.sources.tasmota import Tasmota
from edge_agent.sources.wearable import Wearable
from edge_agent.sources.zigbee2mqtt import Zigbee2Mqtt


def mounted(settings: Settings) -> list[Source]:
    """Return the sources of one home. What was placed is known from the start, what else speaks is listed."""
    placed: dict[str, list[Known]] = {}
    for device, placement in settings.devices.items():
        ecosystem = placement.ecosystem(device)
        if ecosystem is not None:
            vendor, model = placement.vendor, placement.model
            if placement.position and not vendor:
                vendor, model = "Anju", "wearable"
            placed.setdefault(ecosystem, []).append(Known(device, vendor, model, device))

    def of(name: str) -> list[Known]:
        return placed.get(name, [])

    nodes = [f"{known.id}/" for known in of(EspHome.name)]
    elsewhere = (f"{settings.sensors.prefix}/", "anju/", "tele/", "stat/", *nodes)
    return [
        Zigbee2Mqtt(settings.sensors.prefix),
        EspHome(of(EspHome.name)),
        Tasmota(of(Tasmota.name)),
        Shelly(of(Shelly.name)),
        HaDiscovery(of(HaDiscovery.name), lambda topic: topic.startswith(elsewhere)),
        Espruino(of(Espruino.name)),
        Wearable(of(Wearable.name)),
        Gpio(of(Gpio.name)),
    ]
