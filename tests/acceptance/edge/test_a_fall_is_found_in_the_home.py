"""From a wearable's packets to the call for help, without a line: in the outbox, room and telephone.

The whole agent in this process, with a clock that only the test moves; no broker answers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_agent import machine
from edge_agent.app import Agent
from edge_agent.inbox import Incoming
from edge_agent.settings import OnTheSpot, Placement, Settings
from tests.brokers import free_port
from tests.kit_rig import until
from tests.modem_programs import install
from tests.unit.falls.bodies import at_rate, fall, walk

BELT, LAMP, DAUGHTER = "belt", "0x00158d0000000001", "+8613800000001"
RATE = 50


class Home:
    """One agent, its clocks, and what it has stored."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mono, self.now = 600_000, 1_795_000_000_000
        self.folder = folder
        self.said = folder / "said-in-the-room"
        monkeypatch.setattr(machine, "mono_ms", lambda: self.mono)
        monkeypatch.setattr(machine, "now_ms", lambda: self.now)
        nowhere = {"port": free_port()}
        settings = Settings(home="home-1", edge="edge-1", data_dir=str(folder / "data"))
        self._settings = type(settings)(
            home="home-1",
            edge="edge-1",
            data_dir=str(folder / "data"),
            hub=type(settings.hub)(**nowhere),
            sensors=type(settings.sensors)(**nowhere),
            devices={BELT: Placement(position="waist")},
            spot=OnTheSpot(
                say=["sh", "-c", f"echo '{{text}}' >> {self.said}"],
                language="en",
                cancel=[LAMP],
                numbers=[DAUGHTER],
                patience_s=20,
            ),
        )
        self.agent = Agent(self._settings)
        self._packet = 0

    def hears(self, topic: str, payload: Any) -> None:
        raw = json.dumps(payload).encode()
        self.agent._inbox.put(Incoming("sensors", 1, topic, raw, False, 0, 0, False))

    def passes(self, seconds: int, body: np.ndarray | None = None, *, start_s: int = 0) -> None:
        for second in range(seconds):
            self.mono += 1000
            self.now += 1000
            if body is not None:
                at = (start_s + second) * RATE
                samples = body[at : at + RATE].tolist()
                self.hears(
                    f"anju/wearable/{BELT}/motion",
                    {"rate": RATE, "unit": "g", "samples": samples, "start": self._packet * 1000},
                )
                self._packet += 1
            self.agent._inbox.wake()
            self.agent._turn()

    def stored(self) -> list[tuple[str, float | None]]:
        box = self.agent._lanes.first
        rows = [row for urgent in (True, False) for row in box.backlog(0, box.last_seq, 1000, urgent=urgent)]
        return [(row.kind, row.value) for row in sorted(rows, key=lambda row: row.seq)]

    def restarts(self) -> None:
        self.agent._finish()
        self.agent = Agent(self._settings)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    install(tmp_path)
    (tmp_path / "story").write_text("dialing\nringing-out\nactive\n", "utf-8")
    (tmp_path / "key").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    made = Home(tmp_path, monkeypatch)
    yield made
    made.agent._finish()


def calls(home: Home) -> Callable[[], bool]:
    def ended() -> bool:
        home.passes(1)
        return home.stored().count(("edge_call", 1.0)) == 2

    return ended


def test_who_falls_and_lies_still_is_asked_heard_by_nobody_and_called_for(home: Home) -> None:
    xyz = at_rate(fall(), RATE).xyz
    home.passes(24, xyz)
    assert home.stored() == [("fall_suspected", 1.0), ("asked", 1.0)]
    home.restarts()
    home.passes(30, xyz, start_s=24)
    assert home.stored()[:4] == [("fall_suspected", 1.0), ("asked", 1.0), ("fall", 1.0), ("asked", 0.0)]
    home.passes(20)
    until(calls(home), "the home's own call is over")
    assert f"number={DAUGHTER}" in (home.folder / "orders").read_text("utf-8")
    until(lambda: "takes care of it" in home.said.read_text("utf-8"), "the voice has said it")
    said = home.said.read_text("utf-8")
    assert said.index("Did you fall?") < said.index("Help is being called") < said.index("takes care of it")


def test_who_falls_and_says_that_all_is_well_is_left_in_peace(home: Home) -> None:
    home.hears(
        "zigbee2mqtt/bridge/devices",
        [
            {
                "ieee_address": LAMP,
                "type": "EndDevice",
                "friendly_name": "lamp",
                "definition": {"vendor": "Aqara", "model": "MCCGQ11LM"},
            }
        ],
    )
    home.hears("zigbee2mqtt/lamp", {"contact": True})
    xyz = at_rate(fall(), RATE).xyz
    home.passes(26, xyz)
    home.hears("zigbee2mqtt/lamp", {"contact": False})
    home.passes(60)
    kinds = [kind for kind, value in home.stored() if kind != "contact"]
    assert kinds == ["fall_suspected", "asked", "well", "fall_suspected", "asked"]
    assert not (home.folder / "orders").exists()


def test_who_walks_raises_nothing(home: Home) -> None:
    home.passes(60, at_rate(walk(61.0), RATE).xyz)
    assert home.stored() == []
