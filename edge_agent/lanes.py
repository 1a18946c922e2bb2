"""Where events wait for the hub: on the disk, and in memory only when the disk takes nothing any more.

Each lane is a stream of its own, so that a number is never used twice, whatever becomes of the disk. What is
kept in memory is lost with the power, but it is sent, and a call for help reaches somebody.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from edge_agent.core.sending import Pace, Sending
from edge_agent.outbox import Outbox, OutboxError
from edge_agent.rows import Entry

MOST_IN_MEMORY = 20_000

log = logging.getLogger("anju.agent")


class Lane(NamedTuple):
    """One stream of events and how far it has got."""

    outbox: Outbox
    sending: Sending


class Lanes(Sequence[Lane]):
    """The lanes of one agent; the first is on the disk unless the disk failed at the start."""

    def __init__(self, path: Path, pace: Pace, most_events: int) -> None:
        self._pace = pace
        self._lanes: list[Lane] = []
        self.failing = ""  #: why the disk takes no events at present; empty while it does
        try:
            self._lanes.append(Lane(Outbox(path, most_events=most_events), Sending(pace)))
        except OutboxError as error:
            self._open_memory(error)

    def __getitem__(self, place: int) -> Lane:  # type: ignore[override]
        return self._lanes[place]

    def __len__(self) -> int:
        return len(self._lanes)

    @property
    def first(self) -> Outbox:
        """The outbox that outlives the agent."""
        return self._lanes[0].outbox

    def store(self, entries: Sequence[Entry], memory: Mapping[str, bytes], mono: int) -> None:
        """Store events durably, or as well as can be; those that are stored will be sent."""
        lane = self._lanes[0]
        try:
            seqs = lane.outbox.append(entries, memory)
        except OutboxError as error:
            if not entries:
                self._report(error)
                return
            self._report(error)
            lane = self._lanes[1] if len(self._lanes) > 1 else self._open_memory(error)
            seqs = lane.outbox.append(entries)
        else:
            if self.failing and lane.outbox.path is not None:
                log.warning("the disk takes events again")
                self.failing = ""
        numbered = zip(seqs, entries, strict=True)
        lane.sending.add([(seq, entry.urgent) for seq, entry in numbered if seq], mono)

    def close(self) -> None:
        """Close all outboxes."""
        for lane in self._lanes:
            lane.outbox.close()

    def _report(self, error: OutboxError) -> None:
        """Say a loss once, and once more when another reason takes its place."""
        if error.why != self.failing:
            log.critical("the disk cannot be written (%s): events are kept in memory only", error)
            self.failing = error.why

    def _open_memory(self, error: OutboxError) -> Lane:
        self._report(error)
        sending = self._lanes[0].sending.sibling() if self._lanes else Sending(self._pace)
        lane = Lane(Outbox(":memory:", most_events=MOST_IN_MEMORY), sending)
        self._lanes.append(lane)
        return lane
