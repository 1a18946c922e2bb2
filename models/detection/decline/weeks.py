"""Decline of one home: every finished day is held against the days of the home's own past.

Takes a day a night. A day that could not be seen (away, visitors, a sensor not heard, an emergency) is not
judged and not learnt; days that the evidence suspects are not learnt either, so that a slow decline does not
become the usual. Reads no clock and no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection.decline.evidence import (
    TOGETHER,
    WAYS,
    WEIGHTS,
    added,
    chance_days,
    laid_up,
    nothing,
    worse_by,
)
from models.detection.decline.features import NAMES, SIZE, Day, Floats, steadiness
from models.detection.decline.sentences import BACK, CHANGED, FROM_TO, NOT_LATELY, TOO_FEW
from models.detection.decline.usual import Usual, median, usual
from models.detection.finding import Cleared, Finding, Outcome, Reason, Value

KEY: Final = "decline"
#: Once in so many days by chance, over all features together: one false advice a year.
LIMIT: Final = 365.0
KEPT: Final = 112  #: days
LAG: Final = 14  #: the latest days are never the measure of themselves
NEEDED: Final = 28  #: ordinary days, before anything is said
RECENT: Final = 14  #: judged days that are held against the usual
WORSE_DAYS: Final = 10  #: of those
#: A week before something is said, its part of the evidence must already have been so many days of chance: a
#: cold of five days has none.
_BEFORE: Final = 8.0
_AS_USUAL: Final = 0.3  #: spreads: what is not worse by more is as usual
_PART: Final = 0.1  #: of the greatest evidence, which what is told must have at least
_TOLD: Final = 3  #: features in the reason at most
_CALM, _SUSPECT = 5.0, 40.0  #: days of chance: below nothing is suspected, above nothing is learnt
_IN_BED: Final = 7  #: so many days in bed in a row are a cold: neither judged nor learnt; more are no cold
_WEEKS: Final = 66  #: middles of weeks, for the season
_YEAR: Final = 52
_SEASON_PART: Final = 0.5  #: of what the year before did; one year proves little
_SEEN_OF: Final = 21  #: days, of which `RECENT` must have been seen


@dataclass(slots=True)
class Past:
    """All that is remembered of a home, in order of days; small (see `storage`)."""

    ordinals: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    values: Floats = field(default_factory=lambda: np.zeros((0, SIZE)))
    ordinary: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    lying: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))  #: days in bed
    hours: Floats = field(default_factory=lambda: np.zeros((0, 24)))  #: of the last seven ordinary days
    weeks: Floats = field(default_factory=lambda: np.zeros((0, SIZE)))  #: the middle of each week
    sums: Floats = field(default_factory=nothing)
    recent: Floats = field(default_factory=lambda: np.zeros((0, len(WAYS) + 1)))  #: worse by, judged days
    week: Floats = field(
        default_factory=lambda: np.zeros((0, len(WAYS) + 1))
    )  #: the sums of the last of them
    calm: int = 0  #: the last day on which nothing was suspected
    in_bed: int = 0  #: days in a row
    raised: int = 0  #: the day on which it was said, 0 while nothing is


class Decline:
    """One home's weeks."""

    def __init__(self, past: Past | None = None) -> None:
        self.past = past if past is not None else Past()
        self._usual: Usual | None = None

    def take(self, day: Day) -> None:
        """Take in a day that is over; days come in order, one that is known already changes nothing."""
        past = self.past
        if len(past.ordinals) and day.ordinal <= past.ordinals[-1]:
            return
        values = day.values.copy()
        ordinary = day.why == ""
        if ordinary:
            past.hours = np.vstack([past.hours, day.hours])[-7:]
            if len(past.hours) == 7:
                values[NAMES.index("steadiness")] = steadiness(past.hours)
        past.ordinals = np.append(past.ordinals, day.ordinal)
        past.values = np.vstack([past.values, values])
        past.ordinary = np.append(past.ordinary, ordinary)
        past.lying = np.append(past.lying, np.False_)
        if len(past.ordinals) > KEPT:
            self._drop()
        if day.weekday == 6:
            week = past.values[-7:][past.ordinary[-7:]]
            past.weeks = np.vstack([past.weeks, median(week)[0]])[-_WEEKS:]
        self._judge(day, values, ordinary)

    def score(self, now: int) -> Outcome | None:
        """Return an advice when the evidence is enough, or that an earlier one is over."""
        past = self.past
        if past.raised:
            return self._over(now)
        if self._usual is None or chance_days(past.sums) < LIMIT:
            return None
        told = self._told()
        if not told:
            return None
        past.raised = int(past.ordinals[-1])
        return self._finding(now, told, self._usual)

    def accept(self) -> None:
        """Somebody has looked: the last four weeks are the new usual, and nothing is suspected any more."""
        past = self.past
        keep = past.ordinals > past.ordinals[-1] - NEEDED if len(past.ordinals) else slice(0)
        past.ordinals, past.values = past.ordinals[keep], past.values[keep]
        past.ordinary, past.lying = past.ordinary[keep], past.lying[keep]
        self._forget()

    def hold_back(self) -> None:
        """What was just said is told to nobody yet: it is said again on the next day on which it holds."""
        self.past.raised = 0

    def abstains(self) -> Reason | None:
        """Return why nothing can be said at present, or None while something can."""
        past = self.past
        lately = int(past.ordinary[-_SEEN_OF:].sum())
        if len(past.ordinals) >= _SEEN_OF and lately < RECENT:
            return Reason(NOT_LATELY, {"days": _SEEN_OF, "judged_days": lately})
        known = int(self._learnt().sum())
        return Reason(TOO_FEW, {"known_days": known, "needed_days": NEEDED}) if known < NEEDED else None

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _drop(self) -> None:
        """Forget one day: the oldest; while something is said, the oldest that is not the measure of it."""
        past = self.past
        oldest = min(int((past.ordinals <= past.calm).sum()), KEPT - 2 * RECENT) if past.raised else 0
        past.ordinals = np.delete(past.ordinals, oldest)
        past.values = np.delete(past.values, oldest, axis=0)
        past.ordinary = np.delete(past.ordinary, oldest)
        past.lying = np.delete(past.lying, oldest)

    def _learnt(self) -> NDArray[np.bool_]:
        """Return which days are the measure: ordinary, not the latest, and not suspected."""
        past = self.past
        if not len(past.ordinals):
            return np.zeros(0, dtype=bool)
        until = past.ordinals[-1] - LAG
        if chance_days(past.sums) >= _SUSPECT or past.raised:
            until = min(until, past.calm)
        return np.asarray(past.ordinary & ~past.lying & (past.ordinals < until))

    def _judge(self, day: Day, values: Floats, ordinary: bool) -> None:
        past = self.past
        learnt = self._learnt()
        self._usual = None
        if learnt.sum() < NEEDED:
            past.calm = day.ordinal
            return
        known = usual(past.values[learnt], (past.ordinals[learnt] - 1) % 7)
        self._usual = known
        if not ordinary:
            return
        past.in_bed = past.in_bed + 1 if laid_up(known, values) else 0
        if 0 < past.in_bed <= _IN_BED:
            past.lying[-1] = True
            return
        worse = worse_by(known, known.unlike(values, day.weekday, self._season()))
        past.recent = np.vstack([past.recent, worse])[-RECENT:]
        if not past.raised:
            past.week = np.vstack([past.week, past.sums.mean(axis=1)])[-7:]
            past.sums = added(past.sums, known, worse)
        if chance_days(past.sums) < _CALM:
            past.calm = day.ordinal

    def _season(self) -> Floats | None:
        """Return how the same weeks of the year before differed from the weeks before them."""
        weeks = self.past.weeks
        if len(weeks) < _YEAR + 10:
            return None
        now, _ = median(weeks[-_YEAR - 2 : -_YEAR + 3])
        before, _ = median(weeks[-_YEAR - 10 : -_YEAR - 5])
        return np.nan_to_num(_SEASON_PART * (now - before))

    def _told(self) -> list[int]:
        """Return which ways have lasted, the most telling first: worse on most days, and not only lately."""
        past = self.past
        if len(past.recent) < RECENT:
            return []
        worse_days = (np.nan_to_num(past.recent) > 0).sum(axis=0)
        lasting = (worse_days >= WORSE_DAYS) & (WEIGHTS * past.week[0] >= _BEFORE)
        sums = past.sums.mean(axis=1)
        order = [int(one) for one in np.argsort(-sums) if lasting[one]]
        if not order or sums[order[0]] < _PART * sums.max():
            return []  # what is worse now is not what the evidence speaks of
        if order[0] == len(WAYS):  # all together: told by its parts
            middle, _ = median(past.recent)
            parts = [one for one in TOGETHER if middle[one] > _AS_USUAL]
            order = sorted(parts, key=lambda one: -float(middle[one])) + order[1:]
        told: list[int] = []
        for one in order:
            if one < len(WAYS) and WAYS[one].name not in {WAYS[other].name for other in told}:
                told.append(one)
        return told[:_TOLD]

    def _over(self, now: int) -> Cleared | None:
        """An advice is over when for two weeks nothing that it was founded on is worse than usual."""
        past = self.past
        if self._usual is None or len(past.recent) < RECENT or past.ordinals[-1] - past.raised < RECENT:
            return None
        part = WEIGHTS * past.sums.mean(axis=1)  # as it was when it was said
        founded = part >= _PART * part.max()
        if (np.nan_to_num(median(past.recent)[0])[founded] >= _AS_USUAL).any():
            return None
        self._forget()
        return Cleared(dedup_key=KEY, at=now, reason=Reason(BACK, {"days": RECENT}))

    def _forget(self) -> None:
        past = self.past
        past.sums, past.raised = nothing(), 0
        past.recent, past.week = past.recent[:0], past.week[:0]
        past.calm = int(past.ordinals[-1]) if len(past.ordinals) else 0

    def _finding(self, now: int, told: list[int], known: Usual) -> Finding:
        past = self.past
        judged = past.values[past.ordinary & ~past.lying][-RECENT:]
        middle, _ = median(judged)
        lead = past.recent[:, told[0]]
        values: dict[str, Value] = {
            "days": RECENT,
            "known_days": int(self._learnt().sum()),
            "worse_days": int((np.nan_to_num(lead) > 0).sum()),
            "chance_days": int(chance_days(past.sums)),
            "limit_days": int(LIMIT),
        }
        text = [CHANGED]
        for one in told:
            name = WAYS[one].name
            column = NAMES.index(name)
            text.append(FROM_TO[name])
            values |= _told_as(name, "recent", float(middle[column]))
            values |= _told_as(name, "usual", float(known.middle[column]))
        return Finding(
            risk="decline",
            severity="advice",
            occurred_at=now,
            reason=Reason("\n".join(text), values),
            dedup_key=KEY,
        )


def _told_as(name: str, which: str, value: float) -> dict[str, Value]:
    """Return a number of a day under the name and in the unit in which it is said."""
    if name == "activity":
        return {f"{name}_{which}_s": round(value * 300)}
    if name == "out":
        return {f"{name}_{which}_s": round(value * 3600)}
    if name in ("wake", "to_bed"):
        return {f"{name}_{which}_clock": round(value)}
    return {f"{name}_{which}": round(value, 1)}
