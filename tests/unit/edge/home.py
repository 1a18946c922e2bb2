"""A home with one sensor or a few, played through the intake: what tests of the edge agent share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from edge_agent.core.state import Happening
from edge_agent.intake import Intake
from edge_agent.settings import Placement, Settings
from edge_agent.sources.mounted import mounted

START = 1_795_000_000_000  #: an evening in November, UTC in milliseconds
BOOTED = 500_000  #: the machine ran for 500 s before
SENSOR = "0x00158d00018255df"
NODE = "bath-fall"


def listed(vendor: str, model: str, name: str = "sensor", ieee: str = SENSOR, **more: Any) -> dict[str, Any]:
    """One entry of `bridge/devices`, as Zigbee2MQTT writes it."""
    return {
        "ieee_address": ieee,
        "type": "EndDevice",
        "friendly_name": name,
        "disabled": False,
        "definition": {"vendor": vendor, "model": model, "description": "", "exposes": [], "options": []},
        "power_source": "Battery",
        **more,
    }


class Home:
    """An intake, a clock that only the test moves, and every event that came of it."""

    def __init__(self, *devices: dict[str, Any], placements: dict[str, Placement] | None = None) -> None:
        self._settings = Settings(home="home-1", edge="edge-1", devices=placements or {})
        self.intake = intake_of(self._settings)
        self.now_s = 0.0
        self.happenings: list[Happening] = []
        self._disk: dict[str, bytes] = {}
        if devices:
            self.say("bridge/devices", list(devices), retained=True)

    def say(self, topic: str, payload: Any, *, at_s: float | None = None, retained: bool = False) -> None:
        """Let Zigbee2MQTT say something at `at_s` seconds; what falls due before it falls due."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.hear(f"zigbee2mqtt/{topic}", raw, at_s=at_s, retained=retained)

    def hear(self, topic: str, payload: bytes, *, at_s: float | None = None, retained: bool = False) -> None:
        """Let a message of any ecosystem arrive; `retained` as it is delivered, not as it was published."""
        if at_s is not None:
            self.pass_until(at_s)
        self.happenings += self.intake.feed(topic, payload, retained=retained, now=self._now, mono=self._mono)

    def restart_agent(self) -> None:
        """Another agent takes over what the one before left on the disk."""
        self._disk |= self.intake.take_changes()
        self.intake = intake_of(self._settings)
        self.intake.restore(self._disk, self._mono, rebooted=False)

    def pass_until(self, at_s: float) -> None:
        """Let time pass."""
        while (due := self.intake.next_due()) is not None and due <= BOOTED + round(at_s * 1000):
            self.now_s = (due - BOOTED) / 1000
            self.happenings += self.intake.settle(due)
        self.now_s = at_s

    def told(self) -> list[tuple[float, str, float | None]]:
        """The events so far: seconds from the start, kind, value."""
        self.pass_until(self.now_s + 60)
        return [((h.at - START) / 1000, h.kind, h.value) for h in self.happenings]

    @property
    def _now(self) -> int:
        return START + round(self.now_s * 1000)

    @property
    def _mono(self) -> int:
        return BOOTED + round(self.now_s * 1000)


def intake_of(settings: Settings) -> Intake:
    """The sensors of a home as the agent mounts them."""
    return Intake(mounted(settings), settings.devices)


def play(vendor: str, model: str, messages: Iterable[tuple[float, Any]]) -> Home:
    """Let a sensor of this model say all this."""
    home = Home(listed(vendor, model))
    for at_s, payload in messages:
        home.say("sensor", payload, at_s=at_s)
    return home


def play_node(vendor: str, model: str, messages: Iterable[tuple[float, str, str, bool]]) -> Home:
    """Let a placed ESPHome node say all this: seconds, topic under its prefix, word, whether a replay."""
    home = Home(placements={NODE: Placement(vendor=vendor, model=model)})
    for at_s, topic, word, replayed in messages:
        home.hear(f"{NODE}/{topic}", word.encode(), at_s=at_s, retained=replayed)
    return home
