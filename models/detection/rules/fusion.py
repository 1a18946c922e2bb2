"""Two sensors, one fall: a radar on the ceiling, a wearable and motion sensors see the same person.

A second word within minutes is evidence for the first and goes into its alert, if one of the two is worn: two
radars in two rooms see two people. Movement elsewhere speaks
against a mere suspicion where one resident lives alone; never against what a sensor is sure of.
"""

from __future__ import annotations

from typing import Final

from models.detection.limits import FUSED
from models.detection.state import Suspicion
from models.detection.view import Seen, View

TWO_SAY: Final = "A fall ({room}): a second sensor says so too, the first at {first_at}."
TWO_SAY_BARE: Final = "A fall: a second sensor says so too, the first at {first_at}."
TWO_SUSPECT: Final = (
    "Two sensors suspect a fall within {apart_s}, the first at {first_at} ({room}); "
    "nothing has refuted it since."
)


def joined(view: View, key: str, at: int) -> str | None:
    """Return the key of a fall that another sensor said within minutes of `at`, or None."""
    for other, held in view.state.active.items():
        near = other != key and other.startswith("fall:") and abs(at - held.raised_at) <= FUSED
        if near and (_worn(view, key) or _worn(view, other)):
            return other
    return None


def _worn(view: View, key: str) -> bool:
    """Whether a fall is named after a device that hangs in no room."""
    place = key.removeprefix("fall:")
    return all(one.room != place for one in view.profile.devices.values())


def still_said(view: View, key: str, device: str) -> bool:
    """Whether another sensor, whose word went into the same alert, still says that there is a fall."""
    held = view.state.active.get(key)
    return held is not None and any(
        name != device and abs(reading.since - held.since) <= FUSED
        for _, name, reading in view.holding("fall")
    )


def suspected_too(view: View, seen: Seen) -> Suspicion | None:
    """Return an open suspicion of another sensor within minutes, or None."""
    for one in view.state.suspected.values():
        near = one.device != seen.device and not one.raised and 0 <= seen.at - one.at <= FUSED
        if near and (not one.room or not seen.profile.room or one.room == seen.profile.room):
            return one
    return None
