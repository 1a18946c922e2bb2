"""A home with one sensor, played through the intake: what tests of the edge agent share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from edge_agent.core.state import Happening
from edge_agent.intake import Intake
from edge_agent.settings import Placement
from edge_agent.sources.zigbee2mqtt import Zigbee2Mqtt

START = 1_795_000_000_000  #: an evening in November, UTC in milliseconds
BOOTED = 500_000  #: the machine ran for 500 s before
SENSOR = "0x00158d00018255df"


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
        self.intake = Intake([Zigbee2Mqtt()], placements or {})
        self.now_s = 0.0
        self.happenings: list[Happening] = []
        if devices:
            self.say("bridge/devices", list(devices), retained=True)

    def say(self, topic: str, payload: Any, *, at_s: float | None = None, retained: bool = False) -> None:
        """Let a message arrive at `at_s` seconds; what falls due before it falls due."""
        if at_s is not None:
            self.pass_until(at_s)
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.happenings += self.intake.feed(
            f"zigbee2mqtt/{topic}", raw, retained=retained, now=self._now, mono=self._mono
        )

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


def play(vendor: str, model: str, messages: Iterable[tuple[float, Any]]) -> Home:
    """Let a sensor of this model say all this."""
    home = Home(listed(vendor, model))
    for at_s, payload in messages:
        home.say("sensor", payload, at_s=at_s)
    return home
