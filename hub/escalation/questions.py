"""Which trouble is asked about before helpers are called, and when the answer is looked at again. Pure.

Asking costs a minute, and spares a station the journeys that teach it not to hurry. It is never worth a
minute of a fire, or of somebody who has pressed the button twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from models.detection.finding import Severity

#: What a resident can answer for. Not in here: fumes, water, a call for help, whatever a sensor is sure of.
ASKED_FIRST: Final = frozenset(
    {
        "inactivity",
        "not_up",
        "long_bathroom",
        "night_out_of_bed",
        "night_wandering",
        "door_open",
        "night_exit",
        "fall_suspected",
        "cold",
        "hot",
    }
)
#: A warning of a fall is a mere suspicion, whatever it is called: a sensor that is sure raises an emergency.
SUSPECTED: Final = frozenset({"fall"})

#: How long after "I am fine" the sensors are asked whether they agree.
RECHECK_AFTER: Final[Mapping[str, timedelta]] = {
    "fall": timedelta(minutes=10),
    "fall_suspected": timedelta(minutes=10),
    "long_bathroom": timedelta(minutes=15),
    "night_out_of_bed": timedelta(minutes=15),
    "inactivity": timedelta(minutes=30),
    "not_up": timedelta(minutes=30),
    "night_exit": timedelta(minutes=30),
    "door_open": timedelta(minutes=30),
    "hot": timedelta(hours=1),
    "cold": timedelta(hours=2),
}
#: As long as quiet is allowed to last at any time; the watch has asked once more by then (`routines.quiet`).
RECHECK_LEARNT: Final = timedelta(hours=12)
#: For whatever a home's own plan asks about besides.
RECHECK_OTHERWISE: Final = timedelta(minutes=10)


def asks_first(risk: str, severity: Severity, second_press: bool = False) -> bool:
    """Whether the resident is asked before anybody else is called, where no plan says otherwise.

    `second_press`: the resident has called for help before, and nobody has come yet.
    """
    if second_press or severity == "emergency":
        return False
    return severity == "warning" and (risk in ASKED_FIRST or risk in SUSPECTED)


def recheck_after(risk: str, *, learnt: bool = False) -> timedelta:
    """How long after the resident's answer the sensors are asked whether they agree.

    `learnt`: it was asked only because the quiet was unusual. Somebody who sits or sleeps where no sensor
    sees them will be unseen half an hour later too, and has just answered: only the hard limit is left.
    """
    if learnt and risk == "inactivity":
        return RECHECK_LEARNT
    return RECHECK_AFTER.get(risk, RECHECK_OTHERWISE)
