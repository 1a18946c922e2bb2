"""Home Assistant on the home's broker: what other programs announce to it, and what it tells of its own.

Two things stand under `homeassistant/`. Programs announce entities (`…/config`), each with a topic of its own
that is then listened to. And Home Assistant itself can publish the states of its entities (its MQTT
statestream, `<component>/<object>/state`), which is the only way to hear devices that speak no MQTT at all.
An announcement says what an entity is, not whose bed or door it is: a person places the device. What another
source already reads, and what we announce ourselves, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from edge_agent.sources import Availability, Fact, Known, Reading, UnreadableError
from edge_agent.sources.found import FoundDevices
from edge_agent.sources.ha_entity import Entity, entities, looked_up
from edge_agent.sources.names import id_of
from edge_agent.sources.objects import text

ROOT = "homeassistant"
OURS = "Anju"
MOST_TOPICS = 300  #: that are listened to because somebody announced them
_FIXED = (f"{ROOT}/+/+/config", f"{ROOT}/+/+/+/config", f"{ROOT}/binary_sensor/+/state")
_WORDS = {"on": True, "off": False, "unknown": None, "unavailable": None}


class HaDiscovery(FoundDevices):
    """Everything that is announced to Home Assistant or told by it."""

    name = "home-assistant"

    def __init__(
        self, placed: Iterable[Known] = (), is_read_elsewhere: Callable[[str], bool] = lambda topic: False
    ) -> None:
        super().__init__(placed)
        self._is_read_elsewhere = is_read_elsewhere
        self._entities: dict[str, list[Entity]] = {}  #: by the topic of their announcement
        self._readers: dict[str, list[Entity]] = {}  #: by the topic of their state
        self._voters: dict[str, list[Entity]] = {}  #: by the topic that says whether they can be reached
        self._votes: dict[str, dict[str, bool]] = {}  #: by device and topic
        self._subscriptions: tuple[str, ...] = _FIXED

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The announcements, the states that Home Assistant tells, and whatever topics were announced."""
        return self._subscriptions

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        facts: list[Fact] = []
        match topic.split("/"):
            case [root, component, *names, "config"] if root == ROOT and 1 <= len(names) <= 2:
                return self._announcement(topic, component, names[-1], payload)
            case [root, "binary_sensor", entity, "state"] if root == ROOT and topic not in self._readers:
                facts += self._told(entity, text(payload), retained)
        for entity_ in self._voters.get(topic, ()):
            facts += self._vote(entity_, topic, payload)
        for entity_ in self._readers.get(topic, ()):
            value = entity_.value(payload)
            if value is not None:
                facts.append(Reading(entity_.device, {entity_.field: value}, cached=retained))
        return facts

    def _announcement(self, topic: str, component: str, name: str, payload: bytes) -> list[Fact]:
        found: list[Entity] = []
        if payload:
            found = [entity for entity in entities(component, name, payload) if self._is_ours_to_read(entity)]
        if topic not in self._entities and len(self._entities) >= MOST_TOPICS:
            return []
        before = self._entities.pop(topic, [])
        if found:
            self._entities[topic] = found
        self._index()
        facts: list[Fact] = []
        for device in {entity.device for entity in (*before, *found)}:
            facts = self._announced(device) or facts
        return facts

    def _is_ours_to_read(self, entity: Entity) -> bool:
        topics = (entity.topic, *(vote.topic for vote in entity.votes))
        if entity.vendor == OURS or not all(0 < len(topic) < 300 for topic in topics):
            return False
        if any(sign in topic for topic in topics for sign in "+#\0"):
            return False
        return not self._is_read_elsewhere(entity.topic)

    def _index(self) -> None:
        self._readers, self._voters = {}, {}
        for entity in (entity for listed in self._entities.values() for entity in listed):
            self._readers.setdefault(entity.topic, []).append(entity)
            for topic in {vote.topic for vote in entity.votes}:
                self._voters.setdefault(topic, []).append(entity)
        announced = self._readers.keys() | self._voters.keys()
        self._subscriptions = (*_FIXED, *sorted(announced))

    def _announced(self, device: str) -> list[Fact]:
        mine = [entity for listed in self._entities.values() for entity in listed if entity.device == device]
        if not mine:
            return self._drop(device)
        first = mine[0]
        fields = tuple(sorted({entity.field for entity in mine}))
        return self._add(Known(device, first.vendor, first.model, first.name, fields=fields))

    def _vote(self, entity: Entity, topic: str, payload: bytes) -> list[Fact]:
        votes = self._votes.setdefault(entity.device, {})
        for vote in entity.votes:
            word = looked_up(payload, vote.path) if vote.topic == topic else None
            if word in (vote.available, vote.unavailable):
                votes.pop(topic, None)
                votes[topic] = word == vote.available
        if topic not in votes:
            return []
        if entity.mode == "all":
            return [Availability(entity.device, all(votes.values()))]
        return [Availability(entity.device, any(votes.values()) if entity.mode == "any" else votes[topic])]

    def _told(self, entity: str, word: str, retained: bool) -> list[Fact]:
        """One of Home Assistant's own states. It says nothing of what it is, so it must have been placed."""
        if word not in _WORDS:
            raise UnreadableError("Neither on nor off.")
        device = id_of(f"ha-{entity}")
        facts = self._add(Known(device, "Home Assistant", "", entity))
        return [*facts, Reading(device, {"state": _WORDS[word]}, cached=retained)]
