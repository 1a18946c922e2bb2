"""Writes the settings of the edge agent for a recorded or simulated home, with every device in its place.

Pure: returns the text. The agent of the home reads it as its configuration file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from simulators.broker import BrokerAt
from simulators.replay.placement import Map


class Placed(NamedTuple):
    """One device and its place."""

    ieee: str
    name: str
    room: str
    outer_door: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOf:
    """Whose agent it is, and whom it talks to."""

    home: str
    edge: str
    data_dir: str
    sensors: BrokerAt
    hub: BrokerAt
    hub_password_file: str = ""
    prefix: str = "zigbee2mqtt"
    history: bool = False


def text(agent: AgentOf, devices: Iterable[Placed]) -> str:
    """Return the configuration as TOML."""
    lines = [
        f"home = {_quoted(agent.home)}",
        f"edge = {_quoted(agent.edge)}",
        f"data_dir = {_quoted(agent.data_dir)}",
        f"history = {_quoted(agent.history)}",
        "",
        "[hub]",
        *_broker(agent.hub),
        *([f"password_file = {_quoted(agent.hub_password_file)}"] if agent.hub_password_file else []),
        "",
        "[sensors]",
        *_broker(agent.sensors),
        f"prefix = {_quoted(agent.prefix)}",
    ]
    for device in devices:
        lines += [
            "",
            f"[devices.{_quoted(device.ieee)}]",
            f"name = {_quoted(device.name)}",
            f"room = {_quoted(device.room)}",
            f"outer_door = {_quoted(device.outer_door)}",
        ]
    return "\n".join(lines) + "\n"


def places(of: Map) -> list[Placed]:
    """Return the devices of a recorded home, each in its place."""
    return [Placed(each.ieee, each.sensor, each.room, each.outer_door) for each in of.places]


def _broker(at: BrokerAt) -> list[str]:
    lines = [f"host = {_quoted(at.host)}", f"port = {at.port}"]
    if at.username:
        lines.append(f"username = {_quoted(at.username)}")
    return lines


def _quoted(value: str | bool) -> str:
    """A TOML string or boolean: JSON writes both the same way."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
