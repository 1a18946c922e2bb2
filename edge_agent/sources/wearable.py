"""What is worn on the body: batches of accelerations under `anju/wearable/<device>/motion`.

docs/devices.md describes them.

Whoever wears something says so: only devices that a person placed are handed on, the others are listed.
Knows nothing of falls.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from edge_agent.core.motion import AccelerationUnit, MotionBatch
from edge_agent.sources import Fact, Known, Reading, UnreadableError
from edge_agent.sources.found import FoundDevices
from models.contract.topics import is_id

TOPIC = "anju/wearable"
LARGEST = 128 * 1024  #: bytes; a second at 100 Hz is about 3,000

Axis = Annotated[float, Meta(ge=-1e6, le=1e6)]


class _Batch(Struct):
    rate: Annotated[float, Meta(ge=10, le=400)]
    unit: AccelerationUnit
    samples: Annotated[list[tuple[Axis, Axis, Axis]], Meta(min_length=1, max_length=4000)]
    start: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    battery: Annotated[float, Meta(ge=0, le=100)] | None = None


_BATCH = msgspec.json.Decoder(_Batch)


class Wearable(FoundDevices):
    """Everything that is worn in one home."""

    name = "wearable"
    subscriptions: tuple[str, ...] = (f"{TOPIC}/+/motion",)

    def read(self, topic: str, payload: bytes, *, retained: bool, mono: int) -> list[Fact]:
        """Return the facts in one message. Raises UnreadableError when it is not what its topic promises."""
        match topic.removeprefix(f"{TOPIC}/").split("/"):
            case [device, "motion"] if topic.startswith(f"{TOPIC}/"):
                pass
            case _:
                return []
        if not is_id(device):
            raise UnreadableError("The device's name must be 1 to 32 of a-z, 0-9 and '-'.")
        if retained:
            # Kept by the broker for who knows how long: nobody falls in the past.
            return []
        if len(payload) > LARGEST:
            raise UnreadableError(f"{len(payload)} bytes.")
        try:
            batch = _BATCH.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnreadableError(str(error)) from error
        facts: list[Fact] = self._add(Known(device, "", "wearable", device, battery_powered=True))
        facts.append(Reading(device, {} if batch.battery is None else {"battery": batch.battery}))
        facts.append(MotionBatch(device, batch.rate, batch.samples, batch.start, batch.unit))
        return facts
