"""`anju-agent watch`: the sensors' events in the terminal, for whoever stands in the home with a ladder."""

from __future__ import annotations

import logging
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
    unknown: set[str] = set()
    # What the agent would write into its log is said here in the reader's language.
    logging.getLogger("anju.agent").setLevel(logging.CRITICAL)
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
            for line in _unknown(intake, unknown, text):
                show(line)
            for happening in intake.settle(machine.mono_ms()):
                show(_line(happening, intake, text))
    finally:
        link.close()
        pins.close()


def _line(happening: Happening, intake: Intake, text: Callable[[str], str]) -> str:
    moment = datetime.fromtimestamp(happening.at / 1000, UTC).astimezone()
    room = intake.placement(happening.device).room
    where = " · ".join(part for part in (room, intake.name(happening.device)) if part)
    return f"{moment:%Y-%m-%d %H:%M:%S}  {where}: {_said(happening, text)} ({happening.kind})"


def _said(happening: Happening, text: Callable[[str], str]) -> str:
    """What an event means, in words; a quantity with its unit."""
    words = {
        "sos": (text("pressed for help"), ""),
        "fall": (text("a fall"), text("nobody on the floor any more")),
        "fall_suspected": (text("perhaps a fall"), text("no fall after all")),
        "smoke": (text("smoke"), text("no more smoke")),
        "co": (text("carbon monoxide"), text("no more carbon monoxide")),
        "gas": (text("gas"), text("no more gas")),
        "leak": (text("water"), text("dry again")),
        "tamper": (text("the case was opened"), text("the case is closed")),
        "smoke_test": (text("the test button was pressed"), ""),
        "motion": (text("movement"), text("movement ended")),
        "presence": (text("somebody is there"), text("nobody is there")),
        "contact": (text("opened"), text("closed")),
        "bed": (text("in bed"), text("out of bed")),
        "vibration": (text("moved"), text("still")),
        "appliance": (text("switched on"), text("switched off")),
        "button": (text("pressed"), ""),
        "call": (text("asked for something"), ""),
        "mains": (text("mains power"), text("on battery: no mains power")),
        "bridge": (text("works"), text("does not work")),
        "worn": (text("is worn"), text("is not worn")),
    }.get(happening.kind)
    if happening.value is None:
        return text("unknown")
    if words is not None and happening.value in (0, 1):
        found = words[0] if happening.value else words[1]
        if found:
            return found
    measurement = MEASUREMENTS.get(happening.kind)
    return f"{happening.value:g} {measurement.unit if measurement else ''}".strip()


def _unknown(intake: Intake, shown: set[str], text: Callable[[str], str]) -> list[str]:
    """Devices of no known model, each once."""
    found = [device for device in intake.devices()[1] if device.id not in shown]
    shown.update(device.id for device in found)
    return [
        text("{name} is of a model that is not known ({vendor} {model}): it tells nothing.").format(
            name=device.name or device.id, vendor=device.vendor or "?", model=device.model or "?"
        )
        for device in found
    ]


def _connection(item: Up | Down, settings: Settings, text: Callable[[str], str]) -> str:
    where = f"{settings.sensors.host}:{settings.sensors.port}"
    if isinstance(item, Up):
        return text("Connected to the sensors' broker {where}; waiting for events.").format(where=where)
    return text("No connection to the sensors' broker {where} ({reason}); trying again.").format(
        where=where, reason=item.reason
    )
