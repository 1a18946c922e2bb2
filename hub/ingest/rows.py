"""From a valid event to its row, and from its clock to an instant that can be believed. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hub.clock import instant, milliseconds
from hub.storage.flags import HISTORIC, HOLDOVER, IMPLAUSIBLE, LATE, UNSYNCED
from models.contract.measurements import is_plausible
from models.contract.messages import Event

#: No sensor of ours existed before; a clock that says so is not set.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EARLIEST_MS: Final = milliseconds(EARLIEST)
#: How far a clock may run ahead before it is not believed.
AHEAD: Final = timedelta(minutes=5)
#: How far off a clock may be that says itself that nobody has set it.
UNSET: Final = timedelta(minutes=10)
_AHEAD_MS: Final = AHEAD // timedelta(milliseconds=1)
_UNSET_MS: Final = UNSET // timedelta(milliseconds=1)

COLUMNS: Final = "home_id, stream_id, seq, occurred_at, received_at, device, kind, value, flags, attributes"


def believed_at(event: Event, now_ms: int) -> int:
    """Return when an event happened, as far as its clock can be believed; otherwise: when it was heard of."""
    if event.at < _EARLIEST_MS or event.at > now_ms + _AHEAD_MS:
        return now_ms
    if event.clock == "unsynced" and abs(now_ms - event.at) > _UNSET_MS:
        return now_ms
    return event.at


def row_of(home_id: str, stream_id: int, event: Event, at_ms: int, received_at: datetime) -> tuple[Any, ...]:
    """Return the row of an event, in the order of COLUMNS. A time that was not believed is kept beside."""
    flags = 0
    if event.late:
        flags |= LATE
    if event.historic:
        flags |= HISTORIC
    if event.clock == "holdover":
        flags |= HOLDOVER
    elif event.clock == "unsynced":
        flags |= UNSYNCED
    if not is_plausible(event.kind, event.value):
        flags |= IMPLAUSIBLE
    attributes: dict[str, Any] = event.attributes
    if at_ms != event.at:
        attributes = attributes | {"said_at": event.at}
        flags |= UNSYNCED
    return (
        home_id,
        stream_id,
        event.seq,
        instant(at_ms),
        received_at,
        event.device,
        event.kind,
        event.value,
        flags,
        json.dumps(attributes, ensure_ascii=False).replace("\\u0000", "") if attributes else None,
    )
