"""Devices that nobody lists: they are known by having spoken, or by having been placed by a person.

What speaks and is not placed is shown to a person, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from edge_agent.sources import Fact, Known, Roster, UnreadableError

MOST_FOUND = 100  #: of one ecosystem; a topic is easily made up, so the list must end

_KNOWN = msgspec.json.Decoder(tuple[Known, ...])


class Found:
    """A list of devices that grows."""

    def __init__(self, placed: Iterable[Known]) -> None:
        self._placed = {known.id: known for known in placed}
        self._found: dict[str, Known] = {}

    @property
    def roster(self) -> Roster:
        """All of them, those that were placed first."""
        placed = (self._completed(known) for known in self._placed.values())
        found = (known for known in self._found.values() if known.id not in self._placed)
        return Roster((*placed, *found))

    def add(self, known: Known) -> list[Fact]:
        """Take note of a device; return the new list if that changed it."""
        if self._found.get(known.id) == known:
            return []
        if known.id not in self._found and len(self._found) >= MOST_FOUND:
            return []
        self._found[known.id] = known
        return [self.roster]

    def drop(self, device: str) -> list[Fact]:
        """Forget a device that is announced no more; return the new list if that changed it."""
        return [] if self._found.pop(device, None) is None else [self.roster]

    def _completed(self, placed: Known) -> Known:
        """A person says what a device is; itself it may say its name and what it can tell."""
        found = self._found.get(placed.id)
        return placed if found is None else placed._replace(name=found.name, fields=found.fields)

    def snapshot(self) -> bytes:
        """Return what was found."""
        return msgspec.json.encode(tuple(self._found.values()))

    def restore(self, snapshot: bytes) -> Roster:
        """Take back what was found. Raises UnreadableError."""
        try:
            self._found = {known.id: known for known in _KNOWN.decode(snapshot or b"[]")}
        except msgspec.DecodeError as error:
            raise UnreadableError(str(error)) from error
        return self.roster
