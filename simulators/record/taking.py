"""Takes a home's events from the hub's broker into two files, as they come; repeats are taken once."""

from __future__ import annotations

import csv
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.contract import codec
from models.contract.errors import ContractError
from models.contract.messages import Batch, Devices
from models.contract.topics import Address
from simulators.broker import BrokerAt, Line
from simulators.record.anonymous import Mask


@dataclass(slots=True)
class Taken:
    """What was recorded."""

    rows: int = 0
    left_out: int = 0  #: events of kinds that say nothing of routines, or whose time nobody knew
    unreadable: int = 0


def take(
    broker: BrokerAt,
    address: Address,
    folder: Path,
    mask: Mask,
    *,
    seconds: float,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[Taken], None] = lambda taken: None,
) -> Taken:
    """Record until `seconds` have passed or `stopped` says so. Raises BrokerError.

    What was written is on the disk after every event, in the order in which it came; `sensors.csv` follows
    whenever a new sensor speaks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken, known = Taken(), set[tuple[str, int]]()
    sensors = 0
    with (
        Line(broker, f"anju-record-{time.monotonic_ns():x}") as line,
        (folder / "events.csv").open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(("time", "sensor", "value"))
        line.subscribe(address.topic("devices"))
        line.subscribe(address.topic("events"))
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not stopped():
            with suppress(queue.Empty):
                topic, payload = line.inbox.get(timeout=min(left, 0.5))
                try:
                    if topic.endswith("/devices"):
                        mask.learn(codec.decode(payload, Devices).devices)
                        continue
                    batch = codec.decode(payload, Batch)
                except ContractError:
                    taken.unreadable += 1
                    continue
                for event in batch.events:
                    if (batch.stream, event.seq) in known:
                        continue
                    known.add((batch.stream, event.seq))
                    row = mask.row(event)
                    if row is None:
                        taken.left_out += 1
                        continue
                    rows.writerow(row)
                    taken.rows += 1
                file.flush()
                if len(mask.sensors()) > sensors:
                    sensors = len(mask.sensors())
                    _write_sensors(folder, mask)
            progress(taken)
    _write_sensors(folder, mask)
    return taken


def _write_sensors(folder: Path, mask: Mask) -> None:
    with (folder / "sensors.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sensor", "kind", "room", "outer_door"))
        rows.writerows(mask.sensors())
