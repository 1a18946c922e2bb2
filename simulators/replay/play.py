"""Plays a recording to the broker of a home: announces its devices, then one message a row, in order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from simulators.broker import BrokerAt, Line
from simulators.home import bridge
from simulators.home.bridge import Message
from simulators.replay.drops import DropWatch
from simulators.replay.placement import Map
from simulators.replay.recording import Row, Unusable

AT_MOST = 2_000.0  #: messages a second; a broker silently drops what its subscriber cannot take in time
_QUEUE = 1_000  #: fewer messages than brokers keep for a slow subscriber cannot be too many
_NAMED = 20  #: unusable rows that are named one by one; of the others only the number is told


@dataclass(slots=True)
class Played:
    """What became of a recording."""

    sent: int = 0
    seconds: float = 0.0
    first_at: int | None = None
    last_at: int | None = None
    dropped: int | None = None  #: by the broker, which said nothing; None when it does not count
    reasons: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)

    def reject(self, wrong: Unusable) -> None:
        """Count a row that could not be played."""
        self.reasons[wrong.reason] += 1
        if len(self.named) < _NAMED:
            self.named.append(
                f"line {wrong.line}: {wrong.reason}" + (f" ({wrong.detail})" if wrong.detail else "")
            )

    def figures(self) -> dict[str, Any]:
        """Return the figures for the last line of the command."""
        return {
            "sent": self.sent,
            "seconds": round(self.seconds, 3),
            "dropped_by_broker": self.dropped,
            "rejected": self.reasons.total(),
            "reasons": dict(self.reasons),
            "named": self.named,
            "first_at": None if self.first_at is None else bridge.iso(self.first_at),
            "last_at": None if self.last_at is None else bridge.iso(self.last_at),
        }


def messages(
    rows: Iterable[Row | Unusable], places: Map, prefix: str, played: Played
) -> Iterable[tuple[int, Message]]:
    """Yield the instant and the message of every usable row; count the others in `played`."""
    for row in rows:
        if isinstance(row, Unusable):
            played.reject(row)
            continue
        place = places.place_of(row)
        if place is None:
            played.reject(Unusable(row.line, "a sensor that is not in the map", row.sensor[:80]))
            continue
        fields = place.fields(row.value)
        if fields is None:
            played.reject(Unusable(row.line, "a value that cannot be", f"{row.sensor[:80]} {row.value}"))
            continue
        said = {**fields, "last_seen": bridge.iso(row.at), "linkquality": 100}
        yield row.at, Message(f"{prefix}/{place.friendly_name}", msgspec.json.encode(said))


def play(
    rows: Iterable[Row | Unusable],
    places: Map,
    broker: BrokerAt,
    *,
    prefix: str = "zigbee2mqtt",
    speed: float | None = None,
    at_most: float = AT_MOST,
    progress: Callable[[int], None] = lambda line: None,
) -> Played:
    """Play everything: `speed` times as fast as life, or (None) as fast as `at_most` messages a second.

    `progress` hears the number of messages sent. Raises BrokerError.
    """
    played = Played()
    begun = time.monotonic()
    with Line(broker, f"anju-replay-{time.monotonic_ns():x}") as line:
        drops = DropWatch(line)
        line.publish(bridge.state(prefix, "online"))
        line.publish(bridge.devices(prefix, places.places))
        for place in places.places:
            line.publish(bridge.availability(prefix, place.friendly_name))
        line.drain()
        started = time.monotonic()
        for at, message in messages(rows, places, prefix, played):
            if played.first_at is None:
                played.first_at = at
            ahead = played.sent / at_most
            if speed is not None:
                ahead = max(ahead, (at - played.first_at) / 1000 / speed)
            _wait_until(started + ahead)
            line.publish(message)
            played.sent += 1
            played.last_at = at
            progress(played.sent)
        line.drain()
        played.seconds = time.monotonic() - begun
        if played.sent > _QUEUE:
            played.dropped = drops.since()
    return played


def _wait_until(moment: float) -> None:
    left = moment - time.monotonic()
    if left > 0.002:  # shorter waits are made up for by the next one
        time.sleep(left)
