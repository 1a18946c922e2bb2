"""What is said of walking about at night, with the numbers that crossed the limit. Sentences only."""

from __future__ import annotations

from typing import Final

RESTLESS: Final = (
    "{walks} changes of room between {since_at} and {seen_at} ({room}); in {nights} nights there were "
    "usually {usual}, and by chance so many come once in {chance_nights} nights (the limit is {limit} "
    "changes)."
)
RESTLESS_FOR_OTHERS: Final = (
    "{walks} changes of room between {since_at} and {seen_at} ({room}); this home is known for {nights} "
    "nights, so the experience of others counts: {usual} are usual, and by chance so many come once in "
    "{chance_nights} nights (the limit is {limit} changes)."
)
WALKING_ON: Final = (
    "Walking about at night for {walking_s} without a rest, {walks} changes of room since {since_at} "
    "({room}); the limit is {limit_s}."
)
AT_THE_DOOR: Final = "Somebody was at the outer door {doors} times."
SETTLED: Final = "It has been quiet for {quiet_s} since {seen_at}."
UNSEEN: Final = "Walking at night is not judged: only {alive} of {sensors} sensors are heard."
CATCHING_UP: Final = "Walking at night is not judged yet: the line is back and old events are still coming."
ONE_ROOM: Final = "Walking at night is not judged: sensors see one room only."

WANDERING: Final = (
    RESTLESS,
    RESTLESS_FOR_OTHERS,
    WALKING_ON,
    AT_THE_DOOR,
    SETTLED,
    UNSEEN,
    CATCHING_UP,
    ONE_ROOM,
)
