"""How figures are come by: people never on both sides, limits set before, one trial one event.

Nested: inside every outer fold the whole course of learning runs anew on the other people, with an inner
round of its own for the limits. A held-out activity is missing from all learning; it is then judged in people
who were missing too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.position import Position
from models.training.falls.course import Learnt, learn, marked
from models.training.falls.fitting import LEVELS
from models.training.falls.moments import Moments

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Progress = Callable[[str], None]
METHODS = ("anju", "logistic", "norm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of every trial by those who had not seen its person."""

    moments: Moments
    score: Array  #: highest likelihood of each trial
    plain_score: Mapping[str, Array]  #: the same of the simpler methods
    alarm: Mapping[str, Mapping[str, Flags]]  #: method → level → alarm in each trial
    alarm_moment: Mapping[str, Flags]  #: level → alarm at each moment
    judged: Flags  #: trials that were judged at all


@dataclass(slots=True)
class _Filling:
    """Tables that the folds fill in."""

    moments: Moments
    score: dict[str, Array] = field(default_factory=dict)
    alarm: dict[str, dict[str, Flags]] = field(default_factory=dict)
    moment: dict[str, Flags] = field(default_factory=dict)
    judged: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        trials = len(self.moments.trials)
        self.judged = np.zeros(trials, dtype=bool)
        for method in METHODS:
            self.score[method] = np.zeros(trials)
            self.alarm[method] = {f"{level:g}": np.zeros(trials, dtype=bool) for level in LEVELS}
        self.moment = {f"{level:g}": np.zeros(len(self.moments.trial), dtype=bool) for level in LEVELS}

    def fill(self, learnt: Learnt, of: Flags) -> None:
        """Judge the trials marked by `of`."""
        own = self.moments
        mine = of[own.trial]
        self.judged |= of
        said = {
            "anju": (learnt.classifier.score(own.table[mine]), learnt.classifier.limits),
            "logistic": (learnt.classifier.twin(own.table[mine]), learnt.twin_limits),
            "norm": (own.knock_g[mine], learnt.norm_limits),
        }
        for method, (score, limits) in said.items():
            full = np.zeros(len(own.trial))
            full[mine] = score
            worst = own.worst(full, lowest=0.0)
            self.score[method][of] = worst[of]
            for level, limit in limits.items():
                self.alarm[method][level][of] = worst[of] > limit
                if method == "anju":
                    self.moment[level][mine] = score > limit

    def done(self) -> Judged:
        return Judged(
            moments=self.moments,
            score=self.score["anju"],
            plain_score={name: self.score[name] for name in METHODS[1:]},
            alarm=self.alarm,
            alarm_moment=self.moment,
            judged=self.judged,
        )


def people(moments: Moments, folds: int, seed: int = 0) -> list[list[str]]:
    """Return the subjects of each fold, mixed so that those who fell are spread; 0 folds: each one alone."""
    subjects = moments.subject
    known = sorted(set(subjects.tolist()))
    if folds == 0 or folds >= len(known):
        return [[one] for one in known]
    fell = {one: bool(moments.is_fall[subjects == one].any()) for one in known}
    groups: list[list[str]] = [[] for _ in range(folds)]
    rng = np.random.default_rng(seed)
    place = 0
    for kind in (True, False):
        some = [one for one in known if fell[one] is kind]
        for one in rng.permutation(some).tolist():
            groups[place % folds].append(one)
            place += 1
    return [group for group in groups if group]


def nested(
    views: Sequence[Moments],
    position: Position,
    *,
    folds: int,
    inner: int,
    trees: int,
    also: Mapping[str, Moments] | None = None,
    progress: Progress,
) -> dict[str, Judged]:
    """Judge everybody, fold by fold. `also` are the same trials in other shape."""
    own = views[0]
    tables = {"": _Filling(own), **{name: _Filling(view) for name, view in (also or {}).items()}}
    groups = people(own, folds)
    for number, group in enumerate(groups, start=1):
        away = marked(own.trials, group)
        learnt = learn(views, ~away, position, seed=number, inner=inner, trees=trees)
        for filling in tables.values():
            filling.fill(learnt, away)
        progress(f"{position}: fold {number} of {len(groups)}")
    return {name: filling.done() for name, filling in tables.items()}


def held_out(
    views: Sequence[Moments],
    position: Position,
    *,
    folds: int,
    inner: int,
    trees: int,
    activities: Sequence[str],
    progress: Progress,
) -> dict[str, Judged]:
    """Judge each everyday activity by learning that knows neither the activity nor the person."""
    own = views[0]
    found = {}
    for activity in activities:
        this = own.activity == activity
        filling = _Filling(own)
        for number, group in enumerate(people(own, folds), start=1):
            away = marked(own.trials, group)
            if not (away & this).any():
                continue
            learnt = learn(views, ~away & ~this, position, seed=number, inner=inner, trees=trees)
            filling.fill(learnt, away & this)
        found[activity] = filling.done()
        progress(f"{position}: without {activity}")
    return found
