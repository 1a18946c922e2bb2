"""The watch over the wearables, for an agent whose settings name one: only then numpy is loaded.

An agent without a wearable takes 28 to 29 MiB; with the judge of falls it is some 16 more.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from edge_agent.settings import Settings

if TYPE_CHECKING:
    from edge_agent.core.fall_watch import FallWatch

log = logging.getLogger("anju.agent")


def fall_watch(settings: Settings) -> FallWatch | None:
    """Return the watch over all wearables that somebody placed, None where there are none.

    Where it cannot be had, that is said, and the other sensors are heard all the same.
    """
    worn = {device: placed.position for device, placed in settings.devices.items() if placed.position}
    if not worn:
        return None
    # One thread is plenty for rows of 89 numbers, and each more costs memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from edge_agent.core.fall_watch import FallWatch
        from models.detection.falls.errors import FallsError
    except ImportError as error:
        log.critical("falls are NOT watched (%s): install anju[edge,wearable]", error)
        return None
    try:
        return FallWatch(worn)
    except (FallsError, OSError) as error:
        log.critical("falls are NOT watched: %s", error)
        return None
