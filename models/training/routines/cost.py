"""What judging costs in time of one core here: an event through all detectors, a look at quiet."""

from __future__ import annotations

import time
from typing import Any, Final

from models.detection.limits import HOUR
from models.detection.routines.bathroom import Bathroom
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.spells import Walk
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from models.training.routines.rules import raised

_LOOKED_AT: Final = 480  #: spells
_JUDGED_DAYS: Final = 7


def costs(home: Home, population: Population) -> dict[str, Any]:
    """Return `event_us`: microseconds an event through everything, looks and ticks shared out over events.

    Its parts stand beside it: the fixed rules with their ticks, following signs of life, and looks.
    """
    signs = home.signs
    walk, bathroom = Walk(), Bathroom()
    start = time.process_time()
    for sign in signs:
        walk.take(sign)
        bathroom.take(sign)
    followed = (time.process_time() - start) / len(home.recording.said)
    model = HomeModel.fresh(population)
    chosen = home.spells[:_LOOKED_AT]
    start = time.process_time()
    for spell in chosen:
        model.course(population, spell)
    look = (time.process_time() - start) / max(1, len(chosen))
    # Nobody looks before quiet has lasted an hour; then once for the question and once for the station.
    long = sum(spell.until is not None and spell.until - spell.since >= HOUR for spell in home.spells)
    shared = 2 * look * long / len(home.recording.said)
    rules = _rules(home)
    return {
        "event_us": round((rules + followed + shared) * 1e6, 2),
        "event_us_parts": {
            "fixed_rules_and_ticks": round(rules * 1e6, 2),
            "signs_of_life": round(followed * 1e6, 2),
            "looks": round(shared * 1e6, 2),
        },
        "look_us": round(look * 1e6, 1),
    }


def _rules(home: Home) -> float:
    """Return seconds an event in the judge over some recorded days, ticks included."""
    said = home.recording.said
    since = said[0].at
    until = min(said[-1].at, since + _JUDGED_DAYS * DAY)
    some = [one for one in said if one.at < until]
    start = time.process_time()
    raised(home.recording, some, since, until)
    return (time.process_time() - start) / max(1, len(some))
