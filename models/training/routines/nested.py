"""What the figures would be with nothing set by hand: the part of the fixed limits chosen on other homes.

For each home the part is chosen among a few by how soon, and at what price, the other homes' collapses are
found, each of those judged by what the rest taught. Few homes choose badly, so this stands beside the figures
of the part that is shipped and shows what the choice is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from models.detection.routines.quiet import BUDGETS, Stage
from models.training.routines.counting import delays
from models.training.routines.methods import Product
from models.training.routines.rolling import Home, Populations
from models.training.routines.summary import figures
from models.training.routines.trial import Trial, Trouble, run

PARTS: Final = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)
STAGES: Final[dict[str, Stage]] = {"collapse": "help", "collapse_asked_first": "ask"}
_NEVER_MIN: Final = 780.0


def chosen_on_other_homes(homes: Sequence[Home], troubles: Sequence[Trouble]) -> dict[str, Any] | None:
    """Return the part chosen for each home and the figures with it; None for fewer than three homes."""
    if len(homes) < 3:
        return None
    only = {
        home.recording.name: Trouble(put.collapses, {}) for home, put in zip(homes, troubles, strict=True)
    }
    populations = {part: Populations(homes, part) for part in PARTS}

    def tried(home: Home, without: Sequence[Home], part: float, stage: Stage) -> Trial:
        names = [one.recording.name for one in (home, *without)]
        return run(home, Product(populations[part].without(*names)), stage, only[home.recording.name])

    def price(part: float, away: Home) -> float:
        others = [one for one in homes if one is not away]
        return sum(
            _price([tried(one, [away], part, stage) for one in others], stage) for stage in STAGES.values()
        )

    parts = {home.recording.name: min(PARTS, key=partial(price, away=home)) for home in homes}
    found: dict[str, Any] = {"fixed_part": parts}
    for name, stage in STAGES.items():
        trials = [tried(home, [], parts[home.recording.name], stage) for home in homes]
        found[name] = figures(trials, asked=stage == "ask")
    return found


def _price(trials: Sequence[Trial], stage: Stage) -> float:
    """Return the mean logarithm of the delays, dearer where more was said than was asked for."""
    late = 0.0
    for trial in trials:
        told = delays([trial.delays])
        late += sum(math.log(told[key] or _NEVER_MIN) for key in ("delay_p50_min", "delay_p90_min"))
    said = sum(trial.false if stage == "help" else len(trial.calls) for trial in trials)
    wanted = BUDGETS[stage] * sum(trial.days for trial in trials)
    return late / (2 * len(trials)) + math.log(max(1.0, said / wanted))
