"""Ecosystems whose devices nobody lists: they are known by having spoken, or by having been placed.

What speaks and is not placed is shown to a person, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from edge_agent.sources import Fact, Known, Roster, UnreadableError

MOST_FOUND = 100  #: of one ecosystem; a topic is easily made up, so the list must end

_KNOWN = msgspec.json.Decoder(tuple[Known, ...])


class FoundDevices:
    """The half of a source that keeps its list of devices, which grows."""

    bridged = False

    def __init__(self, placed: Iterable[Known] = ()) -> None:
        self.placed: tuple[Known, ...] = tuple(placed)
        self._found: dict[str, Known] = {}

    def snapshot(self) -> bytes:
        """Return the devices that were heard; those that were placed stand in the settings."""
        return msgspec.json.encode(tuple(self._found.values()))

    def restore(self, snapshot: bytes) -> Roster:
        """Take back the devices that were heard. Raises UnreadableError."""
        try:
            self._found = {known.id: known for known in _KNOWN.decode(snapshot or b"[]")}
        except msgspec.DecodeError as error:
            raise UnreadableError(str(error)) from error
        return self._roster()

    def _add(self, known: Known) -> list[Fact]:
        """Take note of a device; return the new list if that changed it."""
        if self._found.get(known.id) == known:
            return []
        if known.id not in self._found and len(self._found) >= MOST_FOUND:
            return []
        self._found[known.id] = known
        return [self._roster()]

    def _drop(self, device: str) -> list[Fact]:
        """Forget a device that is announced no more; return the new list if that changed it."""
        return [] if self._found.pop(device, None) is None else [self._roster()]

    def _roster(self) -> Roster:
        """All of them, those that were placed first."""
        placed = {known.id: self._completed(known) for known in self.placed}
        return Roster(tuple((self._found | placed).values()))

    def _completed(self, placed: Known) -> Known:
        """A person says what a device is; itself it may say its name and what it can tell."""
        found = self._found.get(placed.id)
        return placed if found is None else placed._replace(name=found.name, fields=found.fields)
