"""Settings: a file, the environment over it, and one sentence when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge_agent.settings import Settings, SettingsError, load

GOOD = """
home = "home-1"
edge = "edge-1"
data_dir = "/tmp/agent"

[hub]
host = "hub.example.org"
port = 8883
username = "home-1/edge-1"
password = "a secret"

[sensors]
prefix = "home/z2m"

[devices."0x00158D00018255DF"]
name = "前门"
room = "hall"
outer_door = true

[devices."bath-fall"]
vendor = "Seeed"
model = "MR60FDA2"
room = "bathroom"
"""


def settings(tmp_path: Path, text: str = GOOD, environ: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "agent.toml"
    path.write_text(text, "utf-8")
    return load(path, environ or {})


def test_a_file_says_everything(tmp_path: Path) -> None:
    """Addresses are read in lower case, as they are on the wire."""
    found = settings(tmp_path)
    assert (found.home, found.hub.port, found.sensors.prefix, found.history) == (
        "home-1",
        8883,
        "home/z2m",
        False,
    )
    assert found.devices["0x00158d00018255df"].outer_door
    assert found.sensors.host == "127.0.0.1"
    assert [device for device, place in found.devices.items() if place.ecosystem(device) == "esphome"] == [
        "bath-fall"
    ]


def test_the_environment_lies_over_the_file(tmp_path: Path) -> None:
    """Also for a secret that the file gives in another way; other variables are none of our business."""
    (tmp_path / "secret").write_text("from the file\n")
    environ = {
        "ANJU_AGENT_HOME": "home-2",
        "ANJU_AGENT_HISTORY": "true",
        "ANJU_AGENT_HUB_PORT": "1884",
        "ANJU_AGENT_HUB_PASSWORD_FILE": str(tmp_path / "secret"),
        "HOME": "/root",
    }
    found = settings(tmp_path, environ=environ)
    assert (found.home, found.history, found.hub.port) == ("home-2", True, 1884)
    assert found.hub.password == "from the file"


def test_the_environment_alone_is_enough() -> None:
    """A container has no file."""
    found = load(None, {"ANJU_AGENT_HOME": "h", "ANJU_AGENT_EDGE": "e", "ANJU_AGENT_DATA_DIR": "/data"})
    assert (found.home, found.edge, found.data_dir) == ("h", "e", "/data")


def test_a_secret_prints_as_stars(tmp_path: Path) -> None:
    """In a log, in a traceback."""
    assert "a secret" not in repr(settings(tmp_path))
    assert "***" in repr(settings(tmp_path).hub)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('home = "home-1"', "", "home"),
        ('home = "home-1"', 'home = "Wang\'s home"', "a-z, 0-9"),
        ("port = 8883", "port = 99999", "port"),
        ("port = 8883", 'prot = "8883"', "prot"),
        ('host = "hub.example.org"', 'host = ""', "no host"),
        ('prefix = "home/z2m"', 'prefix = "z2m/#"', "without + or #"),
        ('password = "a secret"', 'password = "a"\npassword_file = "b"', "keep one of them"),
        ('password = "a secret"', 'password_file = "/nowhere/secret"', "/nowhere/secret"),
        ('username = "home-1/edge-1"', 'ca = "/nowhere/ca.crt"', "/nowhere/ca.crt"),
        ("0x00158D00018255DF", "hall door", "IEEE address"),
        ("bath-fall", "bath_fall", "topic_prefix of an ESPHome node"),
        ("bath-fall", "Bath-Fall", "topic_prefix of an ESPHome node"),
        ("bath-fall", "home/bath", "topic_prefix of an ESPHome node"),
        ("bath-fall", "0x00158d0001825500", "topic_prefix of an ESPHome node"),
        ("bath-fall", "zigbee2mqtt", "of its own"),
        ("bath-fall", "home", "of its own"),
        ("bath-fall", "edge-1", "of its own"),
        ('vendor = "Seeed"', "", "only one of vendor and model"),
        ('model = "MR60FDA2"', "", "only one of vendor and model"),
        ("outer_door = true", 'outer_door = "perhaps"', "outer_door"),
        ("[hub]", "[hub", "TOML"),
        ("[hub]", "hub = 5\n[hob]", "hub"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    """It names the place and what to do."""
    assert old in GOOD
    with pytest.raises(SettingsError, match=re.escape(says)) as caught:
        settings(tmp_path, GOOD.replace(old, new))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And how to give one."""
    with pytest.raises(SettingsError, match="--config"):
        load(tmp_path / "nothing.toml", {})


def test_a_variable_with_a_typing_error_is_not_passed_over(tmp_path: Path) -> None:
    """Otherwise the agent would quietly run with the file's value."""
    with pytest.raises(SettingsError, match="ANJU_AGENT_HOEM"):
        settings(tmp_path, environ={"ANJU_AGENT_HOEM": "home-2"})


def test_both_ways_of_a_secret_in_the_environment_are_one_too_many(tmp_path: Path) -> None:
    """As in the file."""
    environ = {"ANJU_AGENT_HUB_PASSWORD": "a", "ANJU_AGENT_HUB_PASSWORD_FILE": "b"}
    with pytest.raises(SettingsError, match="keep one of them"):
        settings(tmp_path, environ=environ)
