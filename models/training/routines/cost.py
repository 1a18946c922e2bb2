"""What judging costs in time of one core here: an event through all detectors, a look at quiet."""

from __future__ import annotations

import time
from typing import Any, Final

from models.detection.judge import Judge
from models.detection.learnt import all_detectors
from models.detection.routines.model import HomeModel, Population
from models.detection.rules import fixed_rules
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from models.training.routines.rules import raised

_LOOKED_AT: Final = 480  #: spells
_JUDGED_DAYS: Final = 7
_RUNS: Final = 3


def costs(home: Home, population: Population) -> dict[str, Any]:
    """Return `event_us`: microseconds an event through all that judges live homes, looks and ticks included.

    Beside it the fixed rules alone, and `look_us`, one look at how unusual quiet is.
    """
    model = HomeModel.fresh(population)
    chosen = home.spells[:_LOOKED_AT]
    start = time.process_time()
    for spell in chosen:
        model.course(population, spell)
    look = (time.process_time() - start) / max(1, len(chosen))
    return {
        "event_us": _judged(home, Judge(all_detectors(population, supervise=False))),
        "event_us_fixed_rules": _judged(home, Judge(fixed_rules(supervise=False))),
        "look_us": round(look * 1e6, 1),
    }


def _judged(home: Home, judge: Judge) -> float:
    """Return microseconds an event of some recorded days, ticks included: the quickest of a few runs.

    What else the machine does makes a run slower, never quicker.
    """
    said = home.recording.said
    since = said[0].at
    until = min(said[-1].at, since + _JUDGED_DAYS * DAY)
    some = [one for one in said if one.at < until]
    seconds = []
    for _ in range(_RUNS):
        start = time.process_time()
        raised(home.recording, some, since, until, judge)
        seconds.append(time.process_time() - start)
    return round(min(seconds) / max(1, len(some)) * 1e6, 2)
