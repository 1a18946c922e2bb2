"""A siren sounds as long as it was told and no longer, and a voice says a text, never an option."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from edge_agent.sounding import LONGEST_S, Siren, Voice, identify
from models.contract.messages import Device

SIREN = Device(id="0x1", vendor="Heiman", model="HS2WD-E")
DOOR = Device(id="0x2", vendor="Aqara", model="MCCGQ11LM")


class Bridge:
    """Zigbee2MQTT's end: what it was told."""

    def __init__(self, there: bool = True) -> None:
        self.there = there
        self.told: list[tuple[str, dict[str, object]]] = []

    def say(self, topic: str, payload: bytes) -> bool:
        if self.there:
            self.told.append((topic, json.loads(payload)))
        return self.there


def test_every_siren_is_told_how_long_to_sound_and_nothing_else_is_told() -> None:
    bridge = Bridge()
    siren = Siren("zigbee2mqtt", bridge.say, lambda: [DOOR, SIREN])
    assert siren.sound(20) == ""
    assert bridge.told == [
        ("zigbee2mqtt/0x1/set",
         {"warning": {"mode": "emergency", "level": "high", "strobe": True, "duration": 20}}),
    ]  # fmt: skip
    siren.sound(100_000)
    assert bridge.told[-1][1]["warning"]["duration"] == LONGEST_S  # type: ignore[index]
    siren.sound(0)
    assert bridge.told[-1][1] == {"warning": {"mode": "stop"}}


def test_a_home_without_a_siren_and_a_broker_that_is_away_are_said() -> None:
    assert "no siren" in Siren("z", Bridge().say, lambda: [DOOR]).sound(5)
    assert "does not answer" in Siren("z", Bridge(there=False).say, lambda: [SIREN]).sound(5)


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A voice that writes down what it is given."""
    said = tmp_path / "said"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} > {said}.part && mv {said}.part {said}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return said


def test_a_text_is_said_in_its_language_and_never_taken_for_an_option(spoken: Path) -> None:
    assert Voice().say("--version；您还好吗？", "zh") == ""
    ends = time.monotonic() + 10
    while not spoken.exists():
        assert time.monotonic() < ends
        time.sleep(0.01)
    arguments, text = spoken.read_text("utf-8").split("\n", 1)
    assert arguments == "-v cmn -s 140 --stdin"
    assert text == "--version；您还好吗？"


def test_without_a_voice_or_a_text_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/not/there")
    assert "apt-get install espeak-ng" in Voice().say("您好")
    assert "1 to 500" in Voice().say("")


def test_only_a_zigbee_device_of_this_home_can_be_asked_to_show_itself() -> None:
    bridge = Bridge()
    assert identify("zigbee2mqtt", bridge.say, "0x2", "zigbee2mqtt") == ""
    assert bridge.told == [("zigbee2mqtt/0x2/set", {"identify": "identify"})]
    assert "no device" in identify("zigbee2mqtt", bridge.say, "0x9", None)
    assert "no way" in identify("zigbee2mqtt", bridge.say, "plug", "tasmota")
