"""What is said of falls, in whole sentences with places for the numbers that decided."""

from __future__ import annotations

from typing import Final, Literal

Leading = Literal["impact", "drop", "turn", "stillness"]

#: By what weighs most in the logistic twin.
SUSPECTED: Final[dict[Leading, str]] = {
    "impact": (
        "Perhaps a fall, above all by the impact: {impact_g} g after {weightless} s of dropping, "
        "turned by {turned_deg}°, calm for {calm} % of the next 2 s; likeness {likeness} %, limit {limit} %."
    ),
    "drop": (
        "Perhaps a fall, above all by the drop of {weightless} s: impact {impact_g} g, "
        "turned by {turned_deg}°, calm for {calm} % of the next 2 s; likeness {likeness} %, limit {limit} %."
    ),
    "turn": (
        "Perhaps a fall, above all by the turn of {turned_deg}°: impact {impact_g} g after {weightless} s "
        "of dropping, calm for {calm} % of the next 2 s; likeness {likeness} %, limit {limit} %."
    ),
    "stillness": (
        "Perhaps a fall, above all by the calm after it ({calm} % of the next 2 s): impact {impact_g} g "
        "after {weightless} s of dropping, turned by {turned_deg}°; likeness {likeness} %, limit {limit} %."
    ),
}
STILL: Final = (
    "A fall: impact {impact_g} g; without movement for {still_s} of {watched_s} since; "
    "no answer for {asked_s}."
)
NOT_UP: Final = (
    "A fall: impact {impact_g} g; not up again after {watched_s}, {steps} steps in the last 10 s; "
    "no answer for {asked_s}."
)
SILENT: Final = (
    "A fall: impact {impact_g} g; the sensor has been silent for {silent_s} of {watched_s} since; "
    "no answer for {asked_s}."
)
WALKS: Final = "No fall: {steps} steps within 10 s, {watched_s} after the impact."
BUSY: Final = "No fall: up and moving for {moving_s} of {watched_s} after the impact."
WELL: Final = "The resident said {watched_s} after the impact that all is well."
NOT_WORN: Final = "The wearable has not been worn since {since_at}."
NOT_HEARD: Final = "The wearable has sent nothing for {silent_s}."
UNREADABLE: Final = "The wearable's readings are in no known unit."

SENTENCES: Final = (
    *SUSPECTED.values(),
    STILL,
    NOT_UP,
    SILENT,
    WALKS,
    BUSY,
    WELL,
    NOT_WORN,
    NOT_HEARD,
    UNREADABLE,
)
