"""Shelly, second generation and later: `<prefix>/online`, `<prefix>/status/…`, `<prefix>/events/rpc`.

A device's own name begins with its kind (`shellyplusplugs-aabbccddeeff`), and every notification carries it,
whatever prefix somebody gave it. A notification holds only what changed. Knows nothing of what a field means:
that is the catalogue's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from edge_agent.sources import Availability, Fact, Known, Reading, UnreadableError
from edge_agent.sources.found import FoundDevices
from edge_agent.sources.names import id_of
from edge_agent.sources.objects import flat, json_object, text

VENDOR = "Shelly"
#: What a name begins with, and the model that it stands for.
MODELS: Mapping[str, str] = {"shellyplusplugs": "PlusPlugS"}
_NAME = re.compile(r"(shelly[a-z0-9]+)-([0-9a-f]{12})\Z")
_ONLINE = {"true": True, "false": False}


class Shelly(FoundDevices):
    """The Shelly devices on the home's broker."""

    name = "shelly"
    subscriptions: tuple[str, ...] = ("+/online", "+/status/+", "+/events/rpc")

    def __init__(self, placed: Iterable[Known] = ()) -> None:
        super().__init__(placed)
        self._names: dict[str, str] = {}  #: by prefix, where a person chose it: the device's own name

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        match topic.split("/"):
            case [prefix, "online"] if (name := self._name(prefix)) is not None:
                online = _ONLINE.get(text(payload))
                if online is None:
                    raise UnreadableError("Neither true nor false.")
                return [*self._add(_known(name)), Availability(id_of(name), online)]
            case [prefix, "status", component] if (name := self._name(prefix)) is not None:
                said = {component: json_object(payload)}
                return self._reading(name, said, None, cached=retained)
            case [prefix, "events", "rpc"]:
                return self._notification(prefix, json_object(payload), retained)
        return []

    def _name(self, prefix: str) -> str | None:
        """The own name of the device with this prefix; None for somebody else's topic."""
        return prefix if _NAME.match(prefix) else self._names.get(prefix)

    def _notification(self, prefix: str, said: dict[str, Any], retained: bool) -> list[Fact]:
        name, params = said.get("src"), said.get("params")
        if not isinstance(name, str) or not _NAME.match(name):
            return []
        if name != prefix and len(self._names) < 100:
            self._names[prefix] = name
        if said.get("method") not in ("NotifyStatus", "NotifyFullStatus") or not isinstance(params, dict):
            return self._add(_known(name))
        instant = params.get("ts")
        seen_at = None
        if isinstance(instant, int | float) and not isinstance(instant, bool) and 0 < instant < 2**40:
            seen_at = round(instant * 1000)
        return self._reading(name, params, seen_at, cached=retained)

    def _reading(self, name: str, said: dict[str, Any], seen_at: int | None, *, cached: bool) -> list[Fact]:
        return [*self._add(_known(name)), Reading(id_of(name), flat(said), seen_at, cached)]


def _known(name: str) -> Known:
    match = _NAME.match(name)
    kind = match[1] if match else ""
    return Known(id_of(name), VENDOR, MODELS.get(kind, kind), name, battery_powered=False)
