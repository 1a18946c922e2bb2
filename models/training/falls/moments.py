"""From trials to the moments that the trigger picks out, by the code of the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.features import FEATURES, features
from models.detection.falls.intake import RATE, Intake, Samples
from models.detection.falls.trigger import Trigger
from models.detection.falls.window import REACH, cut
from models.training.falls.trials import Trial

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: What a moment is for learning: the fall itself, an everyday moment, another moment of a trial with a fall.
FALL, EVERYDAY, BESIDE = 1, 0, -1
#: An alarm earlier than this before the onset is no alarm of that fall.
TOO_EARLY_S: Final = 2.0
_AT_ONCE: Final = 400  #: windows; keeps memory small


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """All moments of some trials: `table` (n, f), the trial each belongs to, when, how hard, what it is."""

    trials: Sequence[Trial]
    table: Array
    trial: Ints
    at_s: Array
    knock_g: Array
    role: Ints
    early: NDArray[np.bool_]  #: in a trial with a fall, but well before it
    unreadable: int  #: trials in no known unit: nothing was judged there, so their falls are missed

    def worst(self, score: Array, *, lowest: float = -np.inf) -> Array:
        """Return the highest score of each trial, `lowest` where nothing triggered."""
        best = np.full(len(self.trials), lowest, dtype=np.float64)
        count = ~self.early
        np.maximum.at(best, self.trial[count], score[count])
        return best

    @property
    def is_fall(self) -> NDArray[np.bool_]:
        """Whether each trial is a fall."""
        return np.array([trial.is_fall for trial in self.trials], dtype=bool)

    @property
    def subject(self) -> NDArray[np.str_]:
        """Who each trial is of."""
        return np.array([trial.subject for trial in self.trials])

    @property
    def activity(self) -> NDArray[np.str_]:
        """What each trial shows."""
        return np.array([trial.activity for trial in self.trials])


Change = Callable[[Samples], Samples]


def moments(trials: Sequence[Trial], change: Change | None = None) -> Moments:
    """Return the moments of `trials`; `change` may make their samples worse first, as cheaper sensors do."""
    windows: list[Array] = []
    tables: list[Array] = []
    trial_of: list[int] = []
    at: list[float] = []
    knocks: list[float] = []
    unreadable = 0
    for number, trial in enumerate(trials):
        samples = Samples(trial.t, trial.xyz)
        if change is not None:
            samples = change(samples)
        intake = Intake()
        stretches = [*intake.take(samples), *intake.flush()]
        unreadable += intake.unreadable
        for stretch in stretches:
            norm = np.sqrt((stretch.xyz * stretch.xyz).sum(axis=1))
            trigger = Trigger()
            for place in [*trigger.feed(0, norm), *trigger.flush()]:
                windows.append(cut(stretch.xyz, place, REACH[trial.position]))
                trial_of.append(number)
                at.append((stretch.start + place) / RATE)
                knocks.append(float(norm[place]))
        if len(windows) >= _AT_ONCE:
            tables.append(features(np.stack(windows)))
            windows = []
    if windows:
        tables.append(features(np.stack(windows)))
    table = np.concatenate(tables) if tables else np.empty((0, len(FEATURES)))
    which, when, knock = np.array(trial_of, dtype=np.int64), np.array(at), np.array(knocks)
    role, early = _roles(trials, which, when, knock)
    return Moments(
        trials=trials,
        table=table,
        trial=which,
        at_s=when,
        knock_g=knock,
        role=role,
        early=early,
        unreadable=unreadable,
    )


def _roles(trials: Sequence[Trial], which: Ints, when: Array, knock: Array) -> tuple[Ints, NDArray[np.bool_]]:
    """Say which moment of each trial is the fall: the hardest knock, where it is known when, around then."""
    role = np.full(len(which), EVERYDAY, dtype=np.int64)
    early = np.zeros(len(which), dtype=bool)
    bounds = np.searchsorted(which, np.arange(len(trials) + 1))
    for number, trial in enumerate(trials):
        mine = np.arange(bounds[number], bounds[number + 1])
        if not trial.is_fall or not len(mine):
            continue
        role[mine] = BESIDE
        near = mine
        if trial.onset_s is not None:
            end = trial.end_s if trial.end_s is not None else trial.onset_s + 3.0
            inside = mine[(when[mine] >= trial.onset_s - 0.5) & (when[mine] <= end + 1.0)]
            near = inside if len(inside) else mine
        fall = near[knock[near].argmax()]
        role[fall] = FALL
        if trial.onset_s is not None:
            early[mine] = (when[mine] < trial.onset_s - TOO_EARLY_S) & (mine != fall)
    return role, early


def thinned(rate: float, rng: np.random.Generator) -> Change:
    """Return a change to what a sensor of `rate` samples a second would have reported."""

    def change(samples: Samples) -> Samples:
        intake = Intake()  # on the sensor's own tick, not on the times at which packets arrived
        stretches = [*intake.take(samples), *intake.flush()]
        if not stretches:
            return samples
        t = np.concatenate([(one.start + np.arange(len(one.xyz))) / RATE for one in stretches])
        xyz = np.concatenate([one.xyz for one in stretches])
        grid = np.arange(t[0] + rng.random() / rate, t[-1], 1 / rate)
        if len(grid) < 2:
            return samples
        return Samples(grid, np.stack([np.interp(grid, t, xyz[:, axis]) for axis in range(3)], axis=1))

    return change


def cheaper(rng: np.random.Generator) -> Change:
    """Return a change to a cheap sensor's report, another one for every trial: 17 to 35 samples a second."""
    return lambda samples: thinned(float(rng.uniform(17, 35)), rng)(samples)
