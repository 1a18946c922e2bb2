"""One entity of Home Assistant's MQTT discovery: what its configuration promises, and how to read its state.

A template is a small program; of those only the plain ones are understood (`value_json` and where in it to
look, with filters that round). An entity with any other is not read at all, rather than read wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from edge_agent.sources import UnreadableError
from edge_agent.sources.names import id_of
from edge_agent.sources.objects import json_object, text

#: The short forms of the keys that are read here.
_LONG: Mapping[str, str] = {
    "avty": "availability",
    "avty_mode": "availability_mode",
    "avty_t": "availability_topic",
    "avty_tpl": "availability_template",
    "cmps": "components",
    "dev": "device",
    "dev_cla": "device_class",
    "ids": "identifiers",
    "mdl": "model",
    "mf": "manufacturer",
    "p": "platform",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "stat_t": "state_topic",
    "t": "topic",
    "uniq_id": "unique_id",
    "val_tpl": "value_template",
}
_TEMPLATE = re.compile(
    r"\{\{\s*(value|value_json((?:\.\w+|\[\s*(?:'[^'\]]+'|\"[^\"\]]+\")\s*\])+))"
    r"(?:\s*\|\s*(?:float|int|round)(?:\(\s*\d*\s*\))?)*\s*\}\}\s*\Z"
)
_STEP = re.compile(r"\.(\w+)|\[\s*['\"]([^'\"\]]+)['\"]\s*\]")
COMPONENTS = frozenset({"binary_sensor", "sensor"})
MOST_ENTITIES = 40  #: of one device


class Vote(NamedTuple):
    """A topic that says whether the device can be reached, and its two words."""

    topic: str
    path: tuple[str, ...]
    available: str
    unavailable: str


class Entity(NamedTuple):
    """What can be read of one entity."""

    device: str  #: identifier on the wire
    vendor: str
    model: str
    name: str
    field: str  #: its device class, the only thing that says what it means
    topic: str
    path: tuple[str, ...]
    on: str | None  #: None for a sensor that measures
    off: str | None
    votes: tuple[Vote, ...]
    mode: str

    def value(self, payload: bytes) -> bool | float | None:
        """Return what the state means: yes or no, or a number; None for a word that means nothing."""
        word = looked_up(payload, self.path)
        if self.on is not None:
            return True if word == self.on else False if word == self.off else None
        try:
            number = float(word)
        except ValueError:
            return None
        return number if abs(number) < 1e12 else None


def entities(component: str, topic_name: str, payload: bytes) -> Iterator[Entity]:
    """Return what can be read of one discovery message. Raises UnreadableError."""
    config = _spelt_out(json_object(payload))
    if component != "device":
        yield from _entity(component, topic_name, config, config)
        return
    components = config.get("components")
    if not isinstance(components, dict):
        raise UnreadableError("A device without components.")
    for name, part in list(components.items())[:MOST_ENTITIES]:
        if isinstance(part, dict):
            part = _spelt_out(part)
            yield from _entity(str(part.get("platform")), name, part, config)


def looked_up(payload: bytes, path: tuple[str, ...]) -> str:
    """Return the word at `path` in a payload, or the payload itself, as Home Assistant would write it."""
    if not path:
        return text(payload)
    value: Any = json_object(payload)
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return ""
        value = value[step]
    return _word(value)


def _entity(component: str, name: str, config: dict[str, Any], whole: dict[str, Any]) -> Iterator[Entity]:
    topic, field = config.get("state_topic"), config.get("device_class")
    path = _path(config.get("value_template"))
    if (
        component not in COMPONENTS
        or not isinstance(topic, str)
        or not isinstance(field, str)
        or path is None
    ):
        return
    said = whole.get("device")
    device = _spelt_out(said) if isinstance(said, dict) else {}
    identifiers = device.get("identifiers") or config.get("unique_id") or name
    first = identifiers[0] if isinstance(identifiers, list) else identifiers
    yields = component == "binary_sensor"
    votes = tuple(_votes(config if "availability" in config or "availability_topic" in config else whole))
    yield Entity(
        device=id_of(f"ha-{first}"),
        vendor=_text(device.get("manufacturer")),
        model=_text(device.get("model")),
        name=_text(device.get("name")) or name,
        # A binary sensor's "battery" says that it is low.
        field="battery_low" if yields and field == "battery" else field,
        topic=topic,
        path=path,
        on=_word(config.get("payload_on", "ON")) if yields else None,
        off=_word(config.get("payload_off", "OFF")) if yields else None,
        votes=votes,
        mode=_text(config.get("availability_mode") or whole.get("availability_mode")) or "latest",
    )


def _votes(config: dict[str, Any]) -> Iterator[Vote]:
    listed = config.get("availability")
    if isinstance(config.get("availability_topic"), str):
        listed = [{**config, "topic": config["availability_topic"]}]
    for row in listed if isinstance(listed, list) else [listed]:
        if not isinstance(row, dict):
            continue
        row = _spelt_out(row)
        path = _path(row.get("value_template") or row.get("availability_template"))
        if isinstance(row.get("topic"), str) and path is not None:
            yes, no = row.get("payload_available", "online"), row.get("payload_not_available", "offline")
            yield Vote(row["topic"], path, _word(yes), _word(no))


def _path(template: Any) -> tuple[str, ...] | None:
    """Where in the payload a template looks; () for the payload itself, None if it cannot be told."""
    if template is None:
        return ()
    match = _TEMPLATE.match(template.strip()) if isinstance(template, str) and len(template) < 500 else None
    if match is None:
        return None
    return tuple(a or b for a, b in _STEP.findall(match[2] or ""))


def _spelt_out(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration with its keys in full and its base topic put in."""
    base = config.get("~")
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(base, str) and isinstance(value, str) and key.endswith(("_t", "topic")):
            value = base + value[1:] if value.startswith("~") else value
            value = value[:-1] + base if value.endswith("~") else value
        found[_LONG.get(key, key)] = value
    return found


def _word(value: Any) -> str:
    """A value as a template of Home Assistant would print it."""
    return value if isinstance(value, str) else "" if value is None else _printed(value)


def _printed(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    try:
        return msgspec.json.encode(value).decode()
    except (msgspec.EncodeError, UnicodeDecodeError, RecursionError):
        return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
