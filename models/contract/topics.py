"""Topics under `anju/v1/<shard>/<home>/<edge>/…`: who may say what where.

Identifiers are `[a-z0-9-]{1,32}`, made from serial numbers, never from names that people chose: a space or
a dot in a topic cuts the connection on some brokers, and a name is personal data.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal, get_args

from models.contract.errors import InvalidTopicError

ROOT = "anju/v1"
SHARDS = 64  #: ingest workers share homes by shard, on any broker

Leaf = Literal["state", "devices", "health", "events", "ack", "config", "alerts", "command"]
LEAVES: tuple[str, ...] = get_args(Leaf)
FROM_EDGE: tuple[Leaf, ...] = ("state", "devices", "health", "events")
TO_HUB: tuple[str, ...] = (*FROM_EDGE, "command/+/result")
RETAINED: frozenset[str] = frozenset({"state", "devices", "config", "alerts"})

_ID = re.compile(r"[a-z0-9-]{1,32}\Z")


def is_id(text: str) -> bool:
    """Whether `text` may name a home, an edge agent or a device on the wire."""
    return _ID.match(text) is not None


def shard_of(home: str) -> str:
    """Return the home's shard as two digits, `00` to `63`."""
    return f"{zlib.crc32(home.encode()) % SHARDS:02d}"


@dataclass(frozen=True, slots=True)
class Address:
    """One edge agent of one home, and its place on the wire."""

    home: str
    edge: str

    def __post_init__(self) -> None:
        for part in (self.home, self.edge):
            if not is_id(part):
                raise InvalidTopicError(f"'{part}' is no identifier: use 1 to 32 of a-z, 0-9 and '-'.")

    @property
    def base(self) -> str:
        """The base topic that is handed out at pairing."""
        return f"{ROOT}/{shard_of(self.home)}/{self.home}/{self.edge}"

    def topic(self, leaf: Leaf) -> str:
        """Return the topic of `leaf` under this address; commands take `command()` instead."""
        return f"{self.base}/{leaf}"

    def command(self, command_id: str, *, result: bool = False) -> str:
        """Return the topic of one command, or of its result."""
        return f"{self.base}/command/{command_id}" + ("/result" if result else "")


def parse(topic: str) -> tuple[Address, str]:
    """Split a topic into its address and what follows (`events`, `command/7/result`).

    Raises InvalidTopicError when the topic is not the contract's or its shard is not the home's.
    """
    parts = topic.split("/", 5)
    if len(parts) < 6 or parts[0] != "anju" or parts[1] != "v1":
        raise InvalidTopicError(f"'{topic[:120]}'")
    _, _, shard, home, edge, rest = parts
    address = Address(home, edge)
    if shard != shard_of(home):
        raise InvalidTopicError(f"Home '{home}' belongs to shard {shard_of(home)}, not {shard[:8]}.")
    if rest not in LEAVES and not rest.startswith("command/"):
        raise InvalidTopicError(f"'{rest[:60]}' is unknown.")
    return address, rest


def subscriptions(leaves: tuple[str, ...] = TO_HUB, shards: tuple[str, ...] = ("+",)) -> list[str]:
    """Topic filters that a hub subscribes to: by name, so that it never hears its own `ack`."""
    return [f"{ROOT}/{shard}/+/+/{leaf}" for shard in shards for leaf in leaves]
