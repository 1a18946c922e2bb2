"""What may speak against somebody who says that all is well: sentences only, for files and for calls."""

from __future__ import annotations

from typing import Final, Literal

Doubt = Literal[
    "on_the_floor",
    "said_again",
    "out_at_night",
    "door_still_open",
    "still_cold",
    "still_hot",
    "no_movement",
]

DOUBTS: Final[dict[Doubt, str]] = {
    "on_the_floor": "The sensor has not said that nobody is on the floor any more.",
    "said_again": "The sensor said it again at {again_at}, after the question.",
    "out_at_night": "The door stands open since {opened_at} and nothing has moved inside since.",
    "door_still_open": "At {answered_at} all was said to be well, but the door still stands open.",
    "still_cold": "At {answered_at} all was said to be well, but it is still {temperature} °C.",
    "still_hot": "At {answered_at} all was said to be well, but it is now {temperature} °C.",
    "no_movement": (
        "At {answered_at} all was said to be well, but nothing has moved for {quiet_s} since "
        "({alive} of {sensors} sensors are heard)."
    ),
}
