"""What the detectors of bathroom, bed and mornings say, with the numbers that crossed the limit."""

from __future__ import annotations

from typing import Final

CATCHING_UP: Final = "Not judged yet: the line is back and old events are still coming."
UNSEEN: Final = "Not judged: none of the {sensors} sensors that see movement is heard."
NOBODY_HOME: Final = "Not judged: the residents are away."
TOO_FEW: Final = (
    "Judged by the fixed limits only: {sensors} sensors inside see movement, and {days} days are known."
)
NOBODY_TO_ASK: Final = (
    "Judged by the fixed limits only: without motion sensors in the rooms and a contact on the front door an "
    "empty home looks like a quiet one, and no resident has a telephone to be asked by."
)

IN_THE_BATHROOM: Final = (
    "In the bathroom for {stay_s}, since {since_at}, and seen nowhere else; last movement {quiet_s} ago. "
    "The limit is {limit_s}, learnt in {days} days ({alive} of {sensors} sensors are heard)."
)
LEFT_THE_BATHROOM: Final = "Somebody is seen outside the bathroom again ({room})."
NO_BATHROOM_SENSOR: Final = "Not judged: no sensor that sees movement inside the bathroom is heard."

OUT_OF_BED: Final = (
    "Out of bed at night: nothing has moved for {quiet_s}, last at {seen_at} ({room}), and the bed is empty. "
    "The limit is {limit_s}, learnt in {days} days ({alive} of {sensors} sensors are heard)."
)
SEEN_AGAIN: Final = "Somebody moves again or is in bed."
NO_BED_SENSOR: Final = "Not judged: no bed sensor is heard."

NOT_UP_AS_USUAL: Final = (
    "Not up yet: nobody has been seen about the home since four o'clock. On nineteen mornings of twenty "
    "somebody is up by {usual_at}; the limit after this evening is {limit_at} "
    "({alive} of {sensors} sensors are heard)."
)
NOT_UP_AS_AGREED: Final = (
    "Not up yet: nobody has been seen about the home since four o'clock. Agreed is {agreed_at}; the limit is "
    "{limit_at} ({alive} of {sensors} sensors are heard)."
)
IS_UP: Final = "Somebody is up ({room})."
NOWHERE_TO_BE_SEEN: Final = "Not judged: no sensor outside bedroom and bathroom is heard."

#: All that the catalogue must hold of them.
LIVE: Final = (
    CATCHING_UP,
    UNSEEN,
    NOBODY_HOME,
    TOO_FEW,
    NOBODY_TO_ASK,
    IN_THE_BATHROOM,
    LEFT_THE_BATHROOM,
    NO_BATHROOM_SENSOR,
    OUT_OF_BED,
    SEEN_AGAIN,
    NO_BED_SENSOR,
    NOT_UP_AS_USUAL,
    NOT_UP_AS_AGREED,
    IS_UP,
    NOWHERE_TO_BE_SEEN,
)
