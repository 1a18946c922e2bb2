"""What the routines' detectors say, each sentence with the numbers that crossed its limit."""

from __future__ import annotations

from typing import Final

UNUSUAL: Final = (
    "No movement for {quiet_s}, last at {seen_at} ({room}); the longest at this hour in {days} days was "
    "{longest_s}. No outer door has been used since. Unusual by {points} points, the limit is {limit} "
    "({alive} of {sensors} sensors are heard)."
)
UNUSUAL_FOR_OTHERS: Final = (
    "No movement for {quiet_s}, last at {seen_at} ({room}); this home is known for {days} days, so the "
    "experience of others counts. Unusual by {points} points, the limit is "
    "{limit} ({alive} of {sensors} sensors are heard)."
)
UNUSUAL_WITHOUT_DOOR: Final = (
    "No movement for {quiet_s}, last at {seen_at} ({room}); the longest at this hour in {days} days was "
    "{longest_s}. No outer door has a sensor: somebody may be out. Unusual by {points} points, the limit is "
    "{limit} ({alive} of {sensors} sensors are heard)."
)
TOO_LONG: Final = (
    "No movement for {quiet_s}, last at {seen_at} ({room}); the limit is {limit_s} "
    "({alive} of {sensors} sensors are heard)."
)
SINCE_HEARD: Final = (
    "No movement since the sensors can be heard, {quiet_s} ago (limit {limit_s}; "
    "{alive} of {sensors} sensors are heard)."
)
UNSEEN: Final = "Not judged: none of the {sensors} sensors that see movement is heard."
CATCHING_UP: Final = "Not judged yet: the line is back and old events are still coming."
SOME_UNSEEN: Final = (
    "Judged by the limit of {limit_s} only: {alive} of {sensors} sensors that see movement are heard."
)
NOT_SINCE: Final = "Judged by the limit of {limit_s} only: nobody has been seen since the line is back."
OUT: Final = "Not judged: somebody left at {left_at} and nobody has been seen inside since."

#: All that the catalogue must hold of them.
ROUTINES: Final = (
    UNUSUAL,
    UNUSUAL_FOR_OTHERS,
    UNUSUAL_WITHOUT_DOOR,
    TOO_LONG,
    SINCE_HEARD,
    UNSEEN,
    CATCHING_UP,
    SOME_UNSEEN,
    NOT_SINCE,
    OUT,
)
