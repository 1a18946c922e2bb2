"""ESPHome over MQTT: one node, one topic prefix, one plain word per topic.

A node says neither who made it nor what it is, so a person places it: only nodes that were named are heard,
under their topic prefix, which is also their id on the wire. Others are listed, if they say their names.
There is no bridge: each node has a connection and a last will of its own. Knows nothing of what an entity
means: that is the catalogue's.

A node publishes a state when it changes, and all its states once more when it comes (back) to its broker.
The broker keeps the last word of each, without its age, and replays it to whoever subscribes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from edge_agent.sources import Availability, Fact, Known, Reading, UnreadableError
from edge_agent.sources.found import FoundDevices
from edge_agent.sources.objects import json_object, text
from models.contract.topics import is_id

RESTATES_S = 10.0  #: after its birth a node says all that it knows, all within a few seconds


class EspHome(FoundDevices):
    """The named ESPHome nodes on the home's broker."""

    name = "esphome"

    def __init__(self, nodes: Iterable[Known] = ()) -> None:
        super().__init__(nodes)
        self.subscriptions: tuple[str, ...] = (
            "esphome/discover/+",
            *(
                f"{node.id}/{leaf}"
                for node in self.placed
                for leaf in ("status", "binary_sensor/+/state", "sensor/+/state")
            ),
        )
        self._ids = frozenset(node.id for node in self.placed)
        self._offline: set[str] = set()
        self._restates_until: dict[str, int] = {}
        self._replayed: dict[tuple[str, str], str] = {}  #: by node and entity, until it says something else

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        node, _, rest = topic.partition("/")
        if node == "esphome" and rest.startswith("discover/"):
            return self._discovered(rest.removeprefix("discover/"), payload)
        if node not in self._ids:
            return []
        if rest == "status":
            if payload not in (b"online", b"offline"):
                raise UnreadableError("Neither online nor offline.")
            return [self._status(node, payload == b"online", mono)]
        match rest.split("/"):
            case ["binary_sensor", entity, "state"]:
                if payload not in (b"ON", b"OFF"):
                    raise UnreadableError("Neither ON nor OFF.")
                said = payload.decode()
                if retained:
                    return [self._replay(node, entity, said)]
                return self._state(node, entity, said, mono)
            case ["sensor", entity, "state"]:
                return self._measured(node, entity, text(payload), retained)
        return []

    def _discovered(self, name: str, payload: bytes) -> list[Fact]:
        """A node is called by its name as long as nobody gave it another prefix."""
        if not payload or not is_id(name):
            return []
        called = json_object(payload).get("friendly_name")
        return self._add(Known(name, "ESPHome", "", called if isinstance(called, str) else name))

    def _measured(self, node: str, entity: str, said: str, retained: bool) -> list[Fact]:
        """Whatever it measures shows that the node lives; a number is passed on for a row that reads it."""
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        return [Reading(node, {entity: value} if math.isfinite(value) else {}, cached=retained)]

    def _status(self, node: str, online: bool, mono: int) -> Availability:
        if online:
            self._offline.discard(node)
            self._restates_until[node] = mono + int(RESTATES_S * 1000)
        else:
            self._offline.add(node)
        return Availability(node, online)

    def _replay(self, node: str, entity: str, said: str) -> Reading:
        """The broker's last word of an entity may be months old: it sets the state and is never news."""
        self._replayed[node, entity] = said
        return Reading(node, {entity: said}, cached=True)

    def _state(self, node: str, entity: str, said: str, mono: int) -> list[Fact]:
        facts: list[Fact] = []
        if node in self._offline:
            # Whoever speaks is there: its birth was lost, or the will of its old connection came after it.
            facts.append(self._status(node, True, mono))
        if self._replayed.get((node, entity)) != said:
            self._replayed.pop((node, entity), None)
        # What a node says again after its birth is not flagged as old. A fall that we know of is then no new
        # one. A fall that we do not know of happened while the node or its network was away: it is raised,
        # for somebody may still lie there.
        restated = mono < self._restates_until.get(node, mono) or (node, entity) in self._replayed
        facts.append(Reading(node, {entity: said}, restated=restated))
        return facts
