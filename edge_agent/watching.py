"""`anju-agent watch`: the sensors' events in the terminal, for whoever stands in the home with a ladder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from edge_agent import machine
from edge_agent.core.state import Happening
from edge_agent.inbox import Down, Inbox, Incoming, Up
from edge_agent.intake import Intake
from edge_agent.mqtt import Link
from edge_agent.pins import Pins
from edge_agent.settings import Settings
from edge_agent.sources.mounted import mounted
from models.contract.measurements import MEASUREMENTS


def watch(
    settings: Settings,
    show: Callable[[str], object],
    text: Callable[[str], str],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Show every event of the home's sensors until `stopped`. Sends nothing and stores nothing."""
    inbox = Inbox()
    intake = Intake(mounted(settings), settings.devices)
    link = Link(
        "sensors",
        settings.sensors,
        f"anju-watch-{settings.home}-{settings.edge}",
        inbox,
        subscriptions=intake.subscriptions,
    )
    pins = Pins(settings.devices, inbox)
    try:
        while not stopped():
            mono = machine.mono_ms()
            link.tick(mono)
            for item in inbox.take(0.2, 500):
                now, mono = machine.now_ms(), machine.mono_ms()
                if isinstance(item, Incoming):
                    for happening in intake.feed(
                        item.topic, item.payload, retained=item.retained, now=now, mono=mono
                    ):
                        show(_line(happening, intake, text))
                else:
                    changed = link.took(item, mono)
                    if changed or not link.connected:
                        show(_connection(item, settings, text))
            link.follow(intake.subscriptions)
            for happening in intake.settle(machine.mono_ms()):
                show(_line(happening, intake, text))
    finally:
        link.close()
        pins.close()


def _line(happening: Happening, intake: Intake, text: Callable[[str], str]) -> str:
    moment = datetime.fromtimestamp(happening.at / 1000, UTC).astimezone()
    measurement = MEASUREMENTS.get(happening.kind)
    unit = f" {measurement.unit}" if measurement and measurement.unit else ""
    value = text("unknown") if happening.value is None else f"{happening.value:g}{unit}"
    room = intake.placement(happening.device).room
    where = " · ".join(part for part in (room, intake.name(happening.device)) if part)
    return f"{moment:%Y-%m-%d %H:%M:%S}  {happening.kind:<14} {value:<10} {where}"


def _connection(item: Up | Down, settings: Settings, text: Callable[[str], str]) -> str:
    where = f"{settings.sensors.host}:{settings.sensors.port}"
    if isinstance(item, Up):
        return text("Connected to the sensors' broker {where}; waiting for events.").format(where=where)
    return text("No connection to the sensors' broker {where} ({reason}); trying again.").format(
        where=where, reason=item.reason
    )
