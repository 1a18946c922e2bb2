"""What is said of decline: a sentence for the whole, and one for each thing that has changed.

A reason is several of them, one a line; each is translated by itself. Sentences only.
"""

from __future__ import annotations

from typing import Final

CHANGED: Final = (
    "The last {days} days are unlike the {known_days} days before: worse on {worse_days} of them, and by "
    "chance alone such a run comes at most once in {chance_days} days (the limit is {limit_days})."
)
#: By feature: what it was and what it is.
FROM_TO: Final = {
    "activity": "Active {activity_recent_s} of every hour at home by day instead of {activity_usual_s}.",
    "room_changes": (
        "{room_changes_recent} changes of room in an hour at home instead of {room_changes_usual}."
    ),
    "kitchen": "{kitchen_recent} visits to the kitchen in ten hours at home instead of {kitchen_usual}.",
    "wake": "Up at {wake_recent_clock} instead of {wake_usual_clock}.",
    "to_bed": "Last about the home at {to_bed_recent_clock} instead of {to_bed_usual_clock}.",
    "night_toilet": (
        "{night_toilet_recent} visits to the bathroom in a night instead of {night_toilet_usual}."
    ),
    "out": "Out of the home for {out_recent_s} a day instead of {out_usual_s}.",
    "steadiness": (
        "The days are less alike: {steadiness_recent} of 100 points of regularity instead of "
        "{steadiness_usual}."
    ),
    "fragmentation": (
        "The day falls into more pieces: {fragmentation_recent} points of restlessness instead of "
        "{fragmentation_usual}."
    ),
    "contrast": "Day and night differ less: {contrast_recent} of 100 points instead of {contrast_usual}.",
}
BACK: Final = "The days are again as they were: for {days} days nothing has been worse than usual."
TOO_FEW: Final = "Not judged yet: {known_days} ordinary days are known, {needed_days} are needed."
NOT_LATELY: Final = (
    "Not judged: of the last {days} days only {judged_days} could be seen (out, visitors or sensors not "
    "heard)."
)

DECLINE: Final = (CHANGED, *FROM_TO.values(), BACK, TOO_FEW, NOT_LATELY)
